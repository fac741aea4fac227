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
import { machinesLine } from '../cloud/places/machines-line.ts';
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
import { digitaloceanRefusal } from './api/digitalocean-refusal.ts';
import { digitaloceanWork, VENDOR, type Work } from './api/work.ts';
import { createDroplet, type Ground } from './create-droplet.ts';
import { destroyCluster, destroyDroplet, isGone } from './destroy.ts';
import { listClusters, listMachines } from './find.ts';
import { ensureFirewall, MOST_RULES } from './firewall.ts';
import { groundOf, OVERLAY_POOLS } from './ground.ts';
import { type DigitaloceanOptions, digitaloceanOptions, placeOptions } from './options.ts';
import { listDroplets } from './owned.ts';
import { ensureOwnerTags } from './owner-tags.ts';
import { type Preflight, preflight } from './preflight.ts';
import { renew } from './renew.ts';

const TOKEN = 'DIGITALOCEAN_ACCESS_TOKEN';

/** Machines are droplets of DigitalOcean, which outlive the job. */
export const digitaloceanDriver: DriverDefinition<DigitaloceanOptions> = {
  name: 'digitalocean',
  makesMachines: true,
  onRunner: false,
  options: digitaloceanOptions,
  placeOptions: placeOptions.transform(({ endpoint }) => digitaloceanOptions.parse({ endpoint })),
  secretVariables: [TOKEN],
  read: (source) => {
    const access = readMachineAccess(
      source,
      TOKEN,
      'an API token of DigitalOcean that may read and write',
    );
    return { create: (options, context) => createDigitaloceanDriver(options, access, context) };
  },
};

/** What DigitalOcean calls images that have Docker Engine already. */
const WITH_ENGINE = /^docker-/;

function createDigitaloceanDriver(
  options: DigitaloceanOptions,
  { token, keys, hasGivenKey }: MachineAccess,
  { log, guard }: DriverContext,
): MachineDriver {
  const clock = systemClock;
  const { endpoint, image } = options;
  const access = { vendor: VENDOR, endpoint, token, log };
  const client = cloudClient({ ...access, clock, readsOnly: guard !== undefined });
  const work = (limitMs: number, signal?: AbortSignal): Work =>
    digitaloceanWork(client, { clock, log, bounds: boundsFor(clock, limitMs, signal) });
  const keyOf = ({ cluster, repository }: ClusterId) =>
    userKey(keys(), { secret: token, repository, cluster });
  let planned: Preflight | undefined;
  let ground: Ground | undefined;
  let pools: readonly string[] | undefined;

  return {
    ...CLOUD_TRAITS,
    name: 'digitalocean',
    get addressPools() {
      return pools;
    },

    async plan(signal, wanted) {
      planned = await preflight(work(QUESTION_MS, signal), options, wanted);
      return planned.facts;
    },

    ipsecObstacle: 'firewalls of DigitalOcean let only TCP, UDP and ICMP through',

    costs(machines) {
      const places = machines.flatMap(({ place }) => place ?? []);
      return planned && places.length > 0 ? [machinesLine(places, planned.prices)] : [];
    },

    refusePorts: (ports) => void portRanges(ports, { vendor: VENDOR, most: MOST_RULES }),

    list: async (id, signal) =>
      (await listMachines(work(QUESTION_MS, signal), id)).map(machineOfCloud),

    async prepare({ owner, publishedPorts }, signal) {
      const ours = work(MAKING_MS, signal);
      pools = overlayPools(OVERLAY_POOLS, await networksOf(ours, options));
      await ensureOwnerTags(ours, owner);
      await ensureFirewall(ours, owner, {
        ranges: portRanges(publishedPorts, { vendor: VENDOR, most: MOST_RULES }),
        sources: options['firewall-sources'],
      });
      ground = await groundOf(ours, owner, options, planned?.places ?? []);
    },

    async create(spec, index, signal) {
      if (!ground) throw new Error('A machine is made only after `prepare`.');
      return await createMachine(spec, index, ground, work(MAKING_MS, signal));
    },

    async target({ name, owner, address, labels }) {
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
        hasEngine: WITH_ENGINE.test(image),
      }),

    commandOn: hasGivenKey ? ({ address }) => ['ssh', `${USER}@${address}`] : undefined,

    async destroy({ owner, index }) {
      const ours = work(REMOVAL_MS);
      for (const one of await listDroplets(ours, owner)) {
        if (one.machine.index === index) await destroyDroplet(ours, one);
      }
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
    shared: Ground,
    ours: Work,
  ): Promise<Machine> {
    const name = `${owner.cluster}-${index}`;
    // A comment would not fit into the one tag that an ed25519 key takes.
    const hostKey = generateKeyPair('');
    const { authorizedKeys } = keyOf(owner);
    return machineOfCloud(
      await createDroplet(ours, shared, {
        ...{ owner, index, hostKey: hostKey.publicKey },
        userData: userData({ name, hostKey, authorizedKeys }, USER_DATA_BYTES.digitalocean),
      }),
    );
  }
}

/** The private networks in which the machines may be. */
async function networksOf(
  { api }: Work,
  { region, 'vpc-uuid': id }: DigitaloceanOptions,
): Promise<readonly string[]> {
  const vpcs = await api.vpcs().catch((error: unknown) => {
    throw digitaloceanRefusal(error, 'DigitalOcean could not be asked for its private networks');
  });
  return vpcs
    .filter((vpc) =>
      id === undefined ? vpc.default && region.includes(vpc.region) : vpc.id === id,
    )
    .map((vpc) => vpc.ip_range);
}
