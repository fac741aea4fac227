import * as z from 'zod';
import type { Bounds, CloudCall, CloudClient } from '../../cloud/cloud-client.ts';
import { unlessGone } from '../../cloud/cloud-error.ts';
import type { PortRange } from '../../cloud/network/port-ranges.ts';
import * as form from './objects.ts';

/** The largest page that DigitalOcean gives. */
const PER_PAGE = 200;
/** More pages are no list, but a fault of the other side. */
const MOST_PAGES = 100;

export interface NewDroplet {
  readonly name: string;
  readonly region: string;
  readonly size: string;
  /** A slug, or the id of a snapshot. */
  readonly image: string;
  readonly tags: readonly string[];
  readonly userData: string;
  readonly vpc: string | undefined;
  readonly ipv6: boolean;
  readonly monitoring: boolean;
}

export interface NewFirewall {
  readonly name: string;
  /** What carries it is behind the firewall. It has to exist. */
  readonly tag: string;
  /** What is let in from `sources`. */
  readonly ranges: readonly PortRange[];
  /** Networks, as `0.0.0.0/0`. */
  readonly sources: readonly string[];
  /** What is let in from what carries the tag. */
  readonly inside: readonly PortRange[];
}

type Query = NonNullable<CloudCall<unknown>['query']>;

/** Made once: zod compiles a schema when it is first used. */
const answers = {
  account: z.object({ account: form.account }),
  count: z.object({ meta: z.object({ total: z.int() }) }),
  droplet: z.object({ droplet: form.droplet }),
  tag: z.object({ tag: form.tag }),
  firewall: z.object({ firewall: form.firewall }).transform(({ firewall }) => firewall),
  any: z.unknown(),
  page: z.looseObject({ links: z.object({ pages: z.looseObject({}).optional() }).optional() }),
};

/** DigitalOcean's calls, one method each. They throw as `CloudClient.call` does. */
export type DigitaloceanApi = ReturnType<typeof digitaloceanApi>;

/** The calls with the limits of one piece of work. */
export function digitaloceanApi(client: CloudClient, bounds: Bounds) {
  const call = <T>(one: CloudCall<T>) => client.call(one, bounds);
  const list = <T>(path: string, key: string, item: z.ZodType<T>, query: Query) =>
    allPages(call, { path, key, item, query });
  /** Gone already is success. */
  const remove = async (path: string, query: Query = {}): Promise<void> => {
    await unlessGone(call({ method: 'DELETE', path, query, answer: answers.any }));
  };
  return {
    account: async () => {
      const answer = answers.account;
      return (await call({ method: 'GET', path: '/account', answer })).account;
    },

    /** Those that carry the tag, or all. */
    droplets: async (tag_name?: string) =>
      (await unlessGone(list('/droplets', 'droplets', form.droplet, { tag_name }))) ?? [],

    /** How many the account has. */
    countDroplets: async () => {
      const answer = answers.count;
      const query = { per_page: 1 };
      return (await call({ method: 'GET', path: '/droplets', query, answer })).meta.total;
    },

    /** Undefined if there is none. */
    droplet: async (id: number) => {
      const answer = answers.droplet;
      return (await unlessGone(call({ method: 'GET', path: `/droplets/${id}`, answer })))?.droplet;
    },

    /** It is still being made when this resolves. */
    createDroplet: async (wanted: NewDroplet) => {
      const answer = answers.droplet;
      const body = dropletBody(wanted);
      return (await call({ method: 'POST', path: '/droplets', body, answer })).droplet;
    },

    deleteDroplet: (id: number) => remove(`/droplets/${id}`),
    /** All that carry the tag. They may still be listed when this resolves. */
    deleteDroplets: (tag_name: string) => remove('/droplets', { tag_name }),

    firewalls: () => list('/firewalls', 'firewalls', form.firewall, {}),

    /** Undefined if there is none. */
    firewall: (id: string) =>
      unlessGone(call({ method: 'GET', path: `/firewalls/${id}`, answer: answers.firewall })),

    createFirewall: (wanted: NewFirewall) =>
      call({
        ...{ method: 'POST', path: '/firewalls', body: firewallBody(wanted) },
        answer: answers.firewall,
      }),

    /** Replaces all that it has. */
    setFirewall: (id: string, wanted: NewFirewall) =>
      call({
        ...{ method: 'PUT', path: `/firewalls/${id}`, body: firewallBody(wanted) },
        answer: answers.firewall,
      }),

    deleteFirewall: (id: string) => remove(`/firewalls/${id}`),

    tags: () => list('/tags', 'tags', form.tag, {}),

    /** Undefined if there is none. */
    tag: async (name: string) => {
      const answer = answers.tag;
      return (await unlessGone(call({ method: 'GET', path: `/tags/${name}`, answer })))?.tag;
    },

    createTag: async (name: string): Promise<void> => {
      const body = { name };
      const answer = answers.any;
      await call({ method: 'POST', path: '/tags', body, answer, isRepeatable: true });
    },

    tagDroplets: async (name: string, ids: readonly number[]): Promise<void> => {
      const resources = ids.map((id) => ({ resource_id: String(id), resource_type: 'droplet' }));
      await call({
        ...{ method: 'POST', path: `/tags/${name}/resources`, body: { resources } },
        ...{ answer: answers.any, isRepeatable: true },
      });
    },

    deleteTag: (name: string) => remove(`/tags/${name}`),

    regions: () => list('/regions', 'regions', form.region, {}),
    sizes: () => list('/sizes', 'sizes', form.size, {}),
    vpcs: () => list('/vpcs', 'vpcs', form.vpc, {}),
    /** Of the vendor, or `private`: those of the account. */
    images: (kind: 'distribution' | 'application' | 'private') =>
      list(
        '/images',
        'images',
        form.image,
        kind === 'private' ? { private: 'true' } : { type: kind },
      ),
  };
}

