import type { Clock } from '../../../src/base/clock.ts';
import * as as from './hetzner-answers.ts';
import { filtered, matching, page } from './hetzner-lists.ts';
import {
  type Answer,
  found,
  inUse,
  ok,
  Refusal,
  refuseMany,
  refuseTaken,
} from './hetzner-refusals.ts';

/** A server as the callbacks see it. */
export type HetznerServer = as.Server;

/** Addresses of what stands for a server, in place of made-up ones. */
export interface RealAddresses {
  readonly ipv4?: string;
  readonly privateIp?: string;
}

export interface ProjectOptions {
  readonly clock: Clock;
  /** How long an action takes, in ms. */
  readonly actionMs: number;
  /** How long a server is still listed after its removal was answered as done, in ms. */
  readonly lingerMs: number;
  /** How long a firewall counts as in use after its last server has gone, in ms. */
  readonly releaseMs: number;
  readonly serverLimit: number;
  /**
   * Whether public addresses stay when their server goes: as they say, until that is changed, or
   * whatever they say.
   */
  readonly keepsAddresses: false | 'as they say' | 'always';
  /** Starts what stands for a server; the server runs once this has settled. */
  readonly onServer?: (server: HetznerServer) => Promise<RealAddresses | undefined>;
  /** Ends that; the server is gone once this has settled. */
  readonly onServerGone?: (server: HetznerServer) => Promise<void>;
}

type Body = Record<string, unknown>;

/** A project at Hetzner: what exists in it, and what its calls do. */
export class Project {
  readonly servers = new Map<number, as.Server>();
  readonly firewalls = new Map<number, as.Firewall>();
  readonly networks = new Map<number, as.Network>();
  readonly groups = new Map<number, as.Shared>();
  readonly addresses = new Map<number, as.PrimaryIp>();
  readonly actions = new Map<number, as.Action>();
  /** `cx23 in nbg1`: no room, said in the answer of the call. */
  readonly full = new Set<string>();
  /** The same, said by the action only, when the server exists already. */
  readonly fullLater = new Set<string>();
  /** The same, said by the list of types, too. */
  readonly unavailable = new Set<string>();
  readonly #options: ProjectOptions;
  /** Firewall -> until when it counts as in use. */
  readonly #inUse = new Map<number, number>();
  /** What ends later: when, and how. */
  readonly #later: { readonly at: number; readonly end: () => void }[] = [];
  #nextId = 1_000;

  constructor(options: ProjectOptions) {
    this.#options = options;
  }

  /** What exists, for expectations: `server su-42-shop-1`. */
  get all(): string[] {
    const names = (kind: string, things: Map<number, { name: string }>) =>
      [...things.values()].map(({ name }) => `${kind} ${name}`);
    return [
      ...names('server', this.servers),
      ...names('firewall', this.firewalls),
      ...names('network', this.networks),
      ...names('placement group', this.groups),
      ...[...this.addresses.values()].map(({ ip }) => `primary IP ${ip}`),
    ].sort();
  }

  call(method: string, url: URL, body: Body): Answer {
    for (const done of this.#later.filter(({ at }) => at <= this.#options.clock.now())) {
      this.#later.splice(this.#later.indexOf(done), 1);
      done.end();
    }
    try {
      return this.#route(method, url, body);
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      throw error;
    }
  }

