import { ActionError } from '../base/errors.ts';
import { type Plan, planOfReturn } from '../deploy/plan.ts';
import { isContentReference, writtenReference } from '../images/content-tag.ts';
import { type Present, readPresent, type ServiceSpec } from '../stack/present.ts';
import { beforeIn, type Return, wayBack } from '../stack/specs-before.ts';
import { readSwarmLabels } from '../swarm/membership.ts';
import { beforeNoted } from '../up/deploy/turns.ts';
import type { OperationContext, Standing } from './standing.ts';

/** What a rollback is going to do. */
export interface Ways {
  readonly present: Present;
  /** What the services are going to be: as they are now, with the specs that they get. */
  readonly target: Present;
  readonly plan: Plan;
}

/**
 * Finds out what a stack was before its last deployment, and that all of it is still there. Changes
 * nothing. Throws `ActionError` where there is nothing to go back to, and where something that it
 * needs is gone.
 */
export async function findWayBack(
  { signal, reporter }: Pick<OperationContext, 'signal' | 'reporter'>,
  { swarm, record, cluster }: Standing,
  stack: string,
): Promise<Ways> {
  const { api, members } = swarm;
  const note = cluster ? beforeNoted(await readSwarmLabels(api, signal), stack) : record?.before;
  const had = beforeIn(note);
  if (!had) throw nothingBefore(stack);
  const present = await readPresent(api, signal);
  const { returns, lost } = wayBack(present, stack, had);
  if (lost.length > 0) throw specsLost(stack, lost);
  if (returns.every(({ service, spec }) => service.Spec === spec)) throw isBack(stack);
  const missing = returns.flatMap((one) => missingFor(one, present));
  if (missing.length > 0) throw objectsMissing(stack, missing);
  const specs = returns.flatMap(({ spec }) => spec ?? []);
  for (const { name, image } of await missingImages(specs, members, signal)) {
    reporter.log.warning(
      `${name} does not have the image ${writtenReference(image)} of the earlier deployment, which was loaded into the nodes: no task of it can run there.`,
    );
  }
  const services = returns.flatMap(({ service, spec }) =>
    spec ? [{ ...service, Spec: spec }] : [],
  );
  return {
    present,
    target: { ...present, services },
    plan: planOfReturn(stack, returns, present.networks),
  };
}

/**
 * The configs, secrets and networks of the spec that a service is to get which the swarm does not
 * have.
 */
function missingFor({ service, spec }: Return, present: Present): string[] {
  if (!spec || spec === service.Spec) return [];
  const { ContainerSpec, Networks } = spec.TaskTemplate;
  const has = (objects: readonly { ID: string }[], id: string | undefined) =>
    id === undefined || objects.some(({ ID }) => ID === id);
  const name = service.Spec.Name;
  return [
    ...(ContainerSpec?.Configs ?? [])
      .filter(({ ConfigID }) => !has(present.configs, ConfigID))
      .map(({ ConfigName }) => `${name}: config ${ConfigName}`),
    ...(ContainerSpec?.Secrets ?? [])
      .filter(({ SecretID }) => !has(present.secrets, SecretID))
      .map(({ SecretName }) => `${name}: secret ${SecretName}`),
    ...(Networks ?? [])
      .filter(({ Target }) => !present.networks.some(({ Id, Name }) => [Id, Name].includes(Target)))
      .map(({ Target }) => `${name}: network ${Target}`),
  ];
}

/** Images that come from no registry, and the machines that do not have them any more. */
async function missingImages(
  specs: readonly ServiceSpec[],
  members: Standing['swarm']['members'],
  signal: AbortSignal,
): Promise<readonly { readonly name: string; readonly image: string }[]> {
  const images = new Set(
    specs
      .flatMap(({ TaskTemplate }) => TaskTemplate.ContainerSpec?.Image ?? [])
      .filter(isContentReference),
  );
  const options = { anyExitCode: true, repeatable: true, signal };
  const asked = members.flatMap(({ machine }) =>
    [...images].map(async (image) => {
      const { exitCode } = await machine.ssh.run(['docker', 'image', 'inspect', image], options);
      return exitCode === 0 ? [] : [{ name: machine.name, image }];
    }),
  );
  return (await Promise.all(asked)).flat();
}

function nothingBefore(stack: string): ActionError {
  return new ActionError(`There is nothing that stack ${stack} could go back to.`, {
    details:
      'Nothing says what it was before its last deployment. It was deployed once, or the last time by hand or by an earlier version of Swarm Up.',
    hint: 'Nothing was changed. Deploy the commit that is meant: run the job that deployed it again ("Re-run jobs").',
  });
}

function isBack(stack: string): ActionError {
  return new ActionError(`Stack ${stack} is what it was before its last deployment.`, {
    details:
      'The last deployment changed no service, or was taken back already. Swarm keeps one earlier spec of each service, so there is no way further back.',
    hint: 'Nothing was changed. Deploy the commit that is meant: run the job that deployed it again ("Re-run jobs").',
  });
}

function specsLost(stack: string, lost: readonly string[]): ActionError {
  return new ActionError(
    `Stack ${stack} cannot go back: Swarm does not keep all of what it was before its last deployment.`,
    {
      details: lost.join('\n'),
      hint: 'Nothing was changed. Deploy the commit that is meant: run the job that deployed it again ("Re-run jobs"). One service alone goes back on a manager: docker service rollback <service>',
    },
  );
}

function objectsMissing(stack: string, missing: readonly string[]): ActionError {
  return new ActionError(
    `Stack ${stack} cannot go back: the swarm does not have all that its earlier services need.`,
    {
      details: missing.join('\n'),
      hint: 'Nothing was changed. Somebody has removed them. Deploy the commit that is meant: run the job that deployed it again ("Re-run jobs").',
    },
  );
}
