import { networkInterfaces } from 'node:os';
import pLimit from 'p-limit';
import { systemClock } from '../../base/clock.ts';
import { generateKeyPair } from '../../ssh/keys/generate.ts';
import { cloudClient } from '../cloud/cloud-client.ts';
import { boundsFor, MAKING_MS, QUESTION_MS, REMOVAL_MS } from '../cloud/cloud-limits.ts';
import { CLOUD_TRAITS } from '../cloud/cloud-traits.ts';
import { USER } from '../cloud/first-login.ts';
import { machineOfCloud } from '../cloud/found/machine-of-cloud.ts';
import { type MachineAccess, OTHER_KEY, readMachineAccess } from '../cloud/machine-access.ts';
import { overlayPools } from '../cloud/network/overlay-pools.ts';
import { portRanges } from '../cloud/network/port-ranges.ts';
import { Places } from '../cloud/places/places.ts';
import { hasPublicIpv6, refuseIpv6Only } from '../cloud/refuse-ipv6-only.ts';
import { USER_DATA_BYTES, userData } from '../cloud/user-data.ts';
import { userKey } from '../cloud/user-key.ts';
import { vendorTime } from '../cloud/vendor-time.ts';
import { waitForCloudInit } from '../cloud/wait-for-cloud-init.ts';
import type {
  ClusterSpec,
  DriverContext,
  DriverDefinition,
  Machine,
  MachineDriver,
} from '../driver.ts';
import { HOST_KEY_LABEL } from '../machine-labels.ts';
import type { ClusterId } from '../ownership.ts';
import { AT_ONCE, hetznerWork, RETRIED_CODES, VENDOR, type Work } from './api/work.ts';
import { createServer, type Ground } from './create-server.ts';
import { destroyCluster, destroyServer, isGone } from './destroy.ts';
import { type FoundMachine, listClusters, listMachines } from './find.ts';
import { ensureFirewall, MOST_RULES } from './firewall.ts';
import { chooseNetwork, OVERLAY_POOLS } from './network.ts';
import { type HetznerOptions, hetznerOptions, PLACE_WORDS, placeOptions } from './options.ts';
import { type GroupOf, groupsOf } from './placement-group.ts';
import { costsOf, type Preflight, preflight } from './preflight.ts';
import { renew } from './renew.ts';

const TOKEN = 'HCLOUD_TOKEN';

/** Machines are servers of Hetzner Cloud, which outlive the job. */
export const hetznerDriver: DriverDefinition<HetznerOptions> = {
  name: 'hetzner',
  makesMachines: true,
  onRunner: false,
  options: hetznerOptions,
  placeOptions: placeOptions.transform(({ endpoint }) => hetznerOptions.parse({ endpoint })),
  secretVariables: [TOKEN],
  read: (source) => {
    const access = readMachineAccess(
      source,
      TOKEN,
      'an API token of the project with Read & Write',
    );
    return { create: (options, context) => createHetznerDriver(options, access, context) };
  },
};

/** Of private networks at Hetzner, in bytes. */
const NETWORK_MTU = 1450;

/** The machines of this driver have Docker Engine already if they are made of this image. */
const WITH_ENGINE = 'docker-ce';

