import {
  type Amazonec2StandIn,
  amazonec2StandIn,
  VARIABLES,
} from '../clouds/amazonec2/amazonec2.ts';
import type { RegionOptions } from '../clouds/amazonec2/instances.ts';
import { isQuestion } from '../clouds/amazonec2/is-question.ts';
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

export interface Amazonec2Site extends CloudSite {
  readonly cloud: Amazonec2StandIn;
}

/** A cluster of the driver amazonec2: instances of the stand-in, which are engines of the model. */
export function modelAmazonec2(about: {
  readonly workspace: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly region?: Partial<RegionOptions>;
  /**
   * What somebody else has: things without tags, or `all`: a cluster of the same name, too. By
   * default nothing.
   */
  readonly twins?: 'own' | 'all';
  /** By which a real SSH client enters the machines. */
  readonly ssh?: SshMachines;
  /** In place of the time of the runner. */
  readonly now?: () => Date;
}): Amazonec2Site {
  // Nobody holds a lock here, so that nobody renews one. What is measured takes no time of its own.
  const place = createPlace(0, Number.POSITIVE_INFINITY, about.ssh && 0);
  const { world } = place;
  const { clock, engines } = world;
  const addresses = new Map<string, { publicIp: string; privateIp: string }>();
  const cloud = amazonec2StandIn({
    ...{ clock, lingerMs: 3_000 },
    onInstance: async ({ id, tags, userData }) => {
      const number = addresses.size + 1;
      const own = { publicIp: `198.51.100.${number}`, privateIp: `172.31.0.${number}` };
      addresses.set(id, own);
      const name = (tags.Name ?? '').replace(/^su-\d+-/, '');
      const engine = newEngine(world, name, own.publicIp);
      engines.set(own.privateIp, engine);
      await about.ssh?.start(engine, userData);
      return own;
    },
    onInstanceGone: async ({ id }) => {
      for (const address of Object.values(addresses.get(id) ?? {})) {
        engines.delete(address);
        await about.ssh?.end(address);
      }
    },
    ...about.region,
  });
  const way = { delayMs: 0 };
  const { ssh } = about;
  const instead = {
    ...{ ...place.instead, fetch: fetchFrom(cloud, place, way) },
    ...(ssh && { reach: ssh.reach }),
  };
  const name = 'conform';
  const given = {
    ...{ cluster: name, nodes: '2', 'compose-file': '-', driver: 'amazonec2' },
    'driver-options': `endpoint: ${ENDPOINT}`,
    ...about.inputs,
  };
  const options = { ...about, instead, variables: VARIABLES };
  if (about.twins) addTwins(cloud, name, about.twins);
  const before = cloud.region.all;
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
      const now = cloud.region.all;
      const gone = before.filter((one) => !now.includes(one)).map((one) => `${one} is gone`);
      return [...now.filter((one) => !before.includes(one)), ...gone];
    },
    unknown: () => world.unknown,
  };
}

function fetchFrom(
  cloud: Amazonec2StandIn,
  { world }: Place,
  way: { readonly delayMs: number },
): typeof fetch {
  return async (input, init) => {
    const { delayMs } = way;
    world.clock.touch();
    await new Promise(setImmediate);
    init?.signal?.throwIfAborted();
    const body = String(init?.body);
    const headers = Object.fromEntries(new Headers(init?.headers));
    const isAsked = isQuestion(body, headers['x-amz-target']);
    if (delayMs > 0 && !isAsked) await world.clock.sleep(delayMs);
    const got = cloud.ask({ path: new URL(String(input)).pathname, headers, body });
    if (!got) throw new TypeError('fetch failed', { cause: new Error('socket hang up') });
    const date = new Date(Date.now() + cloud.aheadMs).toUTCString();
    return new Response(got.text, { status: got.status, headers: { date } });
  };
}

/** A security group of somebody else, and with `all` another repository's cluster of the same name. */
function addTwins({ region }: Amazonec2StandIn, cluster: string, which: 'own' | 'all'): void {
  const make = (id: string, name: string, tags: Record<string, string>) =>
    region.groups.set(id, { id, name, vpc: 'vpc-0aaaaaaa', tags, rules: new Set() });
  make('sg-01', `${cluster}-by-hand`, { Name: cluster });
  const name = `su-${OTHERS}-${cluster}`;
  const owner = { 'swarm-up.cluster': cluster, 'swarm-up.repository': OTHERS };
  if (which === 'all') make('sg-02', name, { ...owner, Name: name });
}
