import { atMost, code, table, words } from './markdown.ts';
import type { NodeReport, ServiceReport } from './report.ts';
import { stateWords } from './state-words.ts';

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
    code(shortImage(service.image), 160),
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

function stateCell(service: ServiceReport): string {
  const text = words(stateWords(service), 200);
  return service.class === undefined ? text : `**${text}**`;
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
  if (nodes.length > 1 && nodes.every(({ name }) => perNode.has(name))) {
    return `all ${nodes.length}`;
  }
  const { shown, more } = atMost([...perNode], NODES_NAMED);
  const named = shown.map(
    ([name, { length }]) => words(name, 64) + (length > 1 ? ` ×${length}` : ''),
  );
  return [...named, ...(more === 0 ? [] : [`and ${more} more`])].join(', ');
}
