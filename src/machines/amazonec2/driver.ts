import { systemClock } from '../../base/clock.ts';
import { generateKeyPair } from '../../ssh/keys/generate.ts';
import { boundsFor, MAKING_MS, QUESTION_MS, REMOVAL_MS } from '../cloud/cloud-limits.ts';
import { CLOUD_TRAITS } from '../cloud/cloud-traits.ts';
import { USER } from '../cloud/first-login.ts';
import { machineOfCloud } from '../cloud/found/machine-of-cloud.ts';
import { overlayPools } from '../cloud/network/overlay-pools.ts';
import { portRanges } from '../cloud/network/port-ranges.ts';
import { machinesLine } from '../cloud/places/machines-line.ts';
import { USER_DATA_BYTES, userData } from '../cloud/user-data.ts';
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
import type { Owner } from '../ownership.ts';
import { type Access, readAccess, regionOf } from './access.ts';
import { NO_PRICES } from './account/prices.ts';
import { ec2Clients, VENDOR } from './api/ec2-clients.ts';
import { ec2Work, type Work } from './api/work.ts';
import { createInstance, type Ground } from './create-instance.ts';
import { destroyCluster, destroyInstance, isGone } from './destroy.ts';
import { expiryAdditions, setExpiry } from './expiry-timer.ts';
import { listClusters, listMachines } from './find.ts';
import { groundOf, OVERLAY_POOLS } from './ground.ts';
import { findNetwork } from './network/networks.ts';
import { ensureSecurityGroup, mostRanges } from './network/security-group.ts';
import { type Amazonec2Options, amazonec2Options, placeOptions } from './options.ts';
import { listInstances } from './owned.ts';
import { type Preflight, preflight } from './preflight.ts';
import { renew } from './renew.ts';
import { admitKey, keepKey } from './run-key.ts';

/** Machines are instances of Amazon EC2, which outlive the job. */
export const amazonec2Driver: DriverDefinition<Amazonec2Options> = {
  name: 'amazonec2',
  makesMachines: true,
  onRunner: false,
  options: amazonec2Options,
  placeOptions: placeOptions.transform((given) => amazonec2Options.parse(given)),
  secretVariables: ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'],
  read: (source) => {
    const access = readAccess(source);
    return { create: (options, context) => createAmazonec2Driver(options, access, context) };
  },
};

