import { isIPv6 } from 'node:net';
import type { KnownHost, PreflightFinding } from './host.ts';
import { portsOf, type SwarmPort } from './ports.ts';
import type { Passage, Reachability, TakenPort } from './reachability.ts';
import { lowerMtu, openPorts, restartEngine } from './remedies.ts';
import { askerOf } from './scripts/ask-script.ts';

/**
 * What the overlay driver takes for granted, and what it leaves for VXLAN over IPv4; over IPv6 the
 * headers take 20 bytes more.
 */
const USUAL_MTU = 1500;
const VXLAN_BYTES = 50;
const IPV6_MORE_BYTES = 20;

type Level = PreflightFinding['level'];

/** A port of one host that is not open to another. */
interface Trouble {
  readonly port: SwarmPort;
  readonly from: KnownHost;
  readonly how: string;
  readonly level: Level;
  readonly blocked: boolean;
}

/** Judges what the hosts found out about each other. */
export function judgeNetwork({ passages, taken }: Reachability): readonly PreflightFinding[] {
  const targets = [...Map.groupBy(passages, ({ to }) => to)];
  return [
    ...judgeTaken(taken),
    ...targets.flatMap(([to, ways]) => judgePorts(to, ways)),
    ...judgeAskers(passages),
    ...judgeMtu(passages),
  ];
}

function judgeTaken(taken: Reachability['taken']): PreflightFinding[] {
  return [...taken].flatMap(([host, all]) => {
    const kept = all.filter(({ holder }) => holder?.program === 'dockerd');
    return [
      ...(kept.length > 0 ? [keptByEngine(host, kept)] : []),
      ...all.filter((one) => !kept.includes(one)).map((one) => takenByOther(host, one)),
    ];
  });
}

/** The host is in no swarm, so its dockerd has no right to them any more (see `kept-ports.ts`). */
function keptByEngine({ name }: KnownHost, kept: readonly TakenPort[]): PreflightFinding {
  const labels = kept.map(({ port }) => port.label).join(', ');
  return {
    ...{ level: 'error', host: name, check: labels },
    message: `Docker Engine of ${name} is in no swarm and still has ${labels}: it has kept them from an earlier swarm. In the next one no overlay network would reach it.`,
    remedy: restartEngine(name),
  };
}

function takenByOther({ name }: KnownHost, { port: one, holder }: TakenPort): PreflightFinding {
  const { key, label, protocol, port } = one;
  const who = holder ? `${holder.program} (process ${holder.pid})` : 'Another program';
  const isDevice = key === '4789/udp' && !holder;
  return {
    // Two VXLAN devices share their port; dockerd does not get one that another program listens at.
    level: key === '4789/udp' ? 'warning' : 'error',
    host: name,
    check: label,
    message: isDevice
      ? `${label} of ${name}, which Docker needs as a node of a swarm, is taken: by another program, or by the VXLAN device of a network.`
      : `${who} on ${name} has ${label}, which Docker needs as a node of a swarm.`,
    remedy: `See on ${name}, as root, which one it is, and stop it:\n  ss -lnp${protocol[0]} 'sport = :${port}'\n${ownRemedy(isDevice)}`,
  };
}

function ownRemedy(isDevice: boolean): string {
  return isDevice
    ? 'If no program has it, a device does. One that dockerd left when it was killed goes once Docker Engine is restarted:\n  ip -details link show type vxlan'
    : 'If it is dockerd, it has kept the port from an earlier swarm. Restart it:\n  systemctl restart docker';
}

function judgePorts(to: KnownHost, ways: readonly Passage[]): PreflightFinding[] {
  const troubles = ways.flatMap(troublesOf);
  const blocked = troubles.filter((one) => one.blocked);
  const unknown = troubles.filter((one) => !one.blocked);
  return (['error', 'warning'] as const).flatMap((level) => [
    ...findings(to, level, blocked),
    ...findings(to, level, unknown),
  ]);
}

