import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Violation } from './judge.ts';
import { onHost } from './look.ts';
import { LIST_OBJECTS, readObjects } from './sight.ts';
import type { Site } from './site.ts';

/** What there is on the hosts, one line each, to be compared with what there was before. */
export type Remains = readonly string[];

/**
 * Names of what runs, without what looks at it, and without what has ended: the first process of
 * these hosts reaps nobody.
 */
const LIST_PROCESSES = `for process in /proc/[0-9]*; do
  read -r name <$process/comm && ! grep -q '^State:.*Z' $process/status && echo "$name"
done 2>/dev/null | grep -vE '^(sh|sort|uniq|grep)$' | sort | uniq -c`;

/** Names, and all labels of the nodes. */
const LIST_LABELS = `docker node ls -q 2>/dev/null | xargs -r docker node inspect --format '{{.Description.Hostname}} {{json .Spec.Labels}}'; docker info --format '{{json .Swarm.Cluster}}' | grep -o '"swarm-up[^,}]*'`;

/**
 * Processes of a killed run end soon, and so do sessions of sshd, whose other end is gone. In ms.
 */
const LIMIT_MS = 60_000;
const POLL_MS = 500;

/** Everything that a run could leave on the hosts. */
export async function remainsOf({ hosts }: Site): Promise<Remains> {
  const lines: string[] = [];
  const [manager = ''] = hosts.names;
  const { objects } = readObjects(await onHost(manager, LIST_OBJECTS));
  lines.push(...objects.map(({ kind, name }) => `swarm: ${kind} ${name}`));
  lines.push(...linesOf('swarm', await onHost(manager, LIST_LABELS)));
  for (const [at, name] of hosts.names.entries()) {
    lines.push(...linesOf(name, await hosts.state(at + 1)));
    lines.push(...linesOf(`${name}: process`, await onHost(name, LIST_PROCESSES)));
  }
  return lines.sort();
}

function linesOf(of: string, text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter(Boolean).map((line) => `${of}: ${line}`);
}

/**
 * What is there now and was not before, and the other way round; empty once nothing is, which is
 * waited for.
 */
export async function leftOnHosts(
  site: Site,
  before: Remains,
  signal: AbortSignal,
): Promise<Violation[]> {
  return await untilNone(signal, async () => {
    const now = await remainsOf(site);
    const come = now.filter((line) => !before.includes(line)).map((line) => `+ ${line}`);
    const gone = before.filter((line) => !now.includes(line)).map((line) => `- ${line}`);
    return leftover('the hosts as they were', [...come, ...gone]);
  });
}

/**
 * Processes of the runs on this machine that still run; none once they have ended, which is waited
 * for.
 */
export async function leftHere({ root }: Site, signal: AbortSignal): Promise<Violation[]> {
  return await untilNone(signal, async () => leftover('no process of a run', processesOf(root)));
}

function leftover(expected: string, seen: readonly string[]): Violation[] {
  if (seen.length === 0) return [];
  return [{ invariant: 'nothing is left at the end', actor: '', expected, seen: seen.join('\n') }];
}

async function untilNone(
  signal: AbortSignal,
  ask: () => Promise<Violation[]>,
): Promise<Violation[]> {
  const limit = performance.now() + LIMIT_MS;
  for (;;) {
    const found = await ask();
    if (found.length === 0 || performance.now() > limit) return found;
    await pause(POLL_MS, undefined, { signal });
  }
}

/** Everything that a run has started has the folders of its job in its environment. */
function processesOf(root: string): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && read(entry, 'environ').includes(`${root}/`))
    .map((entry) => `${entry} ${read(entry, 'cmdline').replaceAll('\0', ' ')}`);
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // it has ended, or is somebody else's
  }
}