async function allPages<T>(
  call: <A>(one: CloudCall<A>) => Promise<A>,
  asked: { path: string; key: string; item: z.ZodType<T>; query: Query },
): Promise<readonly T[]> {
  const { path, key, item, query } = asked;
  const answer = answers.page.transform((page, context) => {
    const items = z.array(item).safeParse(page[key]);
    if (!items.success) context.addIssue({ code: 'custom', message: items.error.message });
    return { items: items.data ?? [], hasNext: page.links?.pages?.next !== undefined };
  });
  const all: T[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const paged: Query = { ...query, page, per_page: PER_PAGE };
    const got = await call({ method: 'GET', path, query: paged, answer });
    all.push(...got.items);
    if (!got.hasNext) break;
  }
  return all;
}

function dropletBody(wanted: NewDroplet): object {
  const { name, region, size, image, tags, ipv6, monitoring, vpc } = wanted;
  return {
    ...{ name, region, size, tags, ipv6, monitoring },
    image: /^\d+$/.test(image) ? Number(image) : image,
    user_data: wanted.userData,
    // It is for the console in the browser, and logs in as root.
    with_droplet_agent: false,
    ...(vpc !== undefined && { vpc_uuid: vpc }),
  };
}

/** A firewall of DigitalOcean lets nothing out that no rule names. `0` is all ports. */
const OUTBOUND = ['tcp', 'udp', 'icmp'].map((protocol) => ({
  ...{ protocol, ports: '0', destinations: { addresses: ['0.0.0.0/0', '::/0'] } },
}));

function firewallBody({ name, tag, ranges, sources, inside }: NewFirewall): object {
  const rule = ({ protocol, from, to }: PortRange, from_: object) => ({
    ...{ protocol, ports: from === to ? String(from) : `${from}-${to}`, sources: from_ },
  });
  return {
    name,
    tags: [tag],
    inbound_rules: [
      ...ranges.map((range) => rule(range, { addresses: sources })),
      ...inside.map((range) => rule(range, { tags: [tag] })),
    ],
    outbound_rules: OUTBOUND,
  };
}