function createAmazonec2Driver(
  options: Amazonec2Options,
  access: Access,
  { log, guard }: DriverContext,
): MachineDriver {
  const clock = systemClock;
  const region = regionOf(options.region, access);
  const { credentials } = access;
  const { endpoint } = options;
  const clients = ec2Clients({
    ...{ region, credentials, endpoint, log, clock, readsOnly: guard !== undefined },
  });
  const work = (limitMs: number, signal?: AbortSignal): Work =>
    ec2Work(clients, { region, clock, log, bounds: boundsFor(clock, limitMs, signal) });
  const reached = options['use-private-address'] ? 'private' : 'public';
  const { 'firewall-sources': sources, image } = options;
  const limits = { vendor: VENDOR, most: mostRanges(sources) };
  let planned: Preflight | undefined;
  let ground: Ground | undefined;
  let pools: readonly string[] | undefined;
  /** Names of machines. */
  const made = new Set<string>();
  /** Written on what exists after it was listed. */
  let renewed: string | undefined;

  return {
    ...CLOUD_TRAITS,
    name: 'amazonec2',
    get addressPools() {
      return pools;
    },

    async plan(signal, wanted) {
      planned = await preflight(work(QUESTION_MS, signal), options, wanted);
      return planned.facts;
    },

    costs(machines) {
      const places = machines.flatMap(({ place }) => place ?? []);
      if (places.length === 0) return [];
      const note = planned ? ` ${planned.prices.note(places)}` : '';
      return [`${machinesLine(places, planned?.prices ?? NO_PRICES)}${note}`];
    },

    refusePorts: (ports) => void portRanges(ports, limits),

    list: async (id, signal) =>
      (await listMachines(work(QUESTION_MS, signal), id, reached)).map(machineOfCloud),

    async prepare({ owner, publishedPorts }, signal) {
      const ours = work(MAKING_MS, signal);
      const { vpc } = planned?.network ?? (await findNetwork(ours, options));
      pools = overlayPools(OVERLAY_POOLS, [vpc.cidrBlock]);
      const rules = { ranges: portRanges(publishedPorts, limits), sources };
      const securityGroup = await ensureSecurityGroup(ours, owner, vpc.vpcId, rules);
      const places = planned?.places ?? [];
      ground = groundOf(ours, owner, { options, securityGroup, places });
    },

    async create(spec, index, signal) {
      if (!ground) throw new Error('A machine is made only after `prepare`.');
      return await createMachine(spec, index, ground, work(MAKING_MS, signal));
    },

    async target({ name, index, owner, address, labels }, signal) {
      // A machine that this run has made has its key.
      if (access.keyFrom === 'run' && !made.has(name))
        await admit(name, index, owner, work(QUESTION_MS, signal));
      return {
        ...{ name, host: address, port: 22, user: USER },
        credentials: access.keyOf(owner).credentials,
        hostKeys: { kind: 'pinned', keys: [labels[HOST_KEY_LABEL] ?? ''] },
        refusedHint: REFUSED[access.keyFrom],
      };
    },

    // Of every machine: the run that has made it may have been killed meanwhile.
    async setUp({ owner, name }, ssh, bounds) {
      const [key = ''] = access.keyOf(owner).authorizedKeys;
      if (access.keyFrom === 'run' && !made.has(name)) await keepKey(ssh, key, bounds);
      await waitForCloudInit(ssh, { ...{ user: USER, image, log, ...bounds }, hasEngine: false });
      await setExpiry(ssh, renewed ?? owner.expires, bounds);
    },

    commandOn:
      access.keyFrom === 'input' ? ({ address }) => ['ssh', `${USER}@${address}`] : undefined,

    async destroy({ owner, index }) {
      const ours = work(REMOVAL_MS);
      for (const one of await listInstances(ours, owner)) {
        if (one.index === index) await destroyInstance(ours, owner, one.id);
      }
    },

    destroyCluster: (id) => destroyCluster(work(REMOVAL_MS), id),

    isGone: (id) => isGone(work(QUESTION_MS), id),

    clusters: (signal) => listClusters(work(QUESTION_MS, signal)),

    vendorTime: (now) => vendorTime(VENDOR, clients.ec2.vendorClock(), now),

    async renew(owner, signal) {
      await renew(work(QUESTION_MS, signal), owner);
      renewed = owner.expires;
    },
  };

  /** Lasts for a minute, and leaves nothing on the machine: a dry run may do it, too. */
  async function admit(name: string, index: number, owner: Owner, ours: Work): Promise<void> {
    const found = (await listInstances(ours, owner)).find((one) => one.index === index);
    const [key = ''] = access.keyOf(owner).authorizedKeys;
    if (found) await admitKey(clients.connect, ours.bounds, { id: found.id, name, key });
  }

  async function createMachine(
    { owner }: ClusterSpec,
    index: number,
    shared: Ground,
    ours: Work,
  ): Promise<Machine> {
    const name = `${owner.cluster}-${index}`;
    const hostKey = generateKeyPair('');
    const { authorizedKeys } = access.keyOf(owner);
    const additions = expiryAdditions(owner.expires);
    made.add(name);
    return machineOfCloud(
      await createInstance(ours, shared, {
        ...{ owner, index, hostKey: hostKey.publicKey },
        userData: userData({ name, hostKey, authorizedKeys, additions }, USER_DATA_BYTES.amazonec2),
      }),
    );
  }
}

/** What to do if a machine refuses the login, by whose key it is. */
const REFUSED: Readonly<Record<Access['keyFrom'], string>> = {
  input:
    'The machine was made with another `ssh-private-key`, or with none. Give that key, or remove the cluster (`command: down`) first.',
  secret:
    'The key of a machine comes from AWS_SECRET_ACCESS_KEY and the cluster, or is `ssh-private-key`. If either has changed since the machine was made, give the old one, or remove the cluster (`command: down`) first.',
  run: 'The key of this run was let in by EC2 Instance Connect, which needs the package ec2-instance-connect in the image: those of Ubuntu and Amazon have it. Give `ssh-private-key` to each step with this cluster, from the first on.',
};
