import { ActionError } from '../base/errors.ts';
import { CommandError, CommandTimeout } from '../exec/executor.ts';
import { normaliseReference } from '../registry/digests.ts';
import type { ComposeProject } from './load.ts';
import type { ComposeService } from './service-model.ts';

/** A build may compile anything; longer than this only one that hangs. In ms. */
const BUILD_TIMEOUT_MS = 60 * 60_000;
/** How much of a build's own words an error repeats. */
const LAST_LINES = 30;

/** An image that the compose file says how to build. */
export interface Build {
  readonly image: string;
  /** Of those that have `build`; what runs the image too and only names it is not among them. */
  readonly services: readonly string[];
}

/** A project as it is once it was built: no service has `build`, and each has an `image`. */
export interface BuildableProject {
  readonly project: ComposeProject;
  readonly builds: readonly Build[];
}

/**
 * Takes `build` out of the services, and gives those that have no `image` the name that Compose
 * gives it, `<project>-<service>` (docker/compose pkg/api, GetImageNameOrDefault).
 */
export function withBuilds(project: ComposeProject, projectName: string): BuildableProject {
  const builds = new Map<string, string[]>();
  const services = Object.entries(project.model.services).map(([name, service]) => {
    if (!service.build) return [name, service] as const;
    const image = service.image || `${projectName}-${name}`;
    builds.set(image, [...(builds.get(image) ?? []), name]);
    return [name, built(service, image)] as const;
  });
  return {
    project: { ...project, model: { ...project.model, services: Object.fromEntries(services) } },
    builds: [...builds].map(([image, names]) => ({ image, services: names })),
  };
}

function built({ build: _, pull_policy, ...service }: ComposeService, image: string) {
  // What is left of it says only that the image is built.
  const isMeant = pull_policy === 'build' || pull_policy === 'never';
  return { ...service, image, ...(isMeant ? {} : { pull_policy }) } as ComposeService;
}

/** Whether a reference, as a service or `images` writes it, is one of an image that is built. */
export function isBuilt(reference: string, builds: readonly Build[]): boolean {
  const name = normaliseReference(reference);
  return builds.some(({ image }) => normaliseReference(image) === name);
}

/**
 * Options for `docker compose` after the files, and what it then reads from its standard input: the
 * name of each image, which may be in no file.
 */
export function composeBuild(builds: readonly Build[]): {
  readonly args: readonly string[];
  readonly stdin: string;
} {
  const names = builds.flatMap(({ services, image }) =>
    services.map((service) => [service, { image: image.replaceAll('$', '$$$$') }] as const),
  );
  return {
    args: ['build', ...names.map(([service]) => service)],
    stdin: JSON.stringify({ services: Object.fromEntries(names) }),
  };
}

/**
 * Builds the images on the engine of the runner, as `docker compose build` does, by BuildKit or the
 * classic builder. `run` runs Compose on the files of the project. Throws `ActionError` with the
 * last lines of the build.
 */
export async function buildImages(
  run: (
    given: ReturnType<typeof composeBuild>,
    options: {
      readonly signal: AbortSignal;
      readonly timeoutMs: number;
      readonly onLine: (line: string) => void;
    },
  ) => Promise<unknown>,
  builds: readonly Build[],
  { signal, onLine }: { readonly signal: AbortSignal; readonly onLine: (line: string) => void },
): Promise<void> {
  const last: string[] = [];
  const services = builds.flatMap((build) => build.services);
  try {
    await run(composeBuild(builds), {
      ...{ signal, timeoutMs: BUILD_TIMEOUT_MS },
      onLine: (line) => {
        onLine(line);
        last.push(line);
        if (last.length > LAST_LINES) last.shift();
      },
    });
  } catch (error) {
    throw failure(error, services, last);
  }
}

/** Without its cause, which would repeat the whole build. */
function failure(error: unknown, services: readonly string[], last: readonly string[]): unknown {
  if (!(error instanceof CommandError || error instanceof CommandTimeout)) return error;
  const names = services.join(', ');
  const message =
    error instanceof CommandTimeout
      ? `The build of ${names} did not end within an hour on the runner.`
      : `The build of ${names} failed on the runner.`;
  return new ActionError(message, {
    details: last.join('\n'),
    hint: `Nothing has been deployed. \`docker compose build ${services.join(' ')}\` shows the same on your machine.`,
    status: 'image',
  });
}
