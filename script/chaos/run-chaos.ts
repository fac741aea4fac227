import { resolve } from 'node:path';
import { startHosts } from '../../__tests__/support/hosts.ts';
import { runner } from '../../src/exec/runner.ts';
import { ensureNodeImage } from '../../src/machines/docker/node-image.ts';
import { ensureHelloImage } from '../hello-image.ts';
import type { Action } from './action.ts';
import { ACTORS, type Actor } from './actors.ts';
import { type ChaosArguments, STARTS, type Start } from './arguments.ts';
import { chooseAction } from './choose-action.ts';
import { planFinale, removeAll } from './finale.ts';
import type { Violation } from './judge.ts';
import { leftHere, leftOnHosts, remainsOf } from './leftovers.ts';
import { servePullRequests } from './pull-requests.ts';
import { createRandom } from './random.ts';
import { describeViolation, renderTable, storyLine } from './report.ts';
import { createSchedule } from './schedule.ts';
import { createSite, type Site } from './site.ts';
import { theirSwarm } from './their-swarm.ts';
import { createWorld, newModels, type World } from './world.ts';

/** How many act at once. */
const AT_ONCE = 4;
const REPOSITORY = resolve(import.meta.dirname, '../..');

interface Chaos {
  readonly seed: number;
  readonly minutes: number;
  readonly start: Start;
  readonly site: Site;
  readonly world: World;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Lets all actors act for some minutes, then removes everything, and says what did not hold.
 * Resolves with whether all held. What it made is gone afterwards, also where the signal is
 * aborted, with whose reason it then rejects.
 */
export async function runChaos(
  { seed, minutes, start: given }: ChaosArguments,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const start = given ?? createRandom(seed, 'start').pick(STARTS);
  const again = `npm run chaos -- --seed ${seed} --minutes ${minutes}${given ? ` --start ${given}` : ''}`;
  say(`Seed ${seed}, ${minutes} min, start: ${start}. Again: ${again}`);
  await prepareImages(say, signal);
  const models = newModels();
  const isOpen = (repository: string, number: number) =>
    ACTORS.filter((actor) => actor.repository === repository && actor.pullRequest === number)
      .map(({ name }) => models.get(name)?.isOpen)
      .at(0);
  await using pullRequests = await servePullRequests(isOpen);
  await using hosts = await startHosts(2);
  say(`Hosts: ${hosts.names.join(', ')}, as containers`);
  using site = createSite(hosts, pullRequests.apiUrl);
  const stopping = new AbortController();
  const all = AbortSignal.any([signal, stopping.signal]);
  const world = createWorld({
    ...{ site, models, signal: all },
    tell: (told) => say(storyLine(told)),
  });
  const chaos: Chaos = { ...{ seed, minutes, start, site, world, say }, signal: all };
  const violations = await live(chaos, stopping);
  signal.throwIfAborted();
  for (const violation of violations) say(`\n${describeViolation(violation, world.story, again)}`);
  say(`\n${renderTable(world.story)}`);
  for (const late of world.late) say(`A limit was missed, which is no violation: ${late}`);
  say(`${world.checks - violations.length} passed, ${violations.length} failed`);
  return violations.length === 0;
}

async function prepareImages(say: (line: string) => void, signal: AbortSignal): Promise<void> {
  const log = { info: say, warning: say };
  await ensureNodeImage(runner, { actionRoot: REPOSITORY }, log, signal);
  await ensureHelloImage(signal);
}

/**
 * Everything, from the beginning to the end; ends with the first that does not hold. Nothing of a
 * run is left on this machine.
 */
async function live(chaos: Chaos, stopping: AbortController): Promise<readonly Violation[]> {
  const { site, start, seed, world, say, signal } = chaos;
  if (start === 'theirs') await theirSwarm(site.hosts);
  const before = await remainsOf(site);
  const production = ACTORS.filter(({ kind }) => kind === 'production' && start !== 'together');
  for (const actor of production) {
    const violations = await world.act(actor, FIRST);
    if (violations.length > 0) return violations;
  }
  const violations = await actAtOnce(chaos, stopping);
  if (violations.length > 0 || signal.aborted) return violations;
  say('Everything is removed, by `down` and `sweep` alone:');
  const unremoved = await removeAll(planFinale(start, createRandom(seed, 'end')), world, signal);
  if (unremoved.length > 0) return unremoved;
  const left = await leftOnHosts(site, before, signal);
  return left.length > 0 ? left : await leftHere(site, signal);
}

const FIRST: Action = {
  ...{ kind: 'up', version: 0, ttlMs: undefined },
  ...{ closed: false, dryRun: false, cut: undefined },
};

/** Several look at the same. */
function isSame(one: Violation, other: Violation): boolean {
  return one.invariant === other.invariant && one.actor === other.actor;
}

async function actAtOnce(
  { seed, minutes, world, signal }: Chaos,
  stopping: AbortController,
): Promise<readonly Violation[]> {
  const until = performance.now() + minutes * 60_000;
  const schedule = createSchedule(ACTORS, createRandom(seed, 'schedule'));
  const streams = new Map(ACTORS.map(({ name }) => [name, createRandom(seed, name)]));
  const versions = new Map<Actor, number>();
  const busy = new Set<Actor>();
  const violations: Violation[] = [];
  const choose = (actor: Actor) => {
    const version = (versions.get(actor) ?? 0) + 1;
    versions.set(actor, version);
    const random = streams.get(actor.name) ?? createRandom(seed, actor.name);
    return chooseAction(actor.kind, { isOpen: world.isOpen(actor), version }, random);
  };
  const work = async () => {
    while (performance.now() < until && !signal.aborted) {
      const actor = schedule.next((one) => !busy.has(one));
      if (!actor) return;
      busy.add(actor);
      const found = await world.act(actor, choose(actor));
      busy.delete(actor);
      if (found.length === 0) continue;
      violations.push(...found.filter((one) => !violations.some((other) => isSame(one, other))));
      stopping.abort(new Error('Something does not hold.'));
    }
  };
  const orStop = (error: unknown) => {
    stopping.abort(error);
    throw error;
  };
  const workers = Array.from({ length: AT_ONCE }, () => work().catch(orStop));
  const results = await Promise.allSettled(workers);
  if (violations.length > 0) return violations;
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return await world.check();
}
