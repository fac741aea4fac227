import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import {
  type FarEnd,
  isThere,
  judgeTcp,
  judgeUdp,
  type PathMtu,
  parseAnswers,
  parsePath,
  type Reach,
} from './answers.ts';
import type { KnownHost } from './host.ts';
import { peersOf } from './peers.ts';
import { type Holder, portHolders } from './port-holders.ts';
import { portsOf, type SwarmPort } from './ports.ts';
import { askCommand, askerOf, type Question, questionLines } from './scripts/ask-script.ts';
import { listenCommand } from './scripts/listen-script.ts';

/** A listener that has not said that it is ready after this many ms is not waited for. */
const READY_MS = 5_000;

/** What one host found out about another. */
export interface Passage {
  readonly from: KnownHost;
  readonly to: KnownHost;
  readonly ports: ReadonlyMap<SwarmPort['key'], Reach>;
  /** Whether the far host's sshd, or the host in its place, answered at its address. */
  readonly hostAnswers: boolean;
  readonly path: PathMtu;
}

export interface Reachability {
  readonly passages: readonly Passage[];
  /** Ports that a host needs, and that a program has although the host is in no swarm. */
  readonly taken: ReadonlyMap<KnownHost, readonly TakenPort[]>;
}

export interface TakenPort {
  readonly port: SwarmPort;
  /** `undefined` where the host does not tell, or where it is no program. */
  readonly holder: Holder | undefined;
}

/** Ports held for the time of the questions. */
interface Listener {
  readonly bound: ReadonlySet<string>;
  readonly taken: ReadonlySet<string>;
  /** Ends it, and gives the datagrams that came: `udp/4789 3` for one of asker 3. Rejects never. */
  stop(): Promise<ReadonlySet<string>>;
}

const NOBODY: Listener = { bound: new Set(), taken: new Set(), stop: async () => new Set() };

const keyOf = ({ protocol, port }: SwarmPort): string => `${protocol}/${port}`;

/**
 * Finds out which ports of each other the hosts reach, each of those that `peersOf` gives. Hosts that are no nodes yet hold theirs
 * meanwhile, where they have perl or python; all are free again when this settles. What a host
 * cannot be asked is `not asked`. Rejects with the signal's reason only.
 */