/** Ports that the same hosts do not reach stand in one finding, with one set of commands. */
function findings(to: KnownHost, level: Level, all: readonly Trouble[]): PreflightFinding[] {
  const troubles = all.filter((trouble) => trouble.level === level);
  const byPort = [...Map.groupBy(troubles, ({ port }) => port.key).values()].flatMap((some) => {
    const [first] = some;
    return first ? [[first.port, some] as const] : [];
  });
  const groups = Map.groupBy(byPort, ([, some]) => some.map(({ from }) => from.name).join(', '));
  return [...groups].map(([names, group]): PreflightFinding => {
    const ports = group.map(([port]) => port);
    const some = group.flatMap(([, those]) => those);
    const labels = ports.map(({ label }) => label).join(', ');
    const how = [...new Set(some.map((trouble) => trouble.how))].join(', ');
    const lost = ports.map((port) => port.lost).join('; ');
    const address = to.address === to.name ? to.name : `${to.name} (${to.address})`;
    const sources = new Set(some.map(({ from }) => from.address));
    const fact = some[0]?.blocked
      ? `${address} is not reached at ${labels} from ${names}: ${how}.`
      : `It cannot be told whether ${address} is reached at ${labels} from ${names}: ${how}.`;
    const message = `${fact} Where it is not, ${lost}.`;
    return {
      level,
      host: to.name,
      check: labels,
      message,
      remedy: openPorts(to, ports, [...sources]),
    };
  });
}

/**
 * An error is what no node can join with: 2377/tcp of a manager, where something listened or the
 * host itself answers, so that silence means a firewall. Between nodes that are in the swarm
 * already nothing is changed, so nothing there is an error.
 */
function troublesOf({ from, to, ports, hostAnswers }: Passage): Trouble[] {
  return portsOf(to).flatMap((port): Trouble[] => {
    const reach = ports.get(port.key);
    if (!reach || reach.state === 'open' || reach.state === 'not asked') return [];
    if (reach.state === 'unknown') {
      if (reach.expected) return [];
      return [{ port, from, how: reach.how, level: 'warning', blocked: false }];
    }
    const settled = from.inSwarm && to.inSwarm;
    const proven = reach.sure || hostAnswers;
    const level = port.key === '2377/tcp' && proven && !settled ? 'error' : 'warning';
    const how = proven ? reach.how : `${reach.how}, nor from its sshd`;
    return [{ port, from, how, level, blocked: true }];
  });
}

function judgeAskers(passages: readonly Passage[]): PreflightFinding[] {
  const unable = new Set(
    passages
      .filter(({ ports }) => [...ports.values()].some(({ state }) => state === 'not asked'))
      .map(({ from }) => from),
  );
  return [...unable].map((host) => {
    const others = passages.filter(({ from }) => from === host);
    const able = askerOf(host.facts.tools) !== undefined;
    const reason = able ? 'it did not answer in time' : 'it has neither bash nor nc (and timeout)';
    const labels = new Set(others.flatMap(({ to }) => portsOf(to).map(({ label }) => label)));
    const commands = others.map(({ to }) => `  ping -c 1 ${to.address}`);
    return {
      level: 'warning' as const,
      host: host.name,
      check: 'ports',
      message: `Not asked: which ports of the others ${host.name} reaches; ${reason}.`,
      remedy: [
        `The others must let it in at ${[...labels].join(', ')}. To see on ${host.name} whether they are there at all:`,
        ...commands,
      ].join('\n'),
    };
  });
}

/**
 * The smallest packet that is surely the largest on the way between two hosts; undefined where
 * nothing is known of it.
 */
export function mtuOf({ path: { link, arrived } }: Passage): number | undefined {
  const known = [link, arrived].filter((mtu) => mtu !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** One finding for the narrowest way: networks of a swarm have one MTU on all nodes. */
function judgeMtu(passages: readonly Passage[]): PreflightFinding[] {
  const narrow = passages
    .flatMap((passage) => {
      const mtu = mtuOf(passage);
      return mtu === undefined || mtu >= USUAL_MTU ? [] : [{ passage, mtu }];
    })
    .toSorted((a, b) => a.mtu - b.mtu)[0];
  if (!narrow) return [];
  const { passage, mtu } = narrow;
  const option = isIPv6(passage.to.address) ? mtu - IPV6_MORE_BYTES : mtu;
  return [
    {
      level: 'warning',
      host: passage.from.name,
      check: 'MTU',
      message: `Packets of at most ${mtu} bytes fit between ${passage.from.name} and ${passage.to.name}. An overlay network takes ${USUAL_MTU} for granted; containers would send ${USUAL_MTU - VXLAN_BYTES} bytes where ${option - VXLAN_BYTES} fit, and large answers get stuck.`,
      remedy: lowerMtu(option),
    },
  ];
}
