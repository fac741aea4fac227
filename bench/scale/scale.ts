import { type Deployment, type Measured, measureDeployment, type Size } from './deployment.ts';
import { chainMs, growthMs } from './ideal.ts';
import { HOSTS, measureSweep } from './sweep.ts';

/** The first one is what the ideal of the others is worked out from. */
const SIZES: readonly Size[] = [10, 100, 1_000].flatMap((nodes) =>
  [1, 10, 100].map((services) => ({ nodes, services })),
);
const CLUSTERS = 100;
const TIMES_WANTED = 1.3;
const MEMORY_WANTED = 400 * 2 ** 20;
/** Open files beside a connection to each node: those of Node itself, and of the step. */
const FILES_WANTED = 50;

/**
 * How `up` grows with hosts and services, on stand-ins 50 ms away, and how long a sweep of 100
 * clusters takes; lines for each size as soon as it is measured.
 */
export async function benchScale(
  options: { readonly action: string; readonly folder: string; readonly signal: AbortSignal },
  write: (line: string) => void,
): Promise<void> {
  let baseMs: number | undefined;
  for (const size of SIZES) {
    options.signal.throwIfAborted();
    const measured = await measureDeployment(size, options);
    baseMs ??= chainMs(measured.conversation);
    for (const line of linesOf(measured, baseMs)) write(line);
  }
  const { sweep, idealMs } = await measureSweep(CLUSTERS, options);
  write(`sweep of ${CLUSTERS} clusters on ${HOSTS} hosts`);
  for (const line of judged(sweep, idealMs, HOSTS)) write(line);
}

function linesOf({ size, entered, up, down }: Deployment, baseMs: number): string[] {
  const idealMs = entered.ms + baseMs + growthMs(size);
  return [
    `${size.nodes} nodes, ${size.services} services`,
    ...judged(up, idealMs, size.nodes),
    `  summary ${(up.summaryBytes / 1_000).toFixed(1)} kB; entered by ssh2 alone ${cost(entered)}`,
    ...(down ? [`  removal ${cost(down)}`] : []),
  ];
}

function judged(measured: Measured, idealMs: number, nodes: number): string[] {
  const ratio = measured.ms / idealMs;
  const { peakBytes, warnings, files, standInsMs } = measured;
  const most = nodes + FILES_WANTED;
  return [
    `  ${cost(measured)}, ${warnings} warnings; the stand-ins took CPU ${seconds(standInsMs)}`,
    `  ideal ${seconds(idealMs)} = ${ratio.toFixed(2)}  wanted ${TIMES_WANTED} at most: ${verdict(ratio <= TIMES_WANTED)}`,
    `  memory  wanted ${mebibytes(MEMORY_WANTED)} at most: ${verdict(peakBytes <= MEMORY_WANTED)}`,
    `  ${files} open files  wanted ${most} at most: ${verdict(files <= most)}`,
  ];
}

function cost({ ms, cpuMs, peakBytes }: Measured): string {
  return `${seconds(ms)} (CPU ${seconds(cpuMs)}, ${mebibytes(peakBytes)})`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

function verdict(isMet: boolean): string {
  return isMet ? 'met' : 'missed';
}
