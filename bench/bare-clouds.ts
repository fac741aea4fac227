import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import { fakeAmazonec2, VARIABLES } from '../__tests__/support/clouds/amazonec2/amazonec2.ts';
import { fakeDigitalocean } from '../__tests__/support/clouds/digitalocean.ts';
import { fakeHetzner } from '../__tests__/support/clouds/hetzner.ts';
import { runner } from '../src/exec/runner.ts';
import { flatParameters } from '../src/machines/amazonec2/api/flat-parameters.ts';
import { instance, set } from '../src/machines/amazonec2/api/objects.ts';
import { signedFetch } from '../src/machines/amazonec2/api/signed-fetch.ts';
import { amazonec2Driver } from '../src/machines/amazonec2/driver.ts';
import { atOnce } from '../src/machines/cloud/at-once.ts';
import { digitaloceanDriver } from '../src/machines/digitalocean/driver.ts';
import type { DriverDefinition, MachineDriver } from '../src/machines/driver.ts';
import { hetznerDriver } from '../src/machines/hetzner/driver.ts';

/** Between two questions, in ms. */
const POLL_MS = 500;
/** Orders at the same time, as many as the drivers have. */
const AT_ONCE = 10;

/** A stand-in of a cloud, with its driver, and bare calls that do the same and no more. */
export interface BareCloud extends AsyncDisposable {
  readonly name: string;
  /** How many calls the vendor allows in an hour. */
  readonly hour: number;
  /** A line for each call so far. */
  readonly journal: readonly string[];
  /** A new one, as each run has. */
  driver(): MachineDriver;
  /** Makes so many machines and waits until all run. */
  make(machines: number, signal: AbortSignal): Promise<void>;
  /** Reads all the lists in which clusters are found. */
  list(): Promise<void>;
}

/** A stand-in of Hetzner whose servers take `bootMs` to be made. */
export async function bareHetzner(bootMs: number): Promise<BareCloud> {
  const fake = await fakeHetzner({ actionMs: bootMs, serverLimit: 1_000 });
  const { get, post } = callsTo(fake);
  const driver = () => driverOf(hetznerDriver, fake.endpoint, { HCLOUD_TOKEN: fake.token });
  return Object.assign(fake, {
    ...{ name: 'hetzner', hour: 3_600, driver },
    make: async (machines: number, signal: AbortSignal) => {
      const subnets = [{ network_zone: 'eu-central' }];
      await post('/networks', { name: 'bench', ip_range: '10.64.0.0/16', subnets });
      await post('/firewalls', { name: 'bench', rules: [] });
      const server = { server_type: 'cx23', location: 'nbg1', image: 'docker-ce' };
      await orderAll(machines, (name) => post('/servers', { name, ...server }));
      await allRun(() => get('/servers?per_page=50', 'servers'), 'running', signal);
    },
    list: async () => {
      for (const list of ['servers', 'firewalls', 'networks', 'placement_groups']) {
        for (const page of [1, 2]) await get(`/${list}?per_page=50&page=${page}`, list);
      }
    },
  });
}

/** A stand-in of DigitalOcean whose droplets take `bootMs` to be made. */
export async function bareDigitalocean(bootMs: number): Promise<BareCloud> {
  const fake = await fakeDigitalocean({ bootMs, dropletLimit: 1_000 });
  const { get, post } = callsTo(fake);
  const variables = { DIGITALOCEAN_ACCESS_TOKEN: fake.token };
  const driver = () => driverOf(digitaloceanDriver, fake.endpoint, variables);
  return Object.assign(fake, {
    ...{ name: 'digitalocean', hour: 5_000, driver },
    make: async (machines: number, signal: AbortSignal) => {
      const shared = { region: 'fra1', size: 's-1vcpu-2gb', image: 'debian-13-x64' };
      await orderAll(machines, (name) => post('/droplets', { name, tags: ['bench'], ...shared }));
      const path = '/droplets?per_page=200&tag_name=bench';
      await allRun(() => get(path, 'droplets'), 'active', signal);
    },
    list: async () => {
      for (const list of ['droplets', 'firewalls']) await get(`/${list}?per_page=200`, list);
      for (const page of [1, 2]) await get(`/tags?per_page=200&page=${page}`, 'tags');
    },
  });
}

