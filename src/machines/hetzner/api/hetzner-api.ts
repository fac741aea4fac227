import * as z from 'zod';
import type { Bounds, CloudCall, CloudClient } from '../../cloud/cloud-client.ts';
import { unlessGone } from '../../cloud/cloud-error.ts';
import type { PortRange } from '../../cloud/network/port-ranges.ts';
import type { Labels } from '../../ownership.ts';
import * as form from './objects.ts';

/** The largest page that Hetzner gives. */
const PER_PAGE = 50;
/** More pages are no list, but a fault of the other side. */
const MOST_PAGES = 200;

/** By which things are listed; nothing for all. */
export interface Filter {
  readonly name?: string;
  readonly label_selector?: string;
}

export interface NewServer {
  readonly name: string;
  /** Of the server. */
  readonly type: string;
  readonly location: string;
  readonly image: string;
  readonly labels: Labels;
  readonly userData: string;
  readonly network: number;
  readonly firewall: number;
  readonly placementGroup: number | undefined;
  readonly ipv4: boolean;
}

export interface NewNetwork {
  readonly name: string;
  readonly labels: Labels;
  readonly range: string;
  readonly zone: string;
}

export interface Rules {
  readonly ranges: readonly PortRange[];
  /** Networks, as `0.0.0.0/0`. */
  readonly sources: readonly string[];
}

/** Made once: zod compiles a schema when it is first used. */
const answers = {
  server: z.object({ server: form.server }),
  perhapsAction: z.object({ action: form.action.optional() }),
  actions: z.object({ actions: z.array(form.action) }),
  network: z.object({ network: form.network }),
  firewall: z.object({ firewall: form.firewall }),
  placementGroup: z.object({ placement_group: form.placementGroup }),
  any: z.unknown(),
  page: z.looseObject({
    meta: z.object({ pagination: z.object({ next_page: z.int().nullable() }) }),
  }),
};

/** Hetzner's calls, one method each. They throw as `CloudClient.call` does. */
export type HetznerApi = ReturnType<typeof hetznerApi>;

