import { atMost, code, table, words } from '../markdown.ts';
import type { NodeReport, ServiceReport } from '../report.ts';
import { beforeWords, stateWords } from './state-words.ts';

const ROWS = 200;
const NODES_NAMED = 4;
const PORTS_NAMED = 6;

/** The services as a table, failed ones first. */
export function serviceTable(
  services: readonly ServiceReport[],
  nodes: readonly NodeReport[],
): string {
  if (services.length === 0) return '';
  const failedFirst = services.toSorted(
    (a, b) => Number(b.class !== undefined) - Number(a.class !== undefined),
  );
  const { shown, more } = atMost(failedFirst, ROWS);
  const rows = shown.map((service) => [
    code(service.name, 64),
    stateCell(service),
    service.mode === 'replicated' ? '' : service.mode,
    imageCell(service),
    portsCell(service.ports),
    placement(service, nodes),
  ]);
  const text = table(['Service', 'State', 'Mode', 'Image', 'Ports', 'Nodes'], rows);
  return more === 0 ? text : `${text}\n\nand ${more} more.`;
}

/** `nginx:1.27@sha256:0123456789ab…`: as much of a digest as Docker itself shows. */
export function shortImage(image: string): string {
  return image.replace(/(@sha256:[0-9a-f]{12})[0-9a-f]{52}$/, '$1…');
}

/** Of a failed update what still serves comes first: it is asked first. */
function stateCell(service: ServiceReport): string {
  const state = words(stateWords(service), 200);
  const before = beforeWords(service);
  const text = before === '' || state === '' ? state : `new version: ${state}`;
  const shown = service.class === undefined || text === '' ? text : `**${text}**`;
  return [before, shown].filter(Boolean).join('<br>');
}

/** That of the tasks that run in the version from before, where it is another. */
function imageCell({ image, tasks }: ServiceReport): string {
  const own = code(shortImage(image), 160);
  const before = [...new Set(tasks.flatMap((task) => (task.before && task.image) || []))];
  const old = before.filter((one) => one !== image).map((one) => code(shortImage(one), 160));
  return old.length === 0 ? own : [...old, `new: ${own}`].join('<br>');
}

function portsCell(ports: readonly string[]): string {
  const { shown, more } = atMost(ports, PORTS_NAMED);
  const rest = more === 0 ? [] : [`and ${more} more`];
  return [...shown.map((port) => code(port.replace('->', '→'), 64)), ...rest].join('<br>');
}

/** Where the tasks run that are meant to: `all 3`, or names with their number of tasks. */
function placement({ tasks }: ServiceReport, nodes: readonly NodeReport[]): string {
  const live = tasks.filter(({ state }) => state === 'running' || state === 'complete');
  const perNode = Map.groupBy(
    live.filter(({ node }) => node !== undefined),
    ({ node }) => node as string,
  );
  const isEverywhere = nodes.length > 1 && nodes.every(({ name }) => perNode.has(name));
  if (isEverywhere && perNode.size === nodes.length) return `all ${nodes.length}`;
  const { shown, more } = atMost([...perNode], NODES_NAMED);
  const named = shown.map(
    ([name, { length }]) => words(name, 64) + (length > 1 ? ` ×${length}` : ''),
  );
  return [...named, ...(more === 0 ? [] : [`and ${more} more`])].join(', ');
}
