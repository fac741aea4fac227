import { describeError } from '../../base/errors.ts';
import { inStage } from '../../base/stages.ts';
import { awaitedBy } from '../../compose/depends-on.ts';
import type { RenderedService, RenderedStack } from '../../compose/render/render.ts';
import { ConvergeError, converge, type ServiceVerdict } from '../../converge/converge.ts';
import { stackReader } from '../../stack/snapshot.ts';
import type { Swarm } from '../../swarm/form.ts';
import type { CheckedStack } from '../check/checked-stack.ts';
import type { Tells } from '../journal.ts';
import type { Run } from '../run.ts';
import type { Comparison } from './compare.ts';
import { deploy, prepare, type ReadyStack, type WaveContext } from './deploy-wave.ts';

/**
 * Hands the stack to the manager, wave after wave, each once what it waits for has converged.
 * Resolves with how much of `wait-timeout` is left, in ms. `cutShort` is called with the services
 * that stay as they were where it throws.
 */
export async function deployInWaves(
  context: WaveContext & Tells<'progress' | 'learned'>,
  swarm: Swarm,
  compose: CheckedStack,
  comparison: Comparison,
  cutShort: (services: readonly string[]) => void,
): Promise<number> {
  const { inputs, reporter, clock } = context;
  const { stack } = compose;
  const { waves } = stack;
  let ready: ReadyStack | undefined;
  let leftMs = inputs.waitTimeoutMs;
  for (const [at, wave] of waves.entries()) {
    const title = `Deploying stack ${stack.name}`;
    const which = waves.length === 1 ? '' : `, wave ${at + 1} of ${waves.length}`;
    const later = waves.slice(at + 1).flatMap(({ services }) => services);
    await inStage(reporter, `${title}${which}`, async () => {
      if (waves.length > 1) reporter.log.info(`Services: ${wave.services.join(', ')}`);
      ready ??= await prepare(context, swarm, compose);
      await deploy(context, swarm, ready, at, comparison);
      const awaits = waves[at + 1]?.awaits;
      if (!awaits) return;
      reporter.log.info(`Waiting for ${awaits.join(', ')}`);
      const began = clock.now();
      const expected = stack.services.filter(({ name }) => awaits.includes(name));
      const verdicts = await waitFor(context, swarm, stack, {
        // That they run is what the next wave waits for. How long they hold is seen at the end,
        // when everything is there.
        expected: expected.map((service) => ({ ...service, monitorMs: 0 })),
        timeoutMs: leftMs,
        stableForMs: 0,
      });
      context.journal.learned({ verdicts });
      leftMs = Math.max(0, leftMs - (clock.now() - began));
    }).catch((error: unknown) => {
      if (later.length > 0) cutShort(later);
      throw error instanceof ConvergeError ? namingWaiters(error, stack, later) : error;
    });
  }
  return leftMs;
}

/** Waits until these services of the stack have converged, and tells how they come along. */
export async function waitFor(
  context: Pick<Run, 'clock' | 'reporter' | 'signal'> & Tells<'progress'>,
  swarm: Swarm,
  stack: RenderedStack,
  what: {
    readonly expected: readonly RenderedService[];
    readonly timeoutMs: number;
    readonly stableForMs: number;
  },
): Promise<readonly ServiceVerdict[]> {
  return await converge(stackReader(swarm.api, stack.name), {
    ...what,
    stackName: stack.name,
    clock: context.clock,
    signal: context.signal,
    onProgress: context.journal.progress,
    outage: () => swarm.manager.ssh.outage(),
    onReadError: (error) => context.reporter.log.warning(describeError(error)),
  });
}

/**
 * Of a run with `wait: false`: conditions of `depends_on` are part of what the file means, so they
 * are waited for in any case.
 */
export function tellWaits(
  { waves }: Pick<RenderedStack, 'waves'>,
  warn: (message: string) => void,
): void {
  const awaited = new Set(waves.flatMap(({ awaits }) => awaits ?? []));
  if (awaited.size === 0) return;
  warn(
    `wait: ${[...awaited].join(', ')} ${awaited.size === 1 ? 'is' : 'are'} waited for all the same, since other services depend on them (\`depends_on\` with a condition).`,
  );
}

/**
 * Adds the services that were not deployed any more, and for which of those that failed each of
 * them waited.
 */
export function namingWaiters(
  error: ConvergeError,
  { services, dependencies }: Pick<RenderedStack, 'services' | 'dependencies'>,
  later: readonly string[],
): ConvergeError {
  if (later.length === 0) return error;
  const failed = error.verdicts.filter(({ state }) => state === 'failed');
  const waiting = later.map((name) => {
    const needed = awaitedBy(name, dependencies);
    const on = failed.map(({ service }) => service).filter((service) => needed.has(service));
    return { name, reason: on.length === 0 ? '' : `waits for ${on.join(', ')}` };
  });
  const summaryOf = (name: string) => {
    const found = waiting.find((one) => one.name === name);
    if (!found) return 'deployed, not waited for';
    return found.reason === '' ? 'not deployed' : `not deployed: ${found.reason}`;
  };
  const others = services
    .filter(({ name }) => !error.verdicts.some(({ service }) => service === name))
    .map(({ name }): ServiceVerdict => {
      const tasks = { running: 0, desired: 0, tasks: [] };
      return { service: name, state: 'pending', summary: summaryOf(name), reasons: [], ...tasks };
    });
  const names = waiting.map(({ name, reason }) => (reason === '' ? name : `${name} (${reason})`));
  const { status, details, hint, cause } = error;
  return new ConvergeError(
    `${error.message}. Not deployed: ${names.join(', ')}`,
    { status, details, hint, cause },
    [...error.verdicts, ...others],
  );
}