/** The calls with the limits of one piece of work. Labels are given and come as Hetzner has them. */
export function hetznerApi(client: CloudClient, bounds: Bounds) {
  const call = <T>(one: CloudCall<T>) => client.call(one, bounds);
  const list = <T>(path: string, key: string, item: z.ZodType<T>, query: CloudCall<T>['query']) =>
    allPages(call, { path, key, item, query });
  /** Gone already is success. */
  const remove = async (path: string): Promise<void> => {
    await unlessGone(call({ method: 'DELETE', path, answer: answers.any }));
  };
  const label = async (path: string, labels: Labels): Promise<void> => {
    await call({ method: 'PUT', path, body: { labels }, answer: answers.any });
  };
  return {
    servers: (filter: Filter) => list('/servers', 'servers', form.server, { ...filter }),

    /** Undefined if there is none. */
    server: async (id: number) => {
      const answer = answers.server;
      return (await unlessGone(call({ method: 'GET', path: `/servers/${id}`, answer })))?.server;
    },

    createServer: (wanted: NewServer) =>
      call({
        ...{ method: 'POST', path: '/servers', body: serverBody(wanted) },
        answer: form.createdServer,
      }),

    labelServer: (id: number, labels: Labels) => label(`/servers/${id}`, labels),

    /** The action that removes it; undefined if it is gone already. */
    deleteServer: async (id: number) => {
      const answer = answers.perhapsAction;
      const path = `/servers/${id}`;
      return (await unlessGone(call({ method: 'DELETE', path, answer })))?.action;
    },

    /** As many as a page has without being asked for more: 25. */
    actions: async (ids: readonly number[]) => {
      const answer = answers.actions;
      return (await call({ method: 'GET', path: '/actions', query: { id: ids }, answer })).actions;
    },

    networks: (filter: Filter) => list('/networks', 'networks', form.network, { ...filter }),

    /** Undefined if there is none. */
    network: async (id: number) => {
      const answer = answers.network;
      return (await unlessGone(call({ method: 'GET', path: `/networks/${id}`, answer })))?.network;
    },

    createNetwork: async ({ name, labels, range, zone }: NewNetwork) => {
      const subnets = [{ type: 'cloud', ip_range: range, network_zone: zone }];
      const body = { name, labels, ip_range: range, subnets };
      const answer = answers.network;
      return (await call({ method: 'POST', path: '/networks', body, answer })).network;
    },

    labelNetwork: (id: number, labels: Labels) => label(`/networks/${id}`, labels),
    deleteNetwork: (id: number) => remove(`/networks/${id}`),

    firewalls: (filter: Filter) => list('/firewalls', 'firewalls', form.firewall, { ...filter }),

    createFirewall: async (wanted: { name: string; labels: Labels; rules: Rules }) => {
      const body = { ...wanted, rules: rulesBody(wanted.rules) };
      const answer = answers.firewall;
      return (await call({ method: 'POST', path: '/firewalls', body, answer })).firewall;
    },

    /** The actions that apply them. */
    setRules: async (id: number, rules: Rules) => {
      const path = `/firewalls/${id}/actions/set_rules`;
      const body = { rules: rulesBody(rules) };
      const answer = answers.actions;
      return (await call({ method: 'POST', path, body, answer, isRepeatable: true })).actions;
    },

    labelFirewall: (id: number, labels: Labels) => label(`/firewalls/${id}`, labels),
    deleteFirewall: (id: number) => remove(`/firewalls/${id}`),

    placementGroups: (filter: Filter) =>
      list('/placement_groups', 'placement_groups', form.placementGroup, { ...filter }),

    createPlacementGroup: async (wanted: { name: string; labels: Labels }) => {
      const body = { ...wanted, type: 'spread' };
      const answer = answers.placementGroup;
      return (await call({ method: 'POST', path: '/placement_groups', body, answer }))
        .placement_group;
    },

    deletePlacementGroup: (id: number) => remove(`/placement_groups/${id}`),

    /** All of the project: they cannot be listed by their server. */
    primaryIps: () => list('/primary_ips', 'primary_ips', form.primaryIp, {}),

    /** Has Hetzner remove an address with its server. Gone already is success. */
    setAutoDelete: async (id: number) => {
      const body = { auto_delete: true };
      const path = `/primary_ips/${id}`;
      await unlessGone(call({ method: 'PUT', path, body, answer: answers.any }));
    },

    deletePrimaryIp: (id: number) => remove(`/primary_ips/${id}`),

    locations: () => list('/locations', 'locations', form.location, {}),
    serverTypes: () => list('/server_types', 'server_types', form.serverType, {}),
    images: (filter: { readonly name?: string; readonly type?: string }) =>
      list('/images', 'images', form.image, { ...filter }),
  };
}

async function allPages<T>(
  call: <A>(one: CloudCall<A>) => Promise<A>,
  asked: { path: string; key: string; item: z.ZodType<T>; query: CloudCall<T>['query'] },
): Promise<readonly T[]> {
  const { path, key, item, query } = asked;
  const answer = answers.page.transform((page, context) => {
    const items = z.array(item).safeParse(page[key]);
    if (!items.success) context.addIssue({ code: 'custom', message: items.error.message });
    return { items: items.data ?? [], next: page.meta.pagination.next_page };
  });
  const all: T[] = [];
  let page: number | null = 1;
  for (let pages = 0; page !== null && pages < MOST_PAGES; pages += 1) {
    const paged: CloudCall<unknown>['query'] = { ...query, page, per_page: PER_PAGE };
    const got: { items: T[]; next: number | null } = await call({
      ...{ method: 'GET', path, query: paged, answer },
    });
    all.push(...got.items);
    page = got.next;
  }
  return all;
}

function serverBody(wanted: NewServer): object {
  const { name, location, image, labels, placementGroup } = wanted;
  return {
    ...{ name, location, image, labels },
    server_type: wanted.type,
    start_after_create: true,
    user_data: wanted.userData,
    networks: [wanted.network],
    firewalls: [{ firewall: wanted.firewall }],
    public_net: { enable_ipv4: wanted.ipv4, enable_ipv6: true },
    ...(placementGroup !== undefined && { placement_group: placementGroup }),
  };
}

function rulesBody({ ranges, sources }: Rules): object[] {
  return ranges.map(({ protocol, from, to }) => ({
    direction: 'in',
    protocol,
    port: from === to ? String(from) : `${from}-${to}`,
    source_ips: sources,
  }));
}
