import * as z from 'zod';
import type { Clock } from '../base/clock.ts';
import { type ClockReading, clockReading, parseTime } from '../base/clock-reading.ts';
import type { Executor } from '../exec/executor.ts';
import { type InterfaceAddress, parseAddresses } from '../machines/addresses.ts';
import { readFactsCommand } from './scripts/facts-script.ts';

export const MODULES = ['ip_vs', 'vxlan', 'br_netfilter', 'overlay'] as const;
export type Module = (typeof MODULES)[number];

const moduleState = z.enum(['loaded', 'loadable', 'missing', 'unknown']);

/**
 * What `docker info` says, as far as it is read. Where no dockerd answers, it has `ServerErrors`
 * and empty words for the rest.
 */
const engine = z.object({
  ID: z.string().default(''),
  Name: z.string().default(''),
  ServerVersion: z.string().default(''),
  OSType: z.string().default(''),
  Architecture: z.string().default(''),
  LiveRestoreEnabled: z.boolean().default(false),
  /** From API 1.49 on. */
  FirewallBackend: z.object({ Driver: z.string().default('') }).nullish(),
  SecurityOptions: z.array(z.string()).nullish(),
  ServerErrors: z.array(z.string()).nullish(),
  Swarm: z.object({ ControlAvailable: z.boolean().default(false) }).optional(),
});

export type Engine = z.infer<typeof engine>;

export interface Disk {
  /** Where the file system is mounted that holds Docker's data. */
  readonly mount: string;
  readonly totalBytes: number;
  readonly freeBytes: number;
}

/** What a host says of itself. */
export interface HostFacts {
  /** Its host name as Docker has it, which becomes the name of its node. */
  readonly hostName: string;
  /** Empty where it has none. Not for messages: machine-id(5) calls it confidential. */
  readonly machineId: string;
  /** Changes with each boot: two hosts with the same one are one. */
  readonly bootId: string;
  /** Where its sshd listens; undefined where it did not say. */
  readonly sshPort: number | undefined;
  readonly tools: ReadonlySet<string>;
  /** Firewalls that are switched on. */
  readonly firewalls: ReadonlySet<string>;
  readonly modules: ReadonlyMap<Module, z.infer<typeof moduleState>>;
  /** A text is why docker does not answer, in its own words. */
  readonly engine: Engine | string;
  /** What DOCKER_HOST is for commands there; empty where it is not set. */
  readonly dockerHost: string;
  /** By which others could reach it; none where it did not say. */
  readonly addresses: readonly InterfaceAddress[];
  readonly disk: Disk | undefined;
  /** Undefined where the host printed no time. */
  readonly clock: ClockReading | undefined;
}

/** Reads a host's facts in one round trip. Rejects as the executor does. */
export async function readFacts(
  host: PreflightHost,
  options: { readonly signal: AbortSignal; readonly clock: Clock; readonly timeoutMs: number },
): Promise<HostFacts> {
  const { clock, signal, timeoutMs } = options;
  const sent = clock.now();
  const { stdout } = await host.executor.run(readFactsCommand(), {
    signal,
    timeoutMs,
    anyExitCode: true,
    repeatable: true,
  });
  return parseFacts(stdout, { sent, received: clock.now() });
}

/**
 * Reads what the script printed. `sent` and `received` are ms of the caller's clock, around the
 * round trip.
 */
export function parseFacts(
  text: string,
  trip: { readonly sent: number; readonly received: number },
): HostFacts {
  const facts = byName(text);
  const all = (name: string): readonly string[] => facts.get(name) ?? [];
  const one = (name: string): string => all(name)[0] ?? '';
  const [first, last] = all('clock').map(parseTime);
  const engine = parseEngine(one('engine'), all('no-engine').join('\n'));
  const sshPort = Number.parseInt(one('ssh'), 10);
  return {
    hostName: (typeof engine === 'string' ? '' : engine.Name) || one('name'),
    machineId: /^[0-9a-f]{32}$/.exec(one('machine'))?.[0] ?? '',
    bootId: one('boot'),
    sshPort: Number.isNaN(sshPort) ? undefined : sshPort,
    tools: new Set(all('tool')),
    firewalls: new Set(all('firewall')),
    modules: parseModules(all('module')),
    engine,
    dockerHost: one('docker-host'),
    addresses: parseAddresses(all('address').join('\n')),
    disk: parseDisk(one('disk')),
    clock: first && last && clockReading({ ...trip, first, last }),
  };
}

function byName(text: string): Map<string, string[]> {
  const facts = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([a-z-]+) (.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    const values = facts.get(name);
    if (values) values.push(value.trim());
    else facts.set(name, [value.trim()]);
  }
  return facts;
}

function parseEngine(json: string, refusal: string): Engine | string {
  if (json === '') return refusal || 'docker info printed nothing';
  try {
    const info = engine.parse(JSON.parse(json));
    return info.ServerErrors?.length ? info.ServerErrors.join('\n') : info;
  } catch {
    return `docker info printed something else: ${json.slice(0, 200)}`;
  }
}

function parseModules(lines: readonly string[]): HostFacts['modules'] {
  const states = new Map(lines.map((line) => line.split(' ') as [string, string]));
  return new Map(
    MODULES.map((name) => [name, moduleState.catch('unknown').parse(states.get(name))]),
  );
}

/**
 * A line of `df -Pk`: 1024-blocks, used, available, capacity, mount point. The reserve of root
 * counts as taken, as df itself does.
 */
/** Reads the line of `df -Pk`; undefined where it is none. */
export function parseDisk(line: string): Disk | undefined {
  const [, , used, free, mount] = /(\d+)\s+(\d+)\s+(\d+)\s+\d+%\s+(\/.*)$/.exec(line) ?? [];
  if (used === undefined || free === undefined || mount === undefined) return undefined;
  const freeBytes = Number(free) * 1024;
  return { mount, freeBytes, totalBytes: Number(used) * 1024 + freeBytes };
}

/** A host that exists, before the swarm on it is made or changed. */
export interface PreflightHost {
  readonly name: string;
  /** Over SSH. */
  readonly executor: Executor;
  /** By which the others reach it. */
  readonly address: string;
  /** The role that it shall have. */
  readonly role: 'manager' | 'worker';
  /**
   * Where a manager answers nodes, and where nodes exchange the packets of containers; Docker's own
   * ports where nothing is said.
   */
  readonly managementPort?: number | undefined;
  readonly dataPathPort?: number | undefined;
  /** Whether it is a node already. */
  readonly inSwarm: boolean;
}