function createHetznerDriver(
  options: HetznerOptions,
  { token, keys, hasGivenKey }: MachineAccess,
  { log, guard }: DriverContext,
): MachineDriver {
  const clock = systemClock;
  const { endpoint, image } = options;
  const access = { vendor: VENDOR, endpoint, token, log, retriedCodes: RETRIED_CODES };
  const client = cloudClient({ ...access, clock, readsOnly: guard !== undefined });
  const work = (limitMs: number, signal?: AbortSignal): Work =>
    hetznerWork(client, { clock, log, bounds: boundsFor(clock, limitMs, signal) });
  const keyOf = ({ cluster, repository }: ClusterId) =>
    userKey(keys(), { secret: token, repository, cluster });
  let planned: Preflight | undefined;
  let ground: Ground | undefined;
  let pools: readonly string[] | undefined;
  let groups: GroupOf | undefined;
  let shared: { readonly signal: AbortSignal; readonly work: Work } | undefined;
  // Machines that are made at the same time wait together: their actions are asked for by one call.
  const making = (signal: AbortSignal): Work => {
    if (shared?.signal !== signal) shared = { signal, work: work(MAKING_MS, signal) };
    return shared.work;
  };

  const find = async (id: ClusterId, signal?: AbortSignal): Promise<FoundMachine[]> =>
    await listMachines(work(QUESTION_MS, signal), id.cluster);

  return {
    ...CLOUD_TRAITS,
    name: 'hetzner',
    mtu: NETWORK_MTU,
    get addressPools() {
      return pools;
    },

    async plan(signal, { machines, ttlMs }) {
      const hasIpv6 = hasPublicIpv6(networkInterfaces());
      const wanted = { machines, ttlMs, ports: [], hasIpv6 };
      planned = await preflight(work(QUESTION_MS, signal), options, wanted);
      return planned.facts;
    },

    costs(machines) {
      const places = machines.flatMap(({ place }) => place ?? []);
      return planned && places.length > 0 ? [costsOf(places, planned.prices, options)] : [];
    },

    refusePorts: (ports) => void portRanges(ports, { vendor: VENDOR, most: MOST_RULES }),

    list: async (id, signal) => (await find(id, signal)).map(machineOfCloud),

    async prepare({ owner, publishedPorts }, signal) {
      const ours = work(MAKING_MS, signal);
      const network = await chooseNetwork(ours, owner, options, planned?.zone);
      pools = overlayPools(OVERLAY_POOLS, [network.ip_range]);
      const ranges = portRanges(publishedPorts, { vendor: VENDOR, most: MOST_RULES });
      const firewall = await ensureFirewall(ours, owner, {
        ranges,
        sources: options['firewall-sources'],
      });
      groups = groupsOf(owner);
      ground = {
        ...{ image, ipv4: options.ipv4, network: network.id, firewall: firewall.id },
        places: new Places(PLACE_WORDS, planned?.places ?? []),
        orders: pLimit(AT_ONCE),
      };
    },

    async create(spec, index, signal) {
      if (!ground) throw new Error('A machine is made only after `prepare`.');
      return await createMachine(spec, index, ground, making(signal));
    },

    async target({ name, owner, address, labels }) {
      refuseIpv6Only(name, address, networkInterfaces());
      return {
        ...{ name, host: address, port: 22, user: USER },
        credentials: keyOf(owner).credentials,
        hostKeys: { kind: 'pinned', keys: [labels[HOST_KEY_LABEL] ?? ''] },
        refusedHint: OTHER_KEY,
      };
    },

    // Of every machine: the run that has made it may have been killed meanwhile.
    setUp: (_machine, ssh, bounds) =>
      waitForCloudInit(ssh, {
        ...{ user: USER, image, log, ...bounds },
        hasEngine: image === WITH_ENGINE,
      }),

    commandOn: hasGivenKey ? ({ address }) => ['ssh', `${USER}@${address}`] : undefined,

    async destroy({ owner, index }) {
      const found = (await find(owner)).find(
        (one) => one.index === index && one.owner.repository === owner.repository,
      );
      if (found) await destroyServer(work(REMOVAL_MS), found.id);
    },

    destroyCluster: (id) => destroyCluster(work(REMOVAL_MS), id),

    isGone: (id) => isGone(work(QUESTION_MS), id),

    clusters: (signal) => listClusters(work(QUESTION_MS, signal)),

    vendorTime: (now) => vendorTime(VENDOR, client.vendorClock(), now),

    renew: (owner, signal) => renew(work(QUESTION_MS, signal), owner),
  };

  async function createMachine(
    { owner }: ClusterSpec,
    index: number,
    common: Ground,
    ours: Work,
  ): Promise<Machine> {
    const name = `${owner.cluster}-${index}`;
    // Without a comment, which its label has no room for.
    const hostKey = generateKeyPair('');
    const { authorizedKeys } = keyOf(owner);
    const group = options['placement-group'] === 'spread' ? await groups?.(ours, index) : undefined;
    return machineOfCloud(
      await createServer(ours, common, {
        ...{ owner, index, hostKey: hostKey.publicKey, placementGroup: group?.id },
        userData: userData({ name, hostKey, authorizedKeys }, USER_DATA_BYTES.hetzner),
      }),
    );
  }
}
