import { ActionError } from '../../base/errors.ts';
import { listed } from '../../base/listed.ts';
import type { RenderedStack } from '../../compose/render/render.ts';
import { ConvergeError } from '../../converge/converge.ts';
import { readSwarmState } from '../../engine/enter.ts';
import { type Snapshot, stackReader } from '../../stack/snapshot.ts';
import type { Member, Swarm } from '../../swarm/form.ts';
import type { Node } from '../../swarm/objects.ts';
import type { Tells } from '../journal.ts';
import type { Run } from '../run.ts';

/**
 * How long the engine of a node may take to answer, in ms. A manager believes in a node for as long
 * after it has died.
 */
const ANSWER_MS = 10_000;
/** Nodes that a message names. */
const NAMES = 10;

/** A node that is not what it was when the swarm was formed. */
interface LostNode {
  readonly name: string;
  /** `does not answer`, `has left the swarm`, `is down`. */
  readonly what: string;
  /** How many tasks of the stack are said to run there. */
  readonly running: number;
}

/** What was found at the end. */
interface LastLook {
  readonly members: readonly Member[];
  readonly lost: readonly LostNode[];
  /** Of services whose number of replicas is not the one that was deployed. */
  readonly scaled: readonly string[];
}

/**
 * Looks at the nodes and services once more when a deployment has come to its end, so that the
 * report says what is and not what was. Warns of nodes that were lost and services that somebody
 * else has scaled; throws `ActionError` where tasks of the stack are said to run on a node that
 * does not answer.
 */
export async function lookOnceMore(
  { signal, reporter, journal }: Pick<Run, 'signal' | 'reporter'> & Tells<'learned'>,
  swarm: Swarm,
  stack: RenderedStack,
): Promise<void> {
  const found = await look(swarm, stack, signal);
  journal.learned({ members: found.members });
  for (const line of found.scaled) reporter.log.warning(line);
  const silent = found.lost.filter(({ running }) => running > 0);
  if (silent.length > 0) {
    throw new ActionError(
      `${wordsOf(silent)}, where tasks of stack ${stack.name} are said to run.`,
      {
        details: silent.map(({ name, running }) => `${name}: ${running} tasks`).join('\n'),
        hint: 'Check that the machine runs, and its dockerd. Once the swarm knows that it has gone, Swarm starts the tasks on other nodes: then run this step again.',
      },
    );
  }
  if (found.lost.length > 0) {
    const them = found.lost.length === 1 ? 'it' : 'them';
    reporter.log.warning(`${wordsOf(found.lost)}. The stack runs without ${them}.`);
  }
}

/**
 * The failure of a deployment, with the nodes first that were lost meanwhile: they are the cause of
 * what else went wrong.
 */
export async function namingLostNodes(
  { signal, journal }: Pick<Run, 'signal'> & Tells<'learned'>,
  swarm: Swarm,
  stack: RenderedStack,
  error: unknown,
): Promise<unknown> {
  if (signal.aborted || !(error instanceof ActionError)) return error;
  const found = await look(swarm, stack, signal).catch(() => undefined);
  if (!found) return error;
  journal.learned({ members: found.members });
  if (found.lost.length === 0) return error;
  const { message, status, details = '', hint = '' } = error;
  const said = `${wordsOf(found.lost)}. ${message}`;
  const options = { status, details, hint, cause: error.cause };
  return error instanceof ConvergeError
    ? new ConvergeError(said, options, error.verdicts)
    : new ActionError(said, options);
}

async function look(swarm: Swarm, stack: RenderedStack, signal: AbortSignal): Promise<LastLook> {
  const snapshot = await stackReader(swarm.api, stack.name).read(signal);
  const nodes = new Map(snapshot.nodes.map((node) => [node.ID, node]));
  const found = await Promise.all(
    swarm.members.map(async (member) => {
      const node = nodes.get(member.node.ID);
      return { member, node, what: await stateOf(member, node, signal) };
    }),
  );
  return {
    members: found.map(({ member, node = member.node, what }) => ({
      ...member,
      node: what === undefined ? node : { ...node, Status: { ...node.Status, State: 'down' } },
    })),
    lost: found.flatMap(({ member, what }): LostNode[] => {
      const { ID, Description } = member.node;
      const running = runningOn(ID, snapshot);
      return what === undefined ? [] : [{ name: Description.Hostname, what, running }];
    }),
    scaled: scaledIn(stack, snapshot),
  };
}

async function stateOf(
  { machine }: Member,
  node: Node | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (!node) return 'has left the swarm';
  if (node.Status.State === 'down') return 'is down';
  const swarm = await readSwarmState(machine.api, signal, ANSWER_MS).catch(() => undefined);
  signal.throwIfAborted();
  if (!swarm) return 'does not answer';
  return swarm.LocalNodeState === 'inactive' ? 'has left the swarm' : undefined;
}

function runningOn(node: string, { services, tasks }: Snapshot): number {
  return tasks.filter(
    ({ NodeID, ServiceID, DesiredState, Status }) =>
      NodeID === node &&
      DesiredState === 'running' &&
      Status.State === 'running' &&
      services.some(({ ID }) => ID === ServiceID),
  ).length;
}

function scaledIn({ name: stack, services }: RenderedStack, snapshot: Snapshot): string[] {
  return services.flatMap(({ name, mode, replicas }) => {
    const found = snapshot.services.find(({ Spec }) => Spec.Name === `${stack}_${name}`);
    const now = found?.Spec.Mode.Replicated?.Replicas;
    if (mode !== 'replicated' || now === undefined || now === replicas) return [];
    return [
      `Service ${name} has ${now} replicas and was deployed with ${replicas}: something else has scaled it meanwhile.`,
    ];
  });
}

function wordsOf(nodes: readonly LostNode[]): string {
  return listed(
    nodes.map(({ name, what }) => `Node ${name} ${what}`),
    NAMES,
  );
}
