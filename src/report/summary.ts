import { count } from '../base/count.ts';
import { formatDuration } from '../base/duration.ts';
import { isUp } from '../base/errors.ts';
import { formatSize } from '../base/size.ts';
import type { Plan } from '../deploy/plan.ts';
import { planText } from '../deploy/plan-text.ts';
import { diagram } from './diagram.ts';
import { failure } from './failure.ts';
import { headline, sign } from './headline.ts';
import { alert, atMost, code, codeBlock, folded, lines, prose, table, words } from './markdown.ts';
import type { Report, ServiceReport, WarningReport } from './report.ts';
import { stillServing } from './still-serving.ts';
import { endpointTable, link } from './tables/endpoint-table.ts';
import { previewsTable } from './tables/previews-table.ts';
import { serviceTable } from './tables/service-table.ts';
import { timelineText } from './tables/timeline-chart.ts';

/**
 * GitHub takes 1 MiB per step
 * (https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits);
 * some of it is left to others.
 */
const LIMIT_BYTES = 1_000_000;
const FAILURE_LIMIT_BYTES = 700_000;
/** Log lines per service, from what one likes to read to what fits in any case. */
const LOG_LINES = [100, 20, 0];
const WARNINGS = 100;
const NODES = 100;
const PLAN_LINES = 200;

/**
 * The job summary in GitHub's Markdown, never above GitHub's limit. Nothing a user named or a
 * program printed is taken for markup.
 */
export function renderSummary(report: Report): string {
  const isPlanned = report.status === 'planned';
  const isWell = isPlanned || isUp(report.status);
  const timeline = isPlanned ? [] : timelineText(report.timeline);
  return joinWithin(LIMIT_BYTES, [
    `## ${sign(report.status)} ${heading(report)}`,
    facts(report),
    isWell ? machineCosts(report) : '',
    ...(isWell ? [] : [serving(report), reasons(report)]),
    isPlanned ? planSection(report) : '',
    report.status === 'deployed' ? '' : diagram(report),
    serviceTable(report.services, report.nodes),
    section('Endpoints', endpointTable(report.endpoints)),
    alert('WARNING', warningList(report.warnings)),
    isPlanned ? '' : planSection(report),
    livePreviews(report),
    section('Where the time went', timeline.length === 0 ? '' : codeBlock(timeline.join('\n'))),
    loadTable(report),
    nodeTable(report),
    teardown(report),
  ]);
}

/** The types, the places and the price of machines: those that there are, or else as planned. */
function machineCosts({ planned = [], costs = [] }: Report): string {
  const [title, lines] = costs.length > 0 ? ['Machines', costs] : ['Planned', planned];
  return lines.length === 0 ? '' : `${title}: ${lines.map((line) => words(line)).join('<br>')}`;
}

/** What changed, as a diff. Of a first deployment, where everything is new, it is folded. */
function planSection({ plan, status, machines = [] }: Report): string {
  if (!plan && machines.length === 0) return '';
  const isPlanned = status === 'planned';
  const title = isPlanned ? 'What would change' : 'What changed';
  const { shown, more } = atMost(plan ? planText(plan) : [], PLAN_LINES);
  const rest = more === 0 ? [] : [`  and ${more} more lines, in the job log`];
  const text = [...machines.map((line) => `! ${line}`), ...shown, ...rest].join('\n');
  const diff = codeBlock(text, 'diff');
  return plan && !isPlanned && isFirst(plan)
    ? folded(`${title}: ${createdCounts(plan)}`, diff)
    : section(title, diff);
}

/** Whether nothing of the stack was there before. */
function isFirst({ services }: Plan): boolean {
  return services.every(({ action }) => action === 'created' || action === 'withheld');
}

/** `6 services, 1 network created`. */
function createdCounts({ services, created }: Plan): string {
  const made = services.filter(({ action }) => action === 'created').length;
  const kinds = Map.groupBy(created, (object) => object.split(' ', 1)[0] ?? '');
  const counts = [
    count(made, 'service'),
    ...[...kinds].map(([kind, { length }]) => words(count(length, kind))),
  ];
  return `${counts.join(', ')} created`;
}

function serving(report: Report): string {
  const marks = { name: (text: string) => code(text, 64), strong: (text: string) => `**${text}**` };
  return alert('NOTE', stillServing(report, marks).join('<br>'));
}

/** What failed, with as many log lines as there is room for. */
function reasons(report: Report): string {
  for (const logLines of LOG_LINES) {
    const text = failure(report, logLines);
    if (Buffer.byteLength(text) <= FAILURE_LIMIT_BYTES) return text;
  }
  return '';
}

/** The parts as paragraphs; those that find no more room are left out, and the reader is told. */
function joinWithin(limitBytes: number, parts: readonly string[]): string {
  const note = 'Parts of this summary were too long for GitHub; the job log has everything.';
  let left = limitBytes - Buffer.byteLength(note);
  const kept = parts.filter((part) => {
    const bytes = Buffer.byteLength(part) + 2;
    if (part === '' || bytes > left) return false;
    left -= bytes;
    return true;
  });
  const complete = kept.length === parts.filter(Boolean).length;
  return `${[...kept, ...(complete ? [] : [note])].join('\n\n')}\n`;
}

