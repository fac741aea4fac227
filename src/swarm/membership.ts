import * as z from 'zod';
import { type Clock, systemClock, until } from '../base/clock.ts';
import { type EngineApi, EngineRefusal, NoAnswer } from '../engine/api.ts';
import type { Labels } from '../machines/ownership.ts';
import { listenAddress } from './commands.ts';

const swarm = z.object({
  Version: z.object({ Index: z.number() }),
  // Handed back whole by an update: what we do not know of must survive it.
  Spec: z.record(z.string(), z.unknown()),
  JoinTokens: z.object({ Worker: z.string(), Manager: z.string() }),
});

export type JoinTokens = z.infer<typeof swarm>['JoinTokens'];

const self = z.object({ Swarm: z.object({ NodeID: z.string(), LocalNodeState: z.string() }) });

const labelled = z.object({
  Spec: z.object({ Labels: z.record(z.string(), z.string()).nullish() }),
});

/**
 * What `docker swarm init` sends where nothing else is asked for: the size of a network of an
 * address pool.
 */
const SUBNET_SIZE = 24;
/** dockerd itself takes 20 s until it gives up, or goes on in the background. */
const CHANGE_TIMEOUT_MS = 60_000;
/** How long a machine that is joining may take to say in which swarm it is, in ms. */
const PENDING_TIMEOUT_MS = 30_000;
const POLL_MS = 200;
/** How often a change is begun where its answer is lost each time. */
const TRIES = 3;

/** The node that the machine of `api` is. */
export async function readNodeId(api: EngineApi, signal: AbortSignal): Promise<string> {
  return (await api.get('/info', {}, self, { signal })).Swarm.NodeID;
}

/**
 * Why this goes through the API and not `docker swarm join`: a token in argv can be read by every
 * process of the machine.
 */
export async function readJoinTokens(api: EngineApi, signal: AbortSignal): Promise<JoinTokens> {
  return (await api.get('/swarm', {}, swarm, { signal })).JoinTokens;
}

/** The labels of the swarm that the manager of `api` is in: those that `init` gave it. */
export async function readSwarmLabels(
  api: Pick<EngineApi, 'get'>,
  signal: AbortSignal,
): Promise<Labels> {
  return (await api.get('/swarm', {}, labelled, { signal })).Spec.Labels ?? {};
}

/**
 * Makes the machine that `api` talks to the first manager of a new swarm. Through the API and not
 * `docker swarm init`, which has no labels: so it is known from its beginning whose swarm it is.
 */
export async function init(
  api: EngineApi,
  options: {
    /** Where the other nodes will reach it. */
    readonly address: string;
    /** Of the traffic between containers, where it is another. */
    readonly dataPath: string | undefined;
    readonly addressPools?: readonly string[] | undefined;
    readonly labels: Labels;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { address, dataPath, addressPools = [], labels, signal } = options;
  const body = {
    ListenAddr: listenAddress(address),
    AdvertiseAddr: address,
    DataPathAddr: dataPath,
    ...(addressPools.length > 0 && { DefaultAddrPool: addressPools, SubnetSize: SUBNET_SIZE }),
    Spec: { Labels: labels },
  };
  await untilMember(api, signal, () =>
    api.post('/swarm/init', {}, body, { signal, timeoutMs: CHANGE_TIMEOUT_MS }),
  );
}

/**
 * Lets the machine that `api` talks to join the swarm of the managers at `managers`
 * (`address:port`).
 */
export async function join(
  api: EngineApi,
  options: {
    readonly address: string;
    /** Of the traffic between containers, where it is another. */
    readonly dataPath: string | undefined;
    readonly managers: readonly string[];
    readonly token: string;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { signal } = options;
  const body = {
    ListenAddr: listenAddress(options.address),
    AdvertiseAddr: options.address,
    DataPathAddr: options.dataPath,
    RemoteAddrs: options.managers,
    JoinToken: options.token,
  };
  await untilMember(api, signal, () =>
    api.post('/swarm/join', {}, body, { signal, timeoutMs: CHANGE_TIMEOUT_MS }),
  );
}

/**
 * Makes a machine, which is in no swarm, a member of one. Where the answer is lost, it may be one
 * or not: that is asked before it is told again.
 */
async function untilMember(
  api: EngineApi,
  signal: AbortSignal,
  change: () => Promise<void>,
): Promise<void> {
  let isUncertain = false;
  for (let tries = 1; ; tries += 1) {
    try {
      return await change();
    } catch (error) {
      signal.throwIfAborted();
      isUncertain ||= error instanceof NoAnswer;
      // Once an answer was lost, a refusal may mean that it is a member already.
      if (isUncertain && (await settledState(api, signal)) === 'active') return;
      if (!(error instanceof NoAnswer) || tries === TRIES) throw error;
    }
  }
}

/**
 * The state of a machine in its swarm, once it has decided: a word of the engine, `pending` where
 * it has not.
 */
async function settledState(
  api: EngineApi,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<string> {
  return await until(
    async () => (await api.get('/info', {}, self, { signal })).Swarm.LocalNodeState,
    (state) => state !== 'pending',
    { clock, signal, limitMs: PENDING_TIMEOUT_MS, everyMs: POLL_MS },
  );
}

/**
 * Makes both join tokens worthless and new ones in their place: nobody may join with what a log or
 * a memory still holds.
 */
export async function rotateJoinTokens(api: EngineApi, signal: AbortSignal): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await rotateOnce(api, signal);
    } catch (error) {
      signal.throwIfAborted();
      // They may be new or not; newer ones do no harm. And another run may have changed the swarm
      // at the same moment.
      if (!(error instanceof NoAnswer || isOutdated(error)) || tries === TRIES) throw error;
    }
  }
}

/**
 * Whether a change was refused because it was meant for an earlier version: somebody else was
 * faster.
 */
export function isOutdated(error: unknown): boolean {
  return error instanceof EngineRefusal && /out of sequence/.test(error.details ?? '');
}

async function rotateOnce(api: EngineApi, signal: AbortSignal): Promise<void> {
  const { Version, Spec } = await api.get('/swarm', {}, swarm, { signal });
  await api.post(
    '/swarm/update',
    {
      version: String(Version.Index),
      rotateWorkerToken: 'true',
      rotateManagerToken: 'true',
    },
    Spec,
    { signal },
  );
}
