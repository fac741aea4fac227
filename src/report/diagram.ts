import { codeBlock, oneLine } from './markdown.ts';
import type { NodeReport, Report, ServiceReport, TaskReport } from './report.ts';

/** With more of them, nodes of one role and state are drawn as one column. */
const NODES_ONE_BY_ONE = 50;
/** More services than this are not drawn in such a column, but only the states of their tasks. */
const SERVICES_IN_COLUMN = 20;
/** Above these numbers the tasks of one service on one node are drawn as one box. */
const TASKS_ONE_BY_ONE = 40;
const TASKS_PER_NODE = 8;
/** More than this nobody reads; then only the states are counted. */
const BOXES = 400;
/** Mermaid refuses to draw more than 50 000 characters (`maxTextSize` in its configuration). */
const SOURCE_LIMIT = 45_000;
const NODES_PER_ROW = 4;
/** Of a cluster of more than two rows, so that it is not a tower. */
const NODES_PER_NARROW_ROW = 6;
const LABEL_LIMIT = 40;
/** A node that the swarm does not know any more has an id, and no name. */
const GONE = /^[0-9a-z]{25}$/;
/** A longer tag is a hash, which nobody compares by eye. */
const TAG_LENGTH = 16;
const PORTS_NAMED = 2;

type Look = keyof typeof LOOKS;

/**
 * The fills carry white text and stand on GitHub's white and on its dark page; greys with
 * transparency take the tone of the page.
 */
const LOOKS = {
  running: 'fill:#1f7a3a,stroke:#1f7a3a,color:#ffffff',
  before: 'fill:#6f4aa8,stroke:#6f4aa8,color:#ffffff',
  complete: 'fill:#1f5fa8,stroke:#1f5fa8,color:#ffffff',
  starting: 'fill:#8a5a00,stroke:#8a5a00,color:#ffffff',
  failed: 'fill:#b3261e,stroke:#b3261e,color:#ffffff',
  stopped: 'fill:#5b6370,stroke:#5b6370,color:#ffffff',
  empty: 'fill:none,stroke:none,color:#7a828e',
  title: 'fill:none,stroke:none,font-weight:bold',
  node: 'fill:#8080801a,stroke:#80808080',
  lost: 'fill:#b3261e1a,stroke:#b3261e,stroke-dasharray:5 4',
};

interface Box {
  readonly label: string;
  readonly look: Look;
}

interface Column {
  readonly title: string;
  readonly bad: boolean;
  readonly boxes: readonly Box[];
}

type Drawn = Pick<Report, 'nodes' | 'services'>;

/**
 * A Mermaid diagram of the nodes with their tasks, of many nodes by role and state, as a fenced
 * block; empty where it would show nothing or too much.
 */
export function diagram(report: Drawn): string {
  if (report.nodes.length === 0) return '';
  for (const draw of [oneByOne, byService, byState]) {
    const columns = columnsOf(report, draw);
    const source = columns && blocks(columns);
    if (source && source.length <= SOURCE_LIMIT) return codeBlock(source, 'mermaid');
  }
  return '';
}

/**
 * Mermaid's block diagram, because it keeps order and columns; a flowchart puts unlinked subgraphs
 * where it likes. Every identifier in it is ours. Shorter columns are filled up with spaces, for
 * Mermaid would stretch their boxes.
 */
function blocks(columns: readonly Column[]): string {
  const height = Math.max(...columns.map(({ boxes }) => boxes.length));
  const styles = new Map<string, string[]>();
  const style = (name: string, id: string) => styles.set(name, [...(styles.get(name) ?? []), id]);
  const lines = columns.flatMap(({ title, bad, boxes }, index) => {
    const id = `n${index}`;
    style(bad ? 'lost' : 'node', id);
    style('title', `${id}title`);
    return [
      `  block:${id}`,
      '    columns 1',
      `    ${id}title["${title}"]`,
      ...boxes.map((box, row) => {
        style(box.look, `${id}t${row}`);
        return `    ${id}t${row}("${box.label}")`;
      }),
      ...Array.from({ length: height - boxes.length }, () => '    space'),
      '  end',
    ];
  });
  return [
    'block-beta',
    `  columns ${rowLength(columns.length)}`,
    ...lines,
    ...[...styles].flatMap(([name, ids]) => [
      `  classDef ${name} ${LOOKS[name as Look]}`,
      `  class ${ids.join(',')} ${name}`,
    ]),
  ].join('\n');
}

