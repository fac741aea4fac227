import { ActionError } from '../base/errors.ts';
import { inStage } from '../base/stages.ts';
import { type Build, buildImages } from '../compose/build.ts';
import { composeArguments } from '../compose/load.ts';
import { presentImages } from '../images/sources.ts';
import { type Checked, withBuiltImages } from './check/check.ts';
import type { CheckedStack } from './check/checked-stack.ts';
import type { Run } from './run.ts';

type BuildContext = Pick<
  Run,
  'driver' | 'inputs' | 'owner' | 'runner' | 'directory' | 'reporter' | 'signal'
>;

/**
 * Builds what the compose file builds, and gives what was checked with the images that came of it.
 */
export async function buildIfAsked(context: BuildContext, checked: Checked): Promise<Checked> {
  const { compose } = checked;
  if (!compose || compose.builds.length === 0) return checked;
  const names = compose.builds.map(({ image }) => image).join(', ');
  const built = await inStage(context.reporter, `Building ${names}`, () => build(context, compose));
  return { ...checked, compose: built, images: built.images };
}

async function build(context: BuildContext, compose: CheckedStack): Promise<CheckedStack> {
  const { inputs, runner, reporter, signal } = context;
  const { builds, files, stack } = compose;
  const source = { profiles: inputs.profiles, projectName: stack.name };
  await buildImages(
    ({ args, stdin }, options) =>
      files.run([...composeArguments([...files.paths, '-'], source), ...args], {
        ...{ ...options, stdin },
      }),
    builds,
    { signal, onLine: reporter.log.info },
  );
  const names = builds.map(({ image }) => image);
  const present = await presentImages(runner, names, signal);
  const missing = names.filter((name) => !present.includes(name));
  if (missing.length > 0) throw notOnEngine(missing);
  return await withBuiltImages(context, compose);
}

function notOnEngine(missing: readonly string[]): ActionError {
  return new ActionError(
    `${missing.join(', ')}: built, but the Docker Engine of the runner does not have it.`,
    {
      hint: 'A builder in a container of its own (docker/setup-buildx-action) keeps what it builds. Set `BUILDX_BUILDER: default` in `env:` of this step, or give that action `driver: docker`.',
      status: 'image',
    },
  );
}

/** A line of a dry run for each image that would be built. */
export function buildLines(builds: readonly Build[]): readonly string[] {
  return builds.map(
    ({ image, services }) =>
      `image ${image} is built (${services.join(', ')}), and only then known to be another`,
  );
}