  #route(method: string, url: URL, body: Body): Answer {
    const [, kind = '', idText = '', , act = ''] = url.pathname.split('/');
    const id = Number(idText);
    const key = `${method} /${kind}${idText && (Number.isNaN(id) ? `/${idText}` : '/N')}${act && `/${act}`}`;
    switch (key) {
      case 'GET /locations':
        return page(url, kind, as.locations);
      case 'GET /server_types':
        return page(url, kind, as.serverTypes(this.unavailable));
      case 'GET /images':
        return page(url, kind, matching(as.images, url, ['name', 'type', 'architecture']));
      case 'GET /actions':
        return ok(200, {
          actions: url.searchParams
            .getAll('id')
            .flatMap((one) => this.actions.get(Number(one)) ?? [])
            .map(as.actionAnswer),
        });
      case 'GET /primary_ips':
        return page(url, kind, [...this.addresses.values()].map(as.primaryIpAnswer));
      case 'GET /servers':
        return page(
          url,
          kind,
          filtered(this.servers, url).map((one) => this.#server(one)),
        );
      case 'GET /servers/N':
        return ok(200, { server: this.#server(found(this.servers, id, 'server')) });
      case 'POST /servers':
        return this.#createServer(body);
      case 'PUT /servers/N':
        return ok(200, { server: this.#server(this.#label(this.servers, id, body)) });
      case 'DELETE /servers/N':
        return ok(200, { action: as.actionAnswer(this.#deleteServer(id)) });
      case 'GET /firewalls':
        return page(
          url,
          kind,
          filtered(this.firewalls, url).map((one) => this.#firewall(one)),
        );
      case 'POST /firewalls':
        return this.#createFirewall(body);
      case 'PUT /firewalls/N':
        return ok(200, { firewall: this.#firewall(this.#label(this.firewalls, id, body)) });
      case 'POST /firewalls/N/set_rules':
        return this.#setRules(id, body);
      case 'DELETE /firewalls/N':
        return this.#deleteFirewall(id);
      case 'GET /networks':
        return page(
          url,
          kind,
          filtered(this.networks, url).map((one) => this.#network(one)),
        );
      case 'GET /networks/N':
        return ok(200, { network: this.#network(found(this.networks, id, 'network')) });
      case 'POST /networks':
        return this.#createNetwork(body);
      case 'PUT /networks/N':
        return ok(200, { network: this.#network(this.#label(this.networks, id, body)) });
      case 'DELETE /networks/N':
        found(this.networks, id, 'network');
        this.networks.delete(id);
        return ok(204);
      case 'GET /placement_groups':
        return page(
          url,
          kind,
          filtered(this.groups, url).map((one) => this.#group(one)),
        );
      case 'POST /placement_groups': {
        const group = this.#make(this.groups, body, {});
        return ok(201, { placement_group: this.#group(group), action: null });
      }
      case 'DELETE /placement_groups/N':
        found(this.groups, id, 'placement_group');
        if (this.#serversWith(({ placementGroup }) => placementGroup === id).length > 0)
          throw inUse('placement group', id);
        this.groups.delete(id);
        return ok(204);
      // Not in the excerpt of Hetzner's description; as Hetzner's own client asks it.
      case 'PUT /primary_ips/N': {
        const address = found(this.addresses, id, 'primary_ip');
        address.autoDelete = body.auto_delete === true;
        return ok(200, { primary_ip: as.primaryIpAnswer(address) });
      }
      case 'DELETE /primary_ips/N':
        if (found(this.addresses, id, 'primary_ip').assignee !== null)
          throw new Refusal(422, 'must_be_unassigned', 'primary IP is assigned');
        this.addresses.delete(id);
        return ok(204);
      default:
        return { status: 501, body: `the stand-in does not know ${key}` };
    }
  }

  #createServer(body: Body): Answer {
    const { name, server_type: type, location, image, networks, firewalls, user_data } = body;
    refuseTaken(this.servers, name);
    if (this.servers.size >= this.#options.serverLimit)
      throw new Refusal(403, 'resource_limit_exceeded', 'server limit exceeded', {
        limits: [{ name: 'server_limit' }],
      });
    if (!as.typeIsIn(String(type), String(location)))
      throw new Refusal(422, 'invalid_input', 'unsupported location for server type');
    const place = `${type} in ${location}`;
    if (this.full.has(place))
      throw new Refusal(412, 'resource_unavailable', 'error during placement');
    const at = { id: this.#id(), created: this.#now() };
    const ipv4 = hasIpv4(body) ? this.#address(at.id) : undefined;
    const server: as.Server = {
      ...at,
      ...{ name: String(name), type: String(type), location: String(location) },
      ...{ image: String(image), networks: numbers(networks), ipv4: ipv4?.id, privateIp: '' },
      firewalls: ((firewalls ?? []) as { firewall: number }[]).map(({ firewall }) => firewall),
      placementGroup: body.placement_group as number | undefined,
      userData: String(user_data ?? ''),
      labels: (body.labels ?? {}) as Record<string, string>,
      status: 'initializing',
    };
    this.servers.set(server.id, server);
    const action = this.#action('create_server', server.id);
    const start = this.#action('start_server', server.id);
    this.#begin(server, [action, start], this.fullLater.has(place));
    return ok(201, {
      ...{ server: this.#server(server), action: as.actionAnswer(action) },
      ...{ next_actions: [as.actionAnswer(start)], root_password: null },
    });
  }

  #begin(server: as.Server, actions: readonly as.Action[], isFull: boolean): void {
    const started = isFull ? undefined : this.#options.onServer?.(server);
    const end = (real?: RealAddresses) => {
      this.#after(this.#options.actionMs, () => {
        const error = { code: 'resource_unavailable', message: 'error during placement' };
        for (const action of actions) finish(action, isFull ? error : undefined);
        if (isFull || server.status !== 'initializing') return;
        server.status = 'running';
        const [network] = server.networks;
        const base = this.networks.get(network ?? 0)?.range.replace(/\d+\/\d+$/, '') ?? '';
        if (base) server.privateIp = real?.privateIp ?? `${base}${(server.id % 250) + 2}`;
        const address = this.addresses.get(server.ipv4 ?? 0);
        if (address && real?.ipv4) address.ip = real.ipv4;
      });
    };
    if (!started) {
      end();
      return;
    }
    started.then(end, (error: unknown) => {
      for (const action of actions) finish(action, { code: 'failed', message: String(error) });
    });
  }

  #deleteServer(id: number): as.Action {
    const server = found(this.servers, id, 'server');
    const action = this.#action('delete_server', id);
    const isLeaving = server.status === 'deleting';
    server.status = 'deleting';
    const { actionMs, lingerMs } = this.#options;
    const end = () => {
      this.#after(actionMs, () => finish(action));
      if (!isLeaving) this.#after(actionMs + lingerMs, () => this.#gone(server));
    };
    const gone = isLeaving ? undefined : this.#options.onServerGone?.(server);
    if (!gone) end();
    else
      gone.then(end, (error: unknown) =>
        finish(action, { code: 'failed', message: String(error) }),
      );
    return action;
  }

  #gone(server: as.Server): void {
    this.servers.delete(server.id);
    const { releaseMs, keepsAddresses, clock } = this.#options;
    for (const firewall of server.firewalls) this.#inUse.set(firewall, clock.now() + releaseMs);
    const address = this.addresses.get(server.ipv4 ?? 0);
    if (address) address.assignee = null;
    if (address?.autoDelete && keepsAddresses !== 'always') this.addresses.delete(address.id);
  }

  #createFirewall(body: Body): Answer {
    const rules = (body.rules ?? []) as as.Rule[];
    refuseMany(rules);
    const firewall = this.#make(this.firewalls, body, { rules });
    return ok(201, { firewall: this.#firewall(firewall), actions: [] });
  }

  #setRules(id: number, body: Body): Answer {
    const firewall = found(this.firewalls, id, 'firewall');
    const rules = body.rules as as.Rule[];
    refuseMany(rules);
    firewall.rules = rules;
    const action = this.#action('set_firewall_rules', id, 'firewall');
    this.#after(this.#options.actionMs, () => finish(action));
    return ok(201, { actions: [as.actionAnswer(action)] });
  }

  #deleteFirewall(id: number): Answer {
    found(this.firewalls, id, 'firewall');
    const isHeld = (this.#inUse.get(id) ?? 0) > this.#options.clock.now();
    const isUsed = this.#serversWith(({ firewalls }) => firewalls.includes(id)).length > 0;
    if (isHeld || isUsed) throw inUse('firewall', id);
    this.firewalls.delete(id);
    return ok(204);
  }

  #createNetwork(body: Body): Answer {
    const [subnet] = body.subnets as { network_zone: string }[];
    const network = this.#make(this.networks, body, {
      range: String(body.ip_range),
      zone: subnet?.network_zone ?? '',
    });
    return ok(201, { network: this.#network(network) });
  }

  #make<T extends as.Shared, M extends object>(things: Map<number, T>, body: Body, more: M): T {
    refuseTaken(things, body.name);
    const labels = body.labels ?? {};
    const made = { id: this.#id(), name: body.name, created: this.#now(), labels, ...more };
    things.set(made.id, made as unknown as T);
    return made as unknown as T;
  }

  #label<T extends { labels: Record<string, string> }>(
    things: Map<number, T>,
    id: number,
    body: Body,
  ): T {
    const thing = found(things, id, 'resource');
    if (body.labels) thing.labels = body.labels as Record<string, string>;
    return thing;
  }

  #address(assignee: number): as.PrimaryIp {
    const id = this.#id();
    const autoDelete = this.#options.keepsAddresses !== 'as they say';
    const ip = `198.51.100.${id % 250}`;
    const address = { id, ip, created: this.#now(), assignee, autoDelete };
    this.addresses.set(id, address);
    return address;
  }

  #action(command: string, id: number, type = 'server'): as.Action {
    const action: as.Action = {
      ...{ id: this.#id(), command, resources: [{ id, type }], started: this.#now() },
      ...{ status: 'running', error: null },
    };
    this.actions.set(action.id, action);
    return action;
  }

  #after(ms: number, end: () => void): void {
    this.#later.push({ at: this.#options.clock.now() + ms, end });
  }

  #server(server: as.Server): object {
    const group = this.groups.get(server.placementGroup ?? 0);
    const address = this.addresses.get(server.ipv4 ?? 0);
    return as.serverAnswer(server, { address, group: group ? this.#group(group) : null });
  }

  #firewall(firewall: as.Firewall): object {
    const servers = this.#serversWith(({ firewalls }) => firewalls.includes(firewall.id));
    return as.firewallAnswer(firewall, servers);
  }

  #network(network: as.Network): object {
    return as.networkAnswer(
      network,
      this.#serversWith((one) => one.networks.includes(network.id)),
    );
  }

  #group(group: as.Shared): object {
    return as.groupAnswer(
      group,
      this.#serversWith((one) => one.placementGroup === group.id),
    );
  }

  #serversWith(isWanted: (server: as.Server) => boolean): as.Server[] {
    return [...this.servers.values()].filter(isWanted);
  }

  #id(): number {
    this.#nextId += 1;
    return this.#nextId;
  }

  #now(): string {
    return new Date().toISOString().replace(/\.\d+Z$/, '+00:00');
  }
}

function finish(action: as.Action, error?: { code: string; message: string }): void {
  action.status = error ? 'error' : 'success';
  action.error = error ?? null;
}

function hasIpv4({ public_net }: Body): boolean {
  return (public_net as { enable_ipv4?: boolean } | undefined)?.enable_ipv4 ?? true;
}

function numbers(list: unknown): number[] {
  return Array.isArray(list) ? list.map(Number) : [];
}
