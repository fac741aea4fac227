import { surelyApart } from '../base/clock-reading.ts';
import type { Reach } from './answers.ts';
import type { PreflightHost } from './facts.ts';
import type { KnownHost, PreflightFinding } from './host.ts';
import { referenceClock } from './judge.ts';
import { mtuOf } from './judge-network.ts';
import { sampleWords } from './peers.ts';
import { portsOf, SWARM_PORTS, type SwarmPort } from './ports.ts';
import type { Passage } from './reachability.ts';

const NOTHING = '–';

/**
 * One row per host and one column per check, as lines of equal columns. Findings mark what is
 * wrong; a port stands in the row of who is reached.
 */
export function preflightTable(
  hosts: readonly KnownHost[],
  passages: readonly Passage[],
  about: {
    readonly findings: readonly PreflightFinding[];
    /** Hosts that said nothing. */
    readonly silent: readonly PreflightHost[];
  },
): readonly string[] {
  const reference = referenceClock(hosts);
  const toHost = Map.groupBy(passages, ({ to }) => to);
  const fromHost = Map.groupBy(passages, ({ from }) => from);
  const findings = Map.groupBy(about.findings, ({ host }) => host);
  const header = [
    ...['HOST', 'ROLE', 'ENGINE', 'SYSTEM', 'IDENTITY', 'CLOCK', 'DISK FREE', 'MODULES', 'MTU'],
    ...SWARM_PORTS.map(({ key }) => columnOf(key, hosts)),
  ];
  const rows = hosts.map((host) => {
    const { engine } = host.facts;
    const known = typeof engine === 'string' ? undefined : engine;
    return [
      host.name,
      host.inSwarm ? `${host.role}, a node` : host.role,
      known?.ServerVersion || 'none',
      known ? `${known.OSType}/${known.Architecture}` : NOTHING,
      identity(findings.get(host.name) ?? []),
      clock(host, reference),
      disk(host),
      modules(host),
      passages.length === 0 ? NOTHING : mtu(fromHost.get(host) ?? []),
      ...SWARM_PORTS.map(({ key }) => {
        if (!portsOf(host).some((port) => port.key === key)) return NOTHING;
        return port(
          (toHost.get(host) ?? []).flatMap(({ from, ports }) => {
            const reach = ports.get(key);
            return reach ? [{ from: from.name, reach }] : [];
          }),
        );
      }),
    ];
  });
  const silent = about.silent.map(({ name, role }) => {
    return header.map((_, at) => [name, role, 'no answer'][at] ?? NOTHING);
  });
  const sample = sampleWords(hosts);
  return [...align([header, ...rows, ...silent]), ...(sample === undefined ? [] : [sample])];
}

/** The port that the hosts have; where they have several, all of them. */
function columnOf(key: SwarmPort['key'], hosts: readonly KnownHost[]): string {
  const own = hosts.flatMap(portsOf).filter((port) => port.key === key);
  const labels = new Set(own.map(({ label }) => label));
  return [...(labels.size > 0 ? labels : [key])].join(' ').toUpperCase();
}

function identity(findings: readonly PreflightFinding[]): string {
  const checks = ['host name', 'machine id', 'engine id'];
  const same = findings.filter(({ check }) => checks.includes(check));
  return same.length === 0 ? 'unique' : `same ${same.map(({ check }) => check).join(', ')}`;
}

/** Smaller than the reading is sure of is no difference. */
function clock({ facts }: KnownHost, reference: KnownHost | undefined): string {
  const right = reference?.facts.clock;
  if (!facts.clock || !right) return 'not told';
  if (surelyApart(facts.clock, right) === 0) return 'same';
  const seconds = (facts.clock.offset - right.offset) / 1000;
  return `${seconds > 0 ? '+' : ''}${seconds.toFixed(1)} s`;
}

function disk({ facts: { disk: found } }: KnownHost): string {
  if (!found) return 'not told';
  const gibibytes = (found.freeBytes / 1024 ** 3).toFixed(found.freeBytes < 1024 ** 4 ? 1 : 0);
  return `${gibibytes} GiB, ${Math.floor((found.freeBytes / found.totalBytes) * 100)} %`;
}

function modules({ facts }: KnownHost): string {
  const named = (wanted: string): string[] =>
    [...facts.modules].filter(([, state]) => state === wanted).map(([module]) => module);
  const missing = named('missing');
  const unknown = named('unknown');
  if (missing.length > 0) return `no ${missing.join(', ')}`;
  return unknown.length > 0 ? `${unknown.join(', ')} not told` : 'all';
}

function mtu(own: readonly Passage[]): string {
  const known = own.flatMap((passage) => mtuOf(passage) ?? []);
  return known.length > 0 ? String(Math.min(...known)) : 'not told';
}

/** What is worst among those who asked, and who they are where it is not all of them. */
function port(asked: readonly { readonly from: string; readonly reach: Reach }[]): string {
  const worst = [...ORDER].find((state) => asked.some(({ reach }) => wordOf(reach) === state));
  if (worst === undefined) return NOTHING;
  const those = asked.filter(({ reach }) => wordOf(reach) === worst);
  return those.length === asked.length ? worst : `${worst}: ${those.map(({ from }) => from)}`;
}

const ORDER = ['BLOCKED', 'no answer', 'not asked', 'in use', 'open'] as const;

function wordOf(reach: Reach): (typeof ORDER)[number] {
  if (reach.state === 'blocked') return 'BLOCKED';
  if (reach.state === 'unknown') return reach.expected ? 'in use' : 'no answer';
  return reach.state;
}

function align(rows: readonly (readonly string[])[]): readonly string[] {
  const widths =
    rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