function columnsOf(
  { nodes, services }: Drawn,
  draw: (placed: readonly PlacedTask[]) => readonly Box[],
): Column[] | undefined {
  const placed = services.flatMap((service) =>
    service.tasks.map((task): PlacedTask => ({ service, task })),
  );
  const byNode = Map.groupBy(placed, ({ task: { node } }) =>
    node === undefined || GONE.test(node) ? undefined : node,
  );
  const fullest = Math.max(0, ...[...byNode.values()].map(({ length }) => length));
  if (draw === oneByOne && (placed.length > TASKS_ONE_BY_ONE || fullest > TASKS_PER_NODE)) return;
  const all = placesOf(nodes, [...byNode.keys()]);
  const isGrouped = all.length > NODES_ONE_BY_ONE;
  const places = isGrouped ? grouped(all) : all;
  const columns = places.map(({ title, bad, names }): Column => {
    const boxes = draw(names.flatMap((name) => byNode.get(name) ?? []));
    return { title, bad, boxes: boxes.length > 0 ? boxes : [NO_TASKS] };
  });
  const waiting = draw(byNode.get(undefined) ?? []);
  if (waiting.length > 0) columns.push({ title: 'on no node', bad: true, boxes: waiting });
  const longest = Math.max(...columns.map(({ boxes }) => boxes.length));
  if (isGrouped && draw === byService && longest > SERVICES_IN_COLUMN) return;

  return columns.reduce((sum, column) => sum + column.boxes.length, 0) > BOXES
    ? undefined
    : columns;
}

const NO_TASKS: Box = { label: 'no tasks', look: 'empty' };

/** Where tasks may be: a node, or several of one kind. */
interface Place {
  readonly title: string;
  readonly bad: boolean;
  /** What is common to those that may be drawn as one. */
  readonly kind: string;
  readonly names: readonly string[];
}

/** The nodes of the cluster, and others of its swarm that have tasks of the stack. */
function placesOf(
  nodes: readonly NodeReport[],
  used: readonly (string | undefined)[],
): readonly Place[] {
  const own = new Set(nodes.map(({ name }) => name));
  return [
    ...nodes.map((node) => ({
      ...{ title: nodeTitle(node), bad: node.state !== 'ready', names: [node.name] },
      kind: `${node.role}s${node.state === 'ready' ? '' : ` · ${escapeLabel(node.state)}`}`,
    })),
    ...used
      .filter((name) => name !== undefined)
      .filter((name) => !own.has(name))
      .map((name) => ({
        ...{ title: `${escapeLabel(name)} · other node`, bad: false, names: [name] },
        kind: 'other nodes',
      })),
  ];
}

function grouped(places: readonly Place[]): readonly Place[] {
  return [...Map.groupBy(places, ({ kind }) => kind)].map(([kind, some]) => ({
    ...{ kind, bad: some.some(({ bad }) => bad) },
    title: some.length === 1 ? (some[0]?.title ?? kind) : `${some.length} ${kind}`,
    names: some.flatMap(({ names }) => names),
  }));
}

interface PlacedTask {
  readonly service: ServiceReport;
  readonly task: TaskReport;
}

function oneByOne(placed: readonly PlacedTask[]): Box[] {
  return placed.map(({ service, task }) => {
    const own = label([nameOf(service, task), ...marksOf(service, task)], stateWords(task));
    return { label: own + beforeMark(task), look: lookOf(task) };
  });
}

