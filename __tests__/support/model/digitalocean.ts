import { type DigitaloceanStandIn, digitaloceanStandIn } from '../clouds/digitalocean.ts';
import type { AccountOptions } from '../clouds/digitalocean-account.ts';
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
/** A droplet of somebody else. */
const BY_HAND = 'by-hand';

export interface DigitaloceanSite extends CloudSite {
  readonly cloud: DigitaloceanStandIn;
}

/** A cluster of the driver digitalocean: droplets of the stand-in, which are engines of the model. */
export function modelDigitalocean(about: {
  readonly workspace: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly account?: Partial<AccountOptions>;
  /**
   * What somebody else has: things without tags, or `all`: a cluster of the same name, too. By
   * default nothing.
   */
  readonly twins?: 'own' | 'all';
  /** By which a real SSH client enters the machines. */
  readonly ssh?: SshMachines;
  /** In place of the time of the runner. */
  readonly now?: () => Date;
}): DigitaloceanSite {
  // Nobody holds a lock here, so that nobody renews one. What is measured takes no time of its own.
  const place = createPlace(0, Number.POSITIVE_INFINITY, about.ssh && 0);
  const { world } = place;
  const { clock, engines } = world;
  const addresses = (id: number) => ({
    publicIp: `198.${51 + Math.floor(id / 250)}.${id % 250}.7`,
    privateIp: `10.64.${Math.floor(id / 250)}.${id % 250}`,
  });
  const cloud = digitaloceanStandIn({
    ...{ clock, lingerMs: 3_000, applyMs: 3_000 },
    onDroplet: async ({ id, name, userData }) => {
      if (name === BY_HAND) return undefined;
      const { publicIp, privateIp } = addresses(id);
      const engine = newEngine(world, name.replace(/^su-\d+-/, ''), publicIp);
      engines.set(privateIp, engine);
      await about.ssh?.start(engine, userData);
      return { publicIp, privateIp };
    },
    onDropletGone: async ({ id }) => {
      for (const address of Object.values(addresses(id))) {
        engines.delete(address);
        await about.ssh?.end(address);
      }
    },
    ...about.account,
  });
  const way = { delayMs: 0 };
  const { ssh } = about;
  const instead = {
    ...{ ...place.instead, fetch: fetchFrom(cloud, place, way) },
    ...(ssh && { reach: ssh.reach }),
  };
  const name = 'conform';
  const given = {
    ...{ cluster: name, nodes: '2', 'compose-file': '-', driver: 'digitalocean' },
    'driver-options': `endpoint: ${ENDPOINT}/v2`,
    ...about.inputs,
  };
  const options = { ...about, instead, variables: { DIGITALOCEAN_ACCESS_TOKEN: cloud.token } };
  if (about.twins) addTwins(cloud, name, about.twins);
  const before = cloud.account.all;
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
      const now = cloud.account.all;
      const gone = before.filter((one) => !now.includes(one)).map((one) => `${one} is gone`);
      return [...now.filter((one) => !before.includes(one)), ...gone];
    },
    unknown: () => world.unknown,
  };
}

function fetchFrom(
  cloud: DigitaloceanStandIn,
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
 * A firewall and a droplet of somebody else, and with `all` another repository's cluster of the same
 * name, whose tag that droplet carries.
 */
function addTwins({ account }: DigitaloceanStandIn, cluster: string, which: 'own' | 'all'): void {
  const make = (path: string, body: Record<string, unknown>) =>
    account.call('POST', new URL(`${ENDPOINT}/v2${path}`), body);
  const rules = { inbound_rules: [], outbound_rules: [] };
  const place = { size: 's-1vcpu-2gb', region: 'fra1', image: 'debian-13-x64' };
  const tags = which === 'all' ? [`su:${OTHERS}:${cluster}`] : [];
  for (const name of tags) make('/tags', { name });
  make('/firewalls', { name: `${cluster}-by-hand`, tags: [], ...rules });
  make('/droplets', { ...place, name: BY_HAND, tags });
  if (which === 'all') make('/firewalls', { name: `su-${OTHERS}-${cluster}`, tags, ...rules });
}
