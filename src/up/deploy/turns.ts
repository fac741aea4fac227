import type { EngineApi } from '../../engine/api.ts';
import { readStackRecords } from '../../stack/ownership.ts';
import { readServices, STACK_LABEL } from '../../stack/present.ts';
import { type Deployed, deployedIn, deployedNote, refuseOlder } from '../../stack/turn.ts';
import { readSwarmLabels } from '../../swarm/membership.ts';
import { changeSwarmLabels } from '../../swarm/records/change-labels.ts';
import type { Run } from '../run.ts';

// Which runs have deployed a stack stands in its record. A swarm of machines that were made for the
// cluster has no records, and is wholly ours: there it is a label of the swarm, which goes with it.

/** How often the note of a run is begun while others change the swarm. */
const TRIES = 3;

/**
 * To be asked under the lock, before anything of the stack is changed. Throws `Superseded` where a
 * newer run has deployed it.
 */
export async function refuseOlderRun(
  {
    driver,
    owner: { repository },
    turn,
    signal,
    reporter,
  }: Pick<Run, 'owner' | 'turn' | 'signal'> & {
    readonly driver: Pick<Run['driver'], 'makesMachines'>;
    readonly reporter: Pick<Run['reporter'], 'log'>;
  },
  api: EngineApi,
  stack: string,
): Promise<void> {
  if (!turn) return;
  const own = { repository, turn };
  if (driver.makesMachines) {
    const labels = await readSwarmLabels(api, signal);
    const deployed = deployedIn(labels[labelOf(stack)]);
    // The label outlives a stack that somebody has removed by hand.
    if (deployed.length === 0 || !(await isThere(api, stack, signal))) return;
    refuseOlder(stack, { repository, deployed }, own);
    return;
  }
  const records = await readStackRecords(api, signal, reporter.log.warning);
  const record = records.find((one) => one.stack === stack);
  if (!record) return;
  refuseOlder(stack, { repository: record.owner.repository, deployed: record.deployed }, own);
}

/**
 * Writes into a swarm that was made for the cluster that this run deploys the stack, and `before`,
 * the note of what its services are until then.
 */
export async function noteRun(
  context: Pick<Run, 'owner' | 'turn' | 'runUrl' | 'signal' | 'clock'>,
  api: Pick<EngineApi, 'get' | 'post'>,
  stack: string,
  before?: string,
): Promise<void> {
  // A name that no other run can mean has no other run.
  const own = context.owner.isOfRun ? undefined : deployedBy(context);
  if (!own && before === undefined) return;
  const { signal, clock } = context;
  const isUpdate = await isThere(api, stack, signal);
  const label = labelOf(stack);
  await changeSwarmLabels(
    api,
    (labels) => {
      const earlier = isUpdate ? deployedIn(labels[label]) : [];
      return {
        ...labels,
        ...(own && { [label]: deployedNote(earlier, own) }),
        ...(before !== undefined && { [beforeLabelOf(stack)]: before }),
      };
    },
    { signal, clock, tries: TRIES },
  );
}

/**
 * What labels of a swarm that was made for a cluster tell of who has deployed a stack on it, the
 * latest deployment last.
 */
export function deploymentsNoted(
  labels: Readonly<Record<string, string>>,
  stack: string,
): readonly Deployed[] {
  return deployedIn(labels[labelOf(stack)]);
}

/** This run, as one that deploys; undefined where nothing tells which is newer. */
export function deployedBy({
  turn,
  runUrl,
  owner,
}: Pick<Run, 'turn' | 'runUrl' | 'owner'>): Deployed | undefined {
  return turn && { line: turn.line, number: turn.number, by: runUrl ?? owner.run };
}

async function isThere(
  api: Pick<EngineApi, 'get'>,
  stack: string,
  signal: AbortSignal,
): Promise<boolean> {
  const services = await readServices(api, signal);
  return services.some(({ Spec }) => Spec.Labels[STACK_LABEL] === stack);
}

/**
 * The note in labels of a swarm that was made for a cluster of what the services of a stack were
 * before its last deployment.
 */
export function beforeNoted(
  labels: Readonly<Record<string, string>>,
  stack: string,
): string | undefined {
  return labels[beforeLabelOf(stack)];
}

function beforeLabelOf(stack: string): string {
  return `swarm-up.before.${stack}`;
}

function labelOf(stack: string): string {
  return `swarm-up.deployed.${stack}`;
}
