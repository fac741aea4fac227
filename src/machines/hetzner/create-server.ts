import type { LimitFunction } from 'p-limit';
import { isCode } from '../cloud/cloud-error.ts';
import { createOrAdopt } from '../cloud/create-or-adopt.ts';
import { removedMeanwhile } from '../cloud/found/removed-meanwhile.ts';
import { objectName } from '../cloud/object-name.ts';
import type { Places } from '../cloud/places/places.ts';
import { tryPlaces } from '../cloud/places/try-places.ts';
import type { Place } from '../driver.ts';
import { HOST_KEY_LABEL, INDEX_LABEL } from '../machine-labels.ts';
import { type Owner, ownerLabels } from '../ownership.ts';
import { hetznerRefusal, isNoCapacity } from './api/hetzner-refusal.ts';
import type { Action, Server } from './api/objects.ts';
import { CONSOLE, type Work } from './api/work.ts';
import { type FoundMachine, machineOf } from './find.ts';
import { decodeLabels, encodeLabels } from './label-codec.ts';
import { indexOf, isOfCluster } from './owned.ts';
import { removeServer } from './remove-server.ts';

const POLL_MS = 2_000;

/** What the servers of a cluster have in common. */
export interface Ground {
  readonly places: Places;
  /** Bounds how many servers are ordered at the same time. */
  readonly orders: LimitFunction;
  readonly image: string;
  readonly ipv4: boolean;
  /** Ids. */
  readonly network: number;
  readonly firewall: number;
}

/** One machine. */
export interface MachineOrder {
  readonly owner: Owner;
  readonly index: number;
  /** The public one, as a line. */
  readonly hostKey: string;
  readonly userData: string;
  /** Id. */
  readonly placementGroup: number | undefined;
}

/**
 * Makes one server, at the first place that has room, and waits until it runs and has its
 * addresses; a server of this name and cluster is adopted. After an abort nothing more is asked
 * for, and what exists has its labels. Throws `ActionError` if no place has room, if the name
 * belongs to somebody else, or if Hetzner refuses.
 */
export async function createServer(
  work: Work,
  ground: Ground,
  order: MachineOrder,
): Promise<FoundMachine> {
  const machine = `${order.owner.cluster}-${order.index}`;
  const { log, bounds } = work;
  try {
    const server = await tryPlaces(
      ground.places,
      machine,
      { log, signal: bounds.signal },
      async (place) => await createAt(work, ground, order, place),
    );
    return machineOf(server, order.owner);
  } catch (error) {
    throw hetznerRefusal(error, `The server of ${machine} could not be created`);
  }
}

/** A server that was asked for, with what is still being done to it. */
interface Asked {
  readonly server: Server;
  readonly actions: readonly Action[];
}

/** Undefined if the place has no room. */
async function createAt(
  work: Work,
  ground: Ground,
  order: MachineOrder,
  place: Place,
): Promise<Server | undefined> {
  let asked: Asked | undefined;
  try {
    asked = await ground.orders(async () =>
      // Whoever has waited for a turn may have been told meanwhile.
      ground.places.isLeft(place) ? await ask(work, ground, order, place) : undefined,
    );
    if (!asked) return undefined;
    await work.awaitActions(asked.actions);
    return await running(work, asked.server);
  } catch (error) {
    if (!isNoCapacity(error)) throw error;
    // Its name is needed at the next place.
    if (asked) await removeServer(work, asked.server);
    return undefined;
  }
}

function ask(work: Work, ground: Ground, order: MachineOrder, place: Place): Promise<Asked> {
  const { api } = work;
  const { owner, index, hostKey, userData, placementGroup } = order;
  const { image, network, firewall, ipv4 } = ground;
  const name = objectName(owner, index);
  const labels = encodeLabels({
    ...ownerLabels(owner),
    [INDEX_LABEL]: String(index),
    [HOST_KEY_LABEL]: hostKey,
  });
  return createOrAdopt<Asked>(
    {
      what: `server ${name} at Hetzner`,
      hint: `Remove it if nothing needs it (${CONSOLE}), or give this step another \`cluster\`.`,
      find: async () => {
        const [server] = await api.servers({ name });
        return server && { server, actions: [] };
      },
      create: async () => {
        const wanted = { name, labels, userData, placementGroup, image, network, firewall, ipv4 };
        const made = await api.createServer({ ...wanted, ...place });
        return { server: made.server, actions: [made.action, ...made.next_actions] };
      },
      isOurs: ({ server }) =>
        isOfCluster(server.labels, owner) && indexOf(decodeLabels(server.labels)) === index,
      isTaken: (error) => isCode(error, 'uniqueness_error'),
      isLeaving: ({ server }) => server.status === 'deleting',
    },
    work,
  );
}

/** Waits until a server has ended what it began, and is in its network. */
async function running({ api, clock, bounds }: Work, { id, name }: Server): Promise<Server> {
  for (;;) {
    const server = await api.server(id);
    if (!server) throw removedMeanwhile(`server ${name}`);
    const isReady = server.status === 'running' && server.private_net[0]?.ip !== undefined;
    if (isReady || server.status === 'off') return server;
    if (clock.now() + POLL_MS > bounds.deadline) return server;
    await clock.sleep(POLL_MS, bounds.signal);
  }
}