/** A stand-in of Amazon EC2 whose instances take `bootMs` to be made. */
export async function bareAmazonec2(bootMs: number): Promise<BareCloud> {
  const fake = await fakeAmazonec2({ bootMs });
  const credentials = async () => {
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = VARIABLES;
    return { accessKeyId, secretAccessKey };
  };
  const send = signedFetch({ region: VARIABLES.AWS_REGION, credentials });
  const call = async (action: string, parameters: Parameters<typeof flatParameters>[0]) => {
    const body = JSON.stringify(flatParameters(parameters));
    const response = await send(`${fake.endpoint}/${action}`, { method: 'POST', body });
    if (!response.ok) throw new Error(`${action} was answered with ${response.status}.`);
    return await response.json();
  };
  const list = { MaxResults: 1_000 };
  const driver = () => driverOf(amazonec2Driver, fake.endpoint, VARIABLES);
  return Object.assign(fake, {
    // Two orders a second, and more of all else.
    ...{ name: 'amazonec2', hour: 7_200, driver },
    make: async (machines: number, signal: AbortSignal) => {
      const group = { GroupName: 'bench', GroupDescription: 'bench', VpcId: 'vpc-0aaaaaaa' };
      const tags = [{ Key: 'swarm-up.repository', Value: '42' }];
      const tagged = (kind: string) => ({ TagSpecification: [{ ResourceType: kind, Tag: tags }] });
      const made = await call('CreateSecurityGroup', { ...group, ...tagged('security-group') });
      const { groupId } = z.object({ groupId: z.string() }).parse(made);
      const place = { DeviceIndex: 0, SubnetId: 'subnet-000aaaaa', SecurityGroupId: [groupId] };
      const order = {
        ...{ MinCount: 1, MaxCount: 1, InstanceType: 't3.small', ImageId: 'ami-0a00000000000002' },
        ...{ NetworkInterface: [place], ...tagged('instance') },
      };
      await orderAll(machines, async (name) => {
        await call('RunInstances', { ...order, ClientToken: name });
      });
      const ask = async () => states.parse(await call('DescribeInstances', list));
      await allRun(ask, 'running', signal);
    },
    list: async () => {
      for (const action of ['DescribeInstances', 'DescribeSecurityGroups'])
        await call(action, list);
    },
  });
}

const states = z
  .object({ reservationSet: set(z.object({ instancesSet: set(instance) })) })
  .transform(({ reservationSet }) =>
    reservationSet
      .flatMap(({ instancesSet }) => instancesSet)
      .map(({ instanceState: status }) => ({ status })),
  );

async function orderAll(machines: number, order: (name: string) => Promise<void>): Promise<void> {
  const names = Array.from({ length: machines }, (_, at) => `bench-${at + 1}`);
  await atOnce(
    AT_ONCE,
    names.map((name) => () => order(name)),
  );
}

const things = z.array(z.object({ status: z.string().optional() }));

async function allRun(
  ask: () => Promise<z.infer<typeof things>>,
  state: string,
  signal: AbortSignal,
): Promise<void> {
  while (!(await ask()).every(({ status }) => status === state)) {
    await pause(POLL_MS, undefined, { signal });
  }
}

function callsTo({ endpoint, token }: { readonly endpoint: string; readonly token: string }) {
  const call = async (path: string, init: RequestInit = {}): Promise<Record<string, unknown>> => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const response = await fetch(endpoint + path, { ...init, headers });
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}.`);
    return (await response.json()) as Record<string, unknown>;
  };
  return {
    get: async (path: string, list: string) => things.parse((await call(path))[list]),
    post: async (path: string, body: object) => {
      await call(path, { method: 'POST', body: JSON.stringify(body) });
    },
  };
}

function driverOf<O>(
  definition: DriverDefinition<O>,
  endpoint: string,
  variables: Readonly<Record<string, string>>,
): MachineDriver {
  const problem = (...said: readonly string[]) => {
    throw new Error(said.join(': '));
  };
  const read = { read: () => '', variables, problem, warn: () => {}, purpose: 'make' } as const;
  const log = { info: () => {}, debug: () => {}, warning: console.warn };
  const driver = definition
    .read(read)
    .create(definition.options.parse({ endpoint }), { runner, actionRoot: '/', log });
  if (!driver.makesMachines) throw new Error(`${driver.name} makes no machines.`);
  return driver;
}
