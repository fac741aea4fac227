import { judge } from '../converge/judge/judge.ts';
import type { ServiceVerdict } from '../converge/verdict.ts';
import { expectedOf } from '../deploy/roll-back.ts';
import type { EngineApi } from '../engine/api.ts';
import { type PresentService, readServices, STACK_LABEL } from '../stack/present.ts';
import { stackReader } from '../stack/snapshot.ts';
import type { Service } from '../swarm/objects.ts';

/** A service of a stack at this moment. */
export interface Seen {
  readonly service: PresentService;
  readonly verdict: ServiceVerdict;
  /** Everything runs, or has ended, that is to, and the engine changes nothing of it. */
  readonly isWhole: boolean;
  /** RFC 3339 time of its last change. */
  readonly changed: string | undefined;
  /** What its last update has come to, in Docker's words; undefined where there was none. */
  readonly update: Service['UpdateStatus'];
}

/**
 * Looks once at each service of a stack, and judges it as `up` does. Changes nothing. Rejects as
 * `EngineApi.get` does.
 */
export async function look(
  api: Pick<EngineApi, 'get'>,
  stack: string,
  signal: AbortSignal,
): Promise<readonly Seen[]> {
  const [all, snapshot] = await Promise.all([
    readServices(api, signal),
    stackReader(api, stack).read(signal),
  ]);
  const services = all.filter(({ Spec }) => Spec.Labels[STACK_LABEL] === stack);
  return expectedOf({ services }, stack).flatMap((expected): Seen[] => {
    const service = services.find(({ Spec }) => Spec.Name === `${stack}_${expected.name}`);
    const found = snapshot.services.find(({ ID }) => ID === service?.ID);
    if (!service || !found) return [];
    const { tasks, nodes } = snapshot;
    const { verdict, trouble, steady } = judge(expected, {
      ...{ tasks, nodes, service: found, remembered: [] },
    });
    const { UpdateStatus: update, UpdatedAt: changed } = found;
    const isChanging = update?.State === 'updating' || update?.State === 'rollback_started';
    return [
      {
        ...{ service, changed, update },
        verdict: trouble
          ? { ...verdict, state: 'failed', class: trouble.class }
          : { ...verdict, ...(verdict.state === 'converged' && { class: 'converged' as const }) },
        isWhole: steady !== undefined && !isChanging,
      },
    ];
  });
}