function byService(placed: readonly PlacedTask[]): Box[] {
  const services = Map.groupBy(placed, ({ service }) => service);
  return [...services].flatMap(([service, own]) =>
    [...Map.groupBy(own, ({ task }) => stateWords(task) + beforeMark(task)).values()].flatMap(
      ([first, ...rest]) => {
        if (first === undefined) return [];
        const { task } = first;
        const words = label([service.name, ...marksOf(service, task)], stateWords(task));
        return { label: times(rest.length + 1) + words + beforeMark(task), look: lookOf(task) };
      },
    ),
  );
}

function byState(placed: readonly PlacedTask[]): Box[] {
  const groups = Map.groupBy(placed, ({ task }) => task.state + beforeMark(task));
  return [...groups.values()].flatMap(([first, ...rest]) => {
    if (first === undefined) return [];
    const { task } = first;
    const words = `${rest.length + 1} ${escapeLabel(task.state)}`;
    return { label: words + beforeMark(task), look: lookOf(task) };
  });
}

function nameOf({ name, mode, desired }: ServiceReport, { slot }: TaskReport): string {
  // The API counts the slots of a job from 0, and one that runs once has no other.
  const isOnly = mode.endsWith('job') && desired <= 1;
  return slot === undefined || isOnly ? name : `${name}.${slot}`;
}

/**
 * The version of a task's image, and the ports that its service publishes. `latest` says nothing of
 * a version.
 */
function marksOf({ ports }: ServiceReport, { image = '' }: TaskReport): string[] {
  const tag = /^[^@]*?:([^:/@]+)(?:@.*)?$/.exec(image)?.[1] ?? '';
  const published = ports.map((port) => port.split('->', 1)[0] ?? '').slice(0, PORTS_NAMED);
  const isVersion = tag.length <= TAG_LENGTH && tag !== 'latest';
  return [isVersion ? tag : '', published.join(', ')].filter(Boolean);
}

function beforeMark({ before }: TaskReport): string {
  return before ? ' (before)' : '';
}

function times(number: number): string {
  return number === 1 ? '' : `${number} × `;
}

function label(parts: readonly string[], state: string): string {
  const name = parts.map(escapeLabel).join(' · ');
  return state === '' ? name : `${name}: ${escapeLabel(state)}`;
}

function nodeTitle({ name, role, leader, state }: NodeReport): string {
  const parts = [leader ? `${role}, leader` : role];
  if (state !== 'ready') parts.push(escapeLabel(state));
  return [escapeLabel(name), ...parts].join(' · ');
}

/** What a colour alone would not tell; nothing for a task that simply runs. */
function stateWords({ state, exitCode }: TaskReport): string {
  if (state === 'running') return '';
  if (state === 'failed' && exitCode !== undefined) return `exit ${exitCode}`;
  return state;
}

/**
 * Task states as in `docker service ps`
 * (https://docs.docker.com/engine/swarm/how-swarm-mode-works/swarm-task-states/).
 */
function lookOf({ state, before }: TaskReport): Look {
  switch (state) {
    case 'running':
      return before ? 'before' : state;
    case 'complete':
    case 'failed':
      return state;
    case 'rejected':
    case 'orphaned':
      return 'failed';
    case 'shutdown':
    case 'remove':
      return 'stopped';
    default:
      return 'starting';
  }
}

/**
 * A Mermaid label on one line. All but letters, digits, spaces and the dots and dashes inside words
 * is written as an entity, so that no name can end the label, start a comment or a directive, or be
 * taken for Markdown.
 */
export function escapeLabel(text: string): string {
  return oneLine(text, LABEL_LIMIT).replace(
    /(?!(?<=[A-Za-z0-9])[-._](?=[A-Za-z0-9]))[^\p{L}\p{N} ]/gu,
    (character) => `#${character.codePointAt(0)};`,
  );
}

/** Nodes per row, so that the rows are about equally long. */
function rowLength(columns: number): number {
  const most = columns <= 2 * NODES_PER_ROW ? NODES_PER_ROW : NODES_PER_NARROW_ROW;
  return Math.ceil(columns / Math.ceil(columns / most));
}