function heading(report: Report): string {
  return headline(report, { name: (text) => code(text, 64), url: link, text: prose });
}

function facts({ nodes, services, timeline, cluster, driver, status, teardown }: Report): string {
  const managers = nodes.filter(({ role }) => role === 'manager').length;
  const totalMs = Math.max(0, ...timeline.map((stage) => stage.startMs + stage.durationMs));
  return [
    nodes.length === 0 ? '' : `${count(nodes.length, 'node')}, ${count(managers, 'manager')}`,
    services.length === 0
      ? ''
      : `${count(services.length, 'service')}, ${status === 'deployed' ? 'not waited for' : taskCounts(services)}`,
    timeline.length === 0 ? '' : formatDuration(totalMs),
    `cluster ${code(cluster, 64)}`,
    `driver ${code(driver, 64)}`,
    lifeWords(teardown?.lifeLeft ?? ''),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** `expires in 3 d`, `expired 2 h ago`. */
function lifeWords(lifeLeft: string): string {
  if (lifeLeft === '' || lifeLeft.startsWith('expired')) return words(lifeLeft, 64);
  return `expires in ${words(lifeLeft, 64)}`;
}

/** `9 tasks running, 1 failed`: the most frequent state first. */
function taskCounts(services: readonly ServiceReport[]): string {
  const states = Map.groupBy(
    services.flatMap(({ tasks }) => tasks),
    ({ state, before }) => (before ? `${state} in the old version` : state),
  );
  const counts = [...states].toSorted(([, a], [, b]) => b.length - a.length);
  if (counts.length === 0) return 'no tasks';
  return counts
    .map(
      ([state, { length }], index) =>
        `${index === 0 ? count(length, 'task') : length} ${words(state, 64)}`,
    )
    .join(', ');
}

function section(title: string, body: string): string {
  return body === '' ? '' : `### ${title}\n\n${body}`;
}

function warningList(warnings: readonly WarningReport[]): string {
  const { shown, more } = atMost(warnings, WARNINGS);
  return [
    ...shown.map(({ message, file, line }) => {
      const place =
        file === undefined ? '' : code(line === undefined ? file : `${file}:${line}`, 300);
      return `- ${place === '' ? '' : `${place}: `}${lines(message)}`;
    }),
    ...(more === 0 ? [] : [`- and ${more} more, in the job log`]),
  ].join('\n');
}

/** What side-loading cost, node by node; nothing where all had the images. */
function loadTable({ loads = [] }: Report): string {
  const sent = loads.filter(({ loaded }) => loaded.length > 0);
  if (sent.length === 0) return '';
  const { shown, more } = atMost(sent, NODES);
  const rows = shown.map(({ machine, loaded, bytes, from, durationMs }) => [
    code(machine, 64),
    loaded.map((name) => code(name, 200)).join(', '),
    from === undefined ? formatSize(bytes) : `by ${code(from, 64)}`,
    formatDuration(durationMs),
  ]);
  const text = table(['Node', 'Images', 'Sent', 'Time'], rows);
  const title = `Images loaded into ${count(sent.length, 'node')}`;
  return folded(title, more === 0 ? text : `${text}\n\nand ${more} more.`);
}

function nodeTable({ nodes }: Report): string {
  if (nodes.length === 0) return '';
  const { shown, more } = atMost(nodes, NODES);
  const rows = shown.map((node) => [
    code(node.name, 64),
    node.leader ? `${node.role}, leader` : node.role,
    node.state === 'ready' ? 'ready' : `**${words(node.state, 64)}**`,
    code(node.address, 64),
    words(node.engine, 64),
  ]);
  const text = table(['Node', 'Role', 'State', 'Address', 'Docker Engine'], rows);
  return folded(count(nodes.length, 'node'), more === 0 ? text : `${text}\n\nand ${more} more.`);
}

/** What else of the repository lives here; nothing where it is this run's own alone. */
function livePreviews({ livePreviews = [], cluster, stack, repositoryUrl }: Report): string {
  const own = livePreviews.some(({ name }) => name === stack) ? stack : cluster;
  if (livePreviews.every(({ name }) => name === own)) return '';
  const isPreview = livePreviews.some(({ pullRequest }) => pullRequest !== undefined);
  const what = isPreview ? 'All previews' : 'All deployments with a `ttl`';
  return section(
    `${what} of this repository here`,
    previewsTable(livePreviews, own ?? cluster, new Date(), repositoryUrl),
  );
}

function teardown({ teardown }: Report): string {
  if (teardown === undefined) return '';
  const { text, expires } = teardown;
  const expiry = expires === undefined ? '' : ` It expires at ${words(expires, 64)}.`;
  return `<sub>${prose(text, 500)}${expiry}</sub>`;
}
