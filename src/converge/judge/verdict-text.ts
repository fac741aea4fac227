import { writtenReference } from '../../images/content-tag.ts';
import type { Node, Service, Task } from '../../swarm/objects.ts';
import type { TaskView } from '../verdict.ts';
import { isEarlier } from './failures.ts';
import { hasEnded, isRunning, type Mode } from './slots.ts';

/** `2/3 running, 1 starting, 4 failed`, with the words for what an update is doing. */
export function summaryOf(
  counts: { readonly desired: number; readonly running: number; readonly completed: number },
  mode: Mode,
  current: readonly Task[],
  failures: readonly Task[],
  update: readonly string[],
): string {
  const { desired, running, completed } = counts;
  if (mode.kind === 'replicated' && desired === 0 && current.length === 0) return 'scaled to 0';
  const ends = mode.kind.endsWith('job') || (completed > 0 && running === 0);
  const others = current.filter((task) => !isRunning(task) && !hasEnded(task));
  const states = Map.groupBy(others, stateOf);
  const parts = [
    ends ? `${completed}/${desired} completed` : `${running}/${desired} running`,
    ...(ends && running > 0 ? [`${running} running`] : []),
    ...(!ends && completed > 0 ? [`${completed} completed`] : []),
    ...[...states].map(([state, tasks]) => `${tasks.length} ${state}`),
    ...failureWords(failures),
    ...update,
  ];
  return parts.join(', ');
}

/** Docker's word, but for what runs only until it has stopped. */
function stateOf({ DesiredState, Status }: Task): string {
  return Status.State === 'running' && DesiredState === 'shutdown' ? 'stopping' : Status.State;
}

function failureWords(failures: readonly Task[]): string[] {
  const ended = failures.filter((task) => task.Status.State === 'complete').length;
  const failed = failures.length - ended;
  return [...(failed > 0 ? [`${failed} failed`] : []), ...(ended > 0 ? [`${ended} ended`] : [])];
}

export function updateWords({ UpdateStatus }: Service): string[] {
  switch (UpdateStatus?.State) {
    case 'updating':
      return ['updating'];
    case 'paused':
      return ['update paused'];
    case 'rollback_started':
      return ['rolling back'];
    case 'rollback_completed':
      return ['rolled back'];
    case 'rollback_paused':
      return ['rollback failed'];
    default:
      return [];
  }
}

/**
 * Ids of containers and endpoints in a message: two failures that differ in nothing else are the
 * same to a reader.
 */
const LONG_ID = /[0-9a-f]{12,64}/g;

/** What the engine says is wrong, newest first, each once. */
export function reasonsOf(
  { UpdateStatus }: Service,
  failures: readonly Task[],
  current: readonly Task[],
): string[] {
  const { State = '', Message = '' } = UpdateStatus ?? {};
  const stopped = State === 'paused' || State.startsWith('rollback');
  const texts = [
    stopped ? Message : '',
    ...current.filter((task) => !hasEnded(task)).map((task) => task.Status.Err),
    ...failures.map((task) => task.Status.Err),
  ];
  const byMeaning = new Map<string, string>();
  for (const text of texts) {
    const meaning = text.replace(LONG_ID, '');
    if (text !== '' && !byMeaning.has(meaning)) byMeaning.set(meaning, text);
  }
  return [...byMeaning.values()];
}

/** Of nodes that were read once: a thousand tasks ask for theirs one after the other. */
const NAMES = new WeakMap<readonly Node[], ReadonlyMap<string, string>>();

function namesOf(nodes: readonly Node[]): ReadonlyMap<string, string> {
  const known = NAMES.get(nodes);
  if (known) return known;
  const names = new Map(nodes.map(({ ID, Description }) => [ID, Description.Hostname]));
  NAMES.set(nodes, names);
  return names;
}

export function viewOf(task: Task, service: Service, mode: Mode, nodes: readonly Node[]): TaskView {
  const { State, Err, ContainerStatus } = task.Status;
  const node = namesOf(nodes).get(task.NodeID ?? '');
  const numbered = mode.kind === 'replicated' || mode.kind === 'replicated-job';
  // The API gives 0 also where nothing ended: a rejected task never had a process.
  const ended = State === 'complete' || State === 'failed';
  const isFinal = task.DesiredState === 'shutdown' && hasEnded(task);
  const earlier = isFinal && isEarlier(task, service);
  return {
    id: task.ID,
    slot: numbered ? task.Slot : undefined,
    node: node || task.NodeID,
    state: State,
    exitCode: ended ? ContainerStatus?.ExitCode : undefined,
    earlier: earlier || undefined,
    error: Err || undefined,
    image: writtenReference(task.Spec.ContainerSpec?.Image ?? ''),
  };
}
