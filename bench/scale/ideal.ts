import { COMMAND_MS, type Conversation, DEPLOY_MS, ROUND_TRIP_MS, START_MS } from './latencies.ts';

/** A command takes one round trip for its channel and one for itself. */
const COMMAND_ROUND_TRIPS = 2;
/** A host lets in so many sessions of a connection at once; see ssh/channels.ts. */
const SESSIONS = 8;
const LABEL = 'docker node update';

/**
 * How long the shortest run would take after all hosts were entered, in ms: what the manager was
 * asked in a run with few hosts and one service, one after the other, by the latencies alone. How
 * often it is asked whether tasks run already is nothing that has to be.
 */
export function chainMs(conversation: Conversation): number {
  const looks = conversation.filter(({ what }) => /^GET \/tasks.*up-to-date/.test(what));
  const chain = conversation.filter(
    (one) => !isLook(one.what) && one.what !== LABEL && !isBesideOthers(one.what),
  );
  const lookMs = looks.length === 0 ? 0 : 3 * (ROUND_TRIP_MS + (looks[0]?.ms ?? 0));
  return START_MS + lookMs + sum(chain.map(costMs));
}

/** What each further host and service adds that has to be: the manager writes a label for each. */
export function growthMs({ nodes, services }: { nodes: number; services: number }): number {
  const label = COMMAND_ROUND_TRIPS * ROUND_TRIP_MS + COMMAND_MS;
  return (label * nodes) / SESSIONS + DEPLOY_MS * (services - 1);
}

const isLook = (what: string): boolean =>
  /^GET \/(tasks|services|nodes)\?.*stack\.namespace/.test(what);

/** A listener stays open while the others ask. */
const isBesideOthers = (what: string): boolean => what.startsWith('perl -e');

/** What each host is told is in the time in which all were entered: only that it takes longer counts. */
function costMs({ what, ms }: Conversation[number]): number {
  if (/^(GET|POST|DELETE) /.test(what)) return ms + ROUND_TRIP_MS;
  const isOfStack = what.startsWith('sh -c set -eu');
  return isOfStack ? ms + ROUND_TRIP_MS * COMMAND_ROUND_TRIPS : Math.max(0, ms - COMMAND_MS);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}
