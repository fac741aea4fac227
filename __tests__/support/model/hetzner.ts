import { type HetznerStandIn, hetznerStandIn } from '../clouds/hetzner.ts';
import type { ProjectOptions } from '../clouds/hetzner-project.ts';
import { journal } from '../faults.ts';
import { actionWith } from '../in-process.ts';
import { type CloudSite, OWN } from './cloud-site.ts';
import { newEngine } from './engine.ts';
import { createPlace, type Place } from './places.ts';
import type { SshMachines } from './ssh-machines.ts';

/** No port is there: what is asked here is answered in this process. */
const ENDPOINT = 'http://127.0.0.1:1';
/** Another repository's, with a cluster of the same name. */
const OTHERS = '815';
/** A server of somebody who has copied labels. */
const BY_HAND = 'by-hand';

export interface HetznerSite extends CloudSite {
  readonly cloud: HetznerStandIn;
}

/** A cluster of the driver hetzner: servers of the stand-in, which are engines of the model. */
export function modelHetzner(about: {
  readonly workspace: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly project?: Partial<ProjectOptions>;
  /**
   * What there is that looks like a part of the cluster: with labels of its repository, or of
   * another repository, too. By default nothing.
   */
  readonly twins?: 'own' | 'all';
  /** By which a real SSH client enters the machines. */
  readonly ssh?: SshMachines;
  /** In place of the time of the runner. */
  readonly now?: () => Date;
}): HetznerSite {
  // Nobody holds a lock here, so that nobody renews one. What is measured takes no time of its own.
  const place = createPlace(0, Number.POSITIVE_INFINITY, about.ssh && 0);
  const { world } = place;
  const { clock, engines } = world;
  const addresses = (id: number) => ({
    ipv4: `198.${51 + Math.floor(id / 250)}.${id % 250}.7`,
    privateIp: `10.64.${Math.floor(id / 250)}.${id % 250}`,
  });
  const cloud = hetznerStandIn({
    ...{ clock, lingerMs: 3_000, releaseMs: 3_000 },
    onServer: async ({ id, name, userData }) => {
      if (name === BY_HAND) return undefined;
      const { ipv4, privateIp } = addresses(id);
      const engine = newEngine(world, name.replace(/^su-\d+-/, ''), ipv4);
      engines.set(privateIp, engine);
      await about.ssh?.start(engine, userData);
      return { ipv4, privateIp };
    },
    onServerGone: async ({ id }) => {
      for (const address of Object.values(addresses(id))) {
        engines.delete(address);
        await about.ssh?.end(address);
      }
    },
    ...about.project,
  });
  const way = { delayMs: 0 };
  const { ssh } = about;
  const instead = {
    ...{ ...place.instead, fetch: fetchFrom(cloud, place, way) },
    ...(ssh && { reach: ssh.reach }),
  };
  const name = 'conform';
  const given = {
    ...{ cluster: name, nodes: '2', 'compose-file': '-', driver: 'hetzner' },
    'driver-options': `endpoint: ${ENDPOINT}`,
    ...about.inputs,
  };
  const options = { ...about, instead, variables: { HCLOUD_TOKEN: cloud.token } };
  if (about.twins) addTwins(cloud, name, about.twins);
  const before = cloud.project.all;
  return {
    ...actionWith(given, options),
    with: (inputs, run = '2/test/up', repository = OWN) =>
      actionWith({ ...given, ...inputs }, { ...options, run, repository }),
    ...{ name, place, cloud },
    delay: (ms) => {
      way.delayMs = ms;
    },
    journal: (fault, last) => journal([name], fault, last, clock),
    left: async () => {
      const now = cloud.project.all;
      const gone = before.filter((one) => !now.includes(one)).map((one) => `${one} is gone`);
      return [...now.filter((one) => !before.includes(one)), ...gone];
    },
    unknown: () => world.unknown,
  };
}

function fetchFrom(
  cloud: HetznerStandIn,
  { world }: Place,
  way: { readonly delayMs: number },
): typeof fetch {
  return async (input, init) => {
    const { delayMs } = way;
    world.clock.touch();
    await new Promise(setImmediate);
    init?.signal?.throwIfAborted();
    if (delayMs > 0 && init?.method !== 'GET') await world.clock.sleep(delayMs);
    const url = new URL(String(input));
    const headers = new Headers(init?.headers);
    const got = cloud.answer({
      ...{ method: init?.method ?? 'GET', url },
      authorization: headers.get('authorization') ?? undefined,
      body: JSON.parse(String(init?.body ?? '{}')),
    });
    if (!got) throw new TypeError('fetch failed', { cause: new Error('socket hang up') });
    const text = got.body === undefined ? null : JSON.stringify(got.body);
    return new Response(text, { status: got.status, headers: got.headers });
  };
}

/**
 * What carries this repository's labels and has a name that the driver does not give, and with
 * `all` another repository's cluster of the same name.
 */
function addTwins({ project }: HetznerStandIn, cluster: string, which: 'own' | 'all'): void {
  const labels = (repository: string) => ({
    'swarm-up.cluster': cluster,
    'swarm-up.repository': repository,
    'swarm-up.run': 'x_1_2ftest_2fup_x',
    'swarm-up.index': '1',
  });
  const make = (path: string, body: Record<string, unknown>) =>
    project.call('POST', new URL(`${ENDPOINT}${path}`), body);
  const subnets = [{ network_zone: 'eu-central' }];
  for (const [name, repository] of [
    [`${cluster}-by-hand`, '4711'],
    [`su-${OTHERS}-${cluster}`, OTHERS],
  ].slice(0, which === 'all' ? 2 : 1)) {
    const shared = { name, labels: labels(repository ?? '') };
    make('/firewalls', { ...shared, rules: [] });
    make('/networks', { ...shared, ip_range: '10.9.0.0/16', subnets });
    make('/placement_groups', { ...shared, name: `${name}-1` });
  }
  make('/servers', {
    ...{ name: BY_HAND, labels: labels('4711') },
    ...{ server_type: 'cx23', location: 'nbg1', image: 'docker-ce' },
  });
}
