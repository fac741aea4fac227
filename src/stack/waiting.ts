import { createHash } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import type { EngineApi } from '../engine/api.ts';
import {
  type ConfigRecord,
  changeConfigLabels,
  listConfigs,
  removeConfig,
} from '../engine/config-record.ts';
import {
  isSameRepository,
  type Labels,
  type Owner,
  ownerLabels,
  ownerOf,
} from '../machines/ownership.ts';
import { watchRenewals } from './renewal.ts';
import { isNewer, type Turn, turnIn, turnLabels } from './turn.ts';

// Who waits for the lock of a stack says so in the swarm, so that an older run lets a newer one go
// first. It is a config, as the lock is: made in one call with its labels, and renewed as long as
// its run waits. Whoever removes one that is still needed does no harm, since its run makes it
// anew.

const STACK_LABEL = 'swarm-up.waiting';
const TOKEN_LABEL = 'swarm-up.waiting.token';
const URL_LABEL = 'swarm-up.waiting.url';
const LEASE_LABEL = 'swarm-up.waiting.lease';
const COUNT_LABEL = 'swarm-up.waiting.renewals';

const RENEW_MS = 7_000;
/** A part of the form by which one is known: where it is changed, the former one still counts. */
const DATA = Buffer.from('A run waits for the lock of a stack. Written by Swarm Up.\n').toString(
  'base64',
);

/** What a run says of itself while it waits. */
export interface Applicant {
  readonly stack: string;
  readonly owner: Owner;
  readonly url: string | undefined;
  /** Known to nobody else. */
  readonly token: string;
  readonly turn?: Turn | undefined;
  /** How long after its last renewal, in ms, others may remove it. */
  readonly leaseMs: number;
}

/** A run that waits. */
export interface Waiting {
  readonly config: ConfigRecord;
  readonly repository: string;
  readonly turn: Turn | undefined;
  readonly token: string;
  /** `<run>/<job>/<step>`, and its URL where there is one. */
  readonly who: string;
  readonly leaseMs: number;
}

/** Name of the config by which a run says that it waits. */
export function waitingName({ stack, token }: Pick<Applicant, 'stack' | 'token'>): string {
  const hash = createHash('sha256').update(`${stack}\0${token}`).digest('hex');
  return `swarm-up-waiting-${hash.slice(0, 20)}`;
}

/**
 * The runs that wait for the lock of a stack. `ignored` is told of each config that only looks as
 * if one did.
 */
export async function readWaiting(
  api: Pick<EngineApi, 'get'>,
  stack: string,
  signal: AbortSignal,
  ignored: (message: string) => void,
): Promise<readonly Waiting[]> {
  const found = await listConfigs(api, { label: [`${STACK_LABEL}=${stack}`] }, signal);
  return found
    .filter(({ Spec: { Labels } }) => Labels[STACK_LABEL] === stack)
    .flatMap((config) => {
      const waiting = waitingIn(config, stack);
      if (waiting) return [waiting];
      const { Name } = config.Spec;
      ignored(
        `The config ${Name} has the label ${STACK_LABEL}, and not the name and form of a run that waits: it is ignored. If nothing needs it, remove it on a manager: docker config rm ${Name}`,
      );
      return [];
    });
}

function waitingIn(config: ConfigRecord, stack: string): Waiting | undefined {
  const { Name, Labels, Data } = config.Spec;
  const owner = ownerOf(Labels);
  const token = Labels[TOKEN_LABEL];
  const lease = Labels[LEASE_LABEL] ?? '';
  if (!owner?.run || !token || !/^\d+$/.test(lease)) return undefined;
  if (Name !== waitingName({ stack, token }) || Data !== DATA) return undefined;
  const url = Labels[URL_LABEL];
  return {
    config,
    token,
    repository: owner.repository,
    turn: turnIn(Labels),
    who: `${owner.run}${url === undefined ? '' : ` (${url})`}`,
    leaseMs: Number(lease) * 1_000,
  };
}

/** The newest of those that go before this run. */
export function firstOf(
  waiting: readonly Waiting[],
  { owner: { repository }, turn }: Pick<Applicant, 'owner' | 'turn'>,
): Waiting | undefined {
  return waiting
    .filter((one) => isNewer(one, { repository, turn }))
    .toSorted((a, b) => (a.turn?.number ?? 0) - (b.turn?.number ?? 0))
    .at(-1);
}

/**
 * Removes what runs of this repository have left that waited for a lock which this run has now, and
 * go no more before it: they are lost, or say it again. A removal takes what any of them has left.
 */
export async function forgetWaiting(
  api: EngineApi,
  waiting: readonly Waiting[],
  { owner, turn, token }: Pick<Applicant, 'owner' | 'turn' | 'token'>,
  signal: AbortSignal,
): Promise<void> {
  const outlived = waiting.filter(
    (one) =>
      isSameRepository(one, owner) &&
      one.token !== token &&
      (!turn || (one.turn?.line === turn.line && one.turn.number <= turn.number)),
  );
  for (const { config } of outlived) await removeConfig(api, config, signal);
}

/** What a run that waits does at each look at the lock. */
export interface Queue {
  /** Says that this run still waits, and gives who goes before it. */
  look(): Promise<Waiting | undefined>;
}

/**
 * The queue for the lock of a stack, as one run sees it. Where nobody can say which of two runs is
 * newer, it has nobody in it.
 */
export function queueOf(
  api: EngineApi,
  own: Applicant,
  options: {
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly ignored: (message: string) => void;
  },
): Queue {
  if (!own.turn) return { look: async () => undefined };
  const { clock, signal, ignored } = options;
  const watch = watchRenewals(clock);
  let renewedAt = clock.now();
  let renewals = 0;
  const announce = async (found: ConfigRecord | undefined) => {
    if (found && clock.now() - renewedAt < RENEW_MS) return;
    renewedAt = clock.now();
    renewals += 1;
    if (found) await renew(api, found, renewals, signal);
    else await apply(api, own, signal);
  };
  return {
    look: async () => {
      const all = await readWaiting(api, own.stack, signal, ignored);
      // A renewal that fails is tried again: the next one is soon enough.
      await announce(all.find(({ token }) => token === own.token)?.config).catch(() => {
        signal.throwIfAborted();
      });
      const sightOf = watch(all.map(({ config }) => config));
      const isLost = ({ config, token, leaseMs }: Waiting) =>
        token !== own.token && sightOf(config.ID).silentMs > leaseMs;
      for (const one of all.filter(isLost)) {
        if (isSameRepository(one, own.owner)) await removeConfig(api, one.config, signal);
      }
      return firstOf(
        all.filter((one) => !isLost(one)),
        own,
      );
    },
  };
}

async function apply(api: EngineApi, own: Applicant, signal: AbortSignal): Promise<void> {
  const { stack, owner, url, token, turn, leaseMs } = own;
  const Labels: Labels = {
    ...ownerLabels(owner),
    ...turnLabels(turn),
    [STACK_LABEL]: stack,
    [TOKEN_LABEL]: token,
    [LEASE_LABEL]: String(Math.round(leaseMs / 1_000)),
    ...(url === undefined ? {} : { [URL_LABEL]: url }),
  };
  await api.post('/configs/create', {}, { Name: waitingName(own), Labels, Data: DATA }, { signal });
}

async function renew(
  api: EngineApi,
  config: ConfigRecord,
  renewals: number,
  signal: AbortSignal,
): Promise<void> {
  const Labels = { ...config.Spec.Labels, [COUNT_LABEL]: String(renewals) };
  await changeConfigLabels(api, config, Labels, signal);
}