export async function findPassages(
  hosts: readonly KnownHost[],
  options: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<Reachability> {
  const token = `swarm-up-${randomBytes(6).toString('hex')}`;
  const listeners = await Promise.all(hosts.map((host) => listen(host, token, options)));
  const plans = hosts.map((_, at) => questionsOf(peersOf(hosts, at)));
  const answers = await Promise.all(
    hosts.map((host, at) => ask(host, plans[at] ?? [], `${token} ${at}`, options)),
  );
  const got = await Promise.all(listeners.map((listener) => listener.stop()));
  options.signal.throwIfAborted();
  const taken = new Map(
    await Promise.all(
      hosts.map(async (host, at): Promise<[KnownHost, readonly TakenPort[]]> => {
        return [host, await takenAt(host, listeners[at] ?? NOBODY, options)];
      }),
    ),
  );

  const places = new Map(hosts.map((host, at) => [host, at]));
  const passages = hosts.flatMap((from, at) => {
    const asker = askerOf(from.facts.tools);
    const byPort = Map.groupBy(plans[at] ?? [], ({ to }) => to);
    return [...byPort].map(([to, questions]): Passage => {
      const far = places.get(to) ?? -1;
      const answerTo = (key: Planned['key']) =>
        answers[at]?.get(questions.find((question) => question.key === key)?.id ?? -1);
      const ports = new Map<SwarmPort['key'], Reach>();
      for (const port of portsOf(to)) {
        const end: FarEnd = {
          listens: listenerAt(to, port, listeners[far] ?? NOBODY),
          got: got[far]?.has(`${keyOf(port)} ${at}`) ?? false,
        };
        const answer = answerTo(port.key);
        ports.set(
          port.key,
          port.protocol === 'tcp' ? judgeTcp(answer, end) : judgeUdp(answer, end, asker),
        );
      }
      return {
        ...{ from, to, ports },
        hostAnswers: isThere(answerTo('ssh')),
        path: parsePath(answerTo('path')),
      };
    });
  });
  return { passages, taken };
}

async function takenAt(
  host: KnownHost,
  listener: Listener,
  options: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<readonly TakenPort[]> {
  const ports = portsOf(host).filter((port) => listener.taken.has(keyOf(port)));
  if (ports.length === 0) return [];
  const holders = await portHolders(host.executor, options);
  return ports.map((port) => ({ port, holder: holders.get(keyOf(port)) }));
}

/** A question with what it is for. */
interface Planned extends Question {
  readonly to: KnownHost;
  readonly key: SwarmPort['key'] | 'ssh' | 'path';
}

function questionsOf(others: readonly KnownHost[]): readonly Planned[] {
  const planned = others.flatMap((to): Omit<Planned, 'id'>[] => [
    ...portsOf(to).map(({ key, protocol, port }) => {
      return { to, key, what: protocol, address: to.address, port };
    }),
    { to, key: 'ssh', what: 'tcp', address: to.address, port: to.facts.sshPort ?? 22 },
    { to, key: 'path', what: 'path', address: to.address, port: 0 },
  ]);
  return planned.map((question, id) => ({ ...question, id }));
}

/**
 * A node has the ports of its role, save that an overlay network may not be there yet; they are
 * left alone.
 */
function listenerAt(host: KnownHost, port: SwarmPort, listener: Listener): FarEnd['listens'] {
  if (listener.bound.has(keyOf(port))) return 'ours';
  if (listener.taken.has(keyOf(port))) return 'program';
  if (!host.inSwarm) return 'nobody';
  if (port.key === '4789/udp') return 'perhaps';
  const { engine } = host.facts;
  const isManager = typeof engine !== 'string' && engine.Swarm?.ControlAvailable === true;
  return !port.onlyManagers || isManager ? 'program' : 'nobody';
}

async function ask(
  host: KnownHost,
  questions: readonly Question[],
  token: string,
  options: { readonly signal: AbortSignal; readonly timeoutMs: number },
) {
  // The path can be asked without an asker of ports.
  const asker = askerOf(host.facts.tools);
  const possible = questions.filter(({ what }) => what === 'path' || asker !== undefined);
  if (possible.length === 0) return new Map();
  const asked = host.executor.run(askCommand(asker ?? 'nc', token), {
    ...options,
    stdin: questionLines(possible),
    anyExitCode: true,
  });
  // A host that does not answer is one whose questions were not asked; it is told as that.
  return await asked.then(
    ({ stdout }) => parseAnswers(stdout),
    () => new Map(),
  );
}

async function listen(
  host: KnownHost,
  token: string,
  options: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<Listener> {
  const command = listenCommand(host.facts.tools, {
    // It ends by itself, should the connection go.
    seconds: Math.ceil((READY_MS + options.timeoutMs) / 1000),
    token,
    ports: portsOf(host).map(keyOf),
  });
  // The ports of a node are its dockerd's business.
  if (!command || host.inSwarm) return NOBODY;
  const stdin = new PassThrough();
  const ready = Promise.withResolvers<boolean>();
  const bound = new Set<string>();
  const taken = new Set<string>();
  const got = new Set<string>();
  const ended = host.executor
    .run(command, {
      signal: options.signal,
      timeoutMs: READY_MS + options.timeoutMs,
      anyExitCode: true,
      stdin,
      onLine: (line) => {
        const [word, key, asker] = line.split(' ');
        if (word === 'ready') ready.resolve(true);
        else if (key === undefined) return;
        else if (word === 'bound') bound.add(key);
        else if (word === 'taken') taken.add(key);
        else if (word === 'got') got.add(`${key} ${asker}`);
      },
    })
    .then(
      () => ready.resolve(false),
      () => ready.resolve(false),
    );
  const timer = setTimeout(() => ready.resolve(false), READY_MS);
  const isReady = await ready.promise;
  clearTimeout(timer);
  const stop = async () => {
    stdin.end();
    await ended;
    return got;
  };
  if (isReady) return { bound, taken, stop };
  await stop();
  return NOBODY;
}
