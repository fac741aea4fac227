import type { Clock } from '../../../src/base/clock.ts';
import type { CloudAnswer } from './cloud-server.ts';
import * as as from './digitalocean-answers.ts';

/** A droplet as the callbacks see it. */
export type FakeDroplet = as.Droplet;

/** Addresses of what stands for a droplet, in place of made-up ones. */
export interface RealAddresses {
  readonly publicIp?: string;
  readonly privateIp?: string;
}

export interface AccountOptions {
  readonly clock: Clock;
  /** How long a droplet is `new`, in ms. */
  readonly bootMs: number;
  /** How long a droplet is still listed after its removal was answered as done, in ms. */
  readonly lingerMs: number;
  /** How long a new droplet is not yet listed, in ms. */
  readonly lagMs: number;
  /** How long new rules of a firewall take, in ms. */
  readonly applyMs: number;
  readonly dropletLimit: number;
  /** Whether a droplet cannot be removed while it is `new`. */
  readonly refusesWhileNew: boolean;
  /** Starts what stands for a droplet; the droplet is active once this has settled. */
  readonly onDroplet?: (droplet: FakeDroplet) => Promise<RealAddresses | undefined>;
  /** Ends that; the droplet is gone once this has settled. */
  readonly onDropletGone?: (droplet: FakeDroplet) => Promise<void>;
}

type Body = Record<string, unknown>;

class Refusal extends Error {
  readonly answer: CloudAnswer;
  constructor(status: number, id: string, message: string) {
    super(message);
    this.answer = { status, body: { id, message } };
  }
}

/** An account at DigitalOcean: what exists in it, and what its calls do. */
export class Account {
  readonly droplets = new Map<number, as.Droplet>();
  readonly firewalls = new Map<string, as.Firewall>();
  readonly tags = new Set<string>();
  /** `s-1vcpu-2gb in fra1`: no room, said in the answer of the order. */
  readonly full = new Set<string>();
  /** The same, said by the lists, too. */
  readonly unavailable = new Set<string>();
  status: 'active' | 'warning' | 'locked' = 'active';
  readonly #options: AccountOptions;
  /** What ends later: when, and how. */
  readonly #later: { readonly at: number; readonly end: () => void }[] = [];
  #nextId = 1_000;

  constructor(options: AccountOptions) {
    this.#options = options;
  }

  /** What exists, for expectations: `droplet su-42-shop-1`. */
  get all(): string[] {
    return [
      ...[...this.droplets.values()].map(({ name }) => `droplet ${name}`),
      ...[...this.firewalls.values()].map(({ name }) => `firewall ${name}`),
      ...[...this.tags].map((name) => `tag ${name}`),
    ].sort();
  }

  call(method: string, url: URL, body: Body): CloudAnswer {
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

  #route(method: string, url: URL, body: Body): CloudAnswer {
    const [, , kind = '', id = '', act = ''] = url.pathname.split('/');
    switch (`${method} /${kind}${id && '/ID'}${act && `/${act}`}`) {
      case 'GET /account':
        return ok(200, { account: this.#account() });
      case 'GET /regions':
        return page(url, kind, as.regions(this.unavailable));
      case 'GET /sizes':
        return page(url, kind, as.sizes());
      case 'GET /vpcs':
        return page(url, kind, as.vpcs);
      case 'GET /images': {
        const isPrivate = url.searchParams.get('private') === 'true';
        const type = url.searchParams.get('type') ?? '';
        return page(url, kind, as.images(isPrivate ? 'private' : type));
      }
      case 'GET /droplets':
        return page(
          url,
          kind,
          this.#listed(url.searchParams.get('tag_name')).map(as.dropletAnswer),
        );
      case 'POST /droplets':
        return this.#createDroplet(body);
      case 'DELETE /droplets':
        return this.#deleteByTag(url.searchParams.get('tag_name') ?? '');
      case 'GET /droplets/ID':
        return ok(200, { droplet: as.dropletAnswer(this.#droplet(id)) });
      case 'DELETE /droplets/ID':
        this.#delete(this.#droplet(id));
        return ok(204);
      case 'GET /firewalls':
        return page(
          url,
          kind,
          [...this.firewalls.values()].map((one) => this.#firewall(one)),
        );
      case 'POST /firewalls':
        return this.#createFirewall(body);
      case 'GET /firewalls/ID':
        return ok(200, { firewall: this.#firewall(found(this.firewalls.get(id))) });
      case 'PUT /firewalls/ID':
        this.#setFirewall(found(this.firewalls.get(id)), body);
        return ok(200, { firewall: this.#firewall(found(this.firewalls.get(id))) });
      case 'DELETE /firewalls/ID':
        found(this.firewalls.get(id));
        this.firewalls.delete(id);
        return ok(204);
      case 'GET /tags':
        return page(
          url,
          kind,
          [...this.tags].map((name) => this.#tag(name)),
        );
      case 'POST /tags':
        return this.#createTag(String(body.name));
      case 'GET /tags/ID':
        return ok(200, { tag: this.#tag(this.#existing(id)) });
      case 'DELETE /tags/ID':
        return this.#deleteTag(this.#existing(id));
      case 'POST /tags/ID/resources':
        return this.#tagResources(this.#existing(id), body);
      default:
        return { status: 501, body: `the stand-in does not know ${method} ${url.pathname}` };
    }
  }

  #account(): object {
    return {
      ...{ droplet_limit: this.#options.dropletLimit, floating_ip_limit: 3, status: this.status },
      ...{ email: 'a@example.com', uuid: 'a-uuid', email_verified: true },
      status_message: this.status === 'active' ? '' : `The account is ${this.status}`,
    };
  }

  #createDroplet(body: Body): CloudAnswer {
    const { name, region, size, image, tags, user_data, vpc_uuid, ipv6, monitoring } = body;
    if (this.droplets.size >= this.#options.dropletLimit)
      throw unprocessable('creating this/these droplet(s) will exceed your droplet limit');
    if (!as.isSizeIn(String(size), String(region)) || this.full.has(`${size} in ${region}`))
      throw unprocessable('Size is not available in this region.');
    if (!as.isImageIn(image as string | number, String(region)))
      throw unprocessable('You specified an invalid image for Droplet creation.');
    const vpc = String(vpc_uuid ?? as.vpcOf(String(region)));
    if (vpc !== as.vpcOf(String(region))) throw unprocessable('VPC is not in this region.');
    const { clock, lagMs } = this.#options;
    const droplet: as.Droplet = {
      ...{ id: this.#id(), name: String(name), region: String(region), size: String(size) },
      ...{ image: image as string | number, vpc, userData: String(user_data ?? '') },
      ...{ ipv6: ipv6 === true, monitoring: monitoring === true, status: 'new', isLeaving: false },
      ...{ tags: (tags ?? []) as string[], created: now(), listedFrom: clock.now() + lagMs },
      ...{ publicIp: '', privateIp: '' },
    };
    for (const tag of droplet.tags) this.tags.add(tag);
    this.droplets.set(droplet.id, droplet);
    this.#boot(droplet);
    return ok(202, { droplet: as.dropletAnswer(droplet), links: { actions: [] } });
  }

  #boot(droplet: as.Droplet): void {
    const end = (real?: RealAddresses) =>
      this.#after(this.#options.bootMs, () => {
        const at = as.vpcs.findIndex(({ id }) => id === droplet.vpc);
        droplet.publicIp = real?.publicIp ?? `198.51.100.${droplet.id % 250}`;
        droplet.privateIp = real?.privateIp ?? `10.${114 + at}.0.${(droplet.id % 250) + 2}`;
        droplet.status = 'active';
      });
    const started = this.#options.onDroplet?.(droplet);
    if (!started) end();
    // What could not be started stays new, as a droplet whose creation has failed.
    else started.then(end, (error: unknown) => console.error(error));
  }

  #listed(tag: string | null): as.Droplet[] {
    return [...this.droplets.values()].filter(
      ({ tags, listedFrom }) =>
        (tag === null || tags.includes(tag)) && listedFrom <= this.#options.clock.now(),
    );
  }

  #droplet(id: string): as.Droplet {
    return found(this.droplets.get(Number(id)));
  }

  #deleteByTag(tag: string): CloudAnswer {
    this.#existing(tag);
    const all = [...this.droplets.values()].filter(({ tags }) => tags.includes(tag));
    for (const droplet of all) this.#delete(droplet);
    return ok(204);
  }

  #delete(droplet: as.Droplet): void {
    const { lingerMs, refusesWhileNew, onDropletGone } = this.#options;
    if (refusesWhileNew && droplet.status === 'new')
      throw unprocessable('Droplet already has a pending event.');
    if (droplet.isLeaving) return;
    droplet.isLeaving = true;
    const end = () => {
      const gone = () => void this.droplets.delete(droplet.id);
      if (lingerMs === 0) gone();
      else this.#after(lingerMs, gone);
    };
    const ended = onDropletGone?.(droplet);
    if (!ended) end();
    else ended.then(end, (error: unknown) => console.error(error));
  }

  #createFirewall(body: Body): CloudAnswer {
    if ([...this.firewalls.values()].some(({ name }) => name === body.name))
      throw new Refusal(409, 'conflict', 'duplicate name');
    const id = `bb4b2611-3d72-467b-8602-${String(this.#id()).padStart(12, '0')}`;
    const firewall: as.Firewall = {
      ...{ id, name: String(body.name), created: now(), waitsUntil: 0 },
      ...{ tags: [], inbound: [], outbound: [] },
    };
    this.#setFirewall(firewall, body);
    this.firewalls.set(id, firewall);
    return ok(202, { firewall: this.#firewall(firewall) });
  }

  #setFirewall(firewall: as.Firewall, body: Body): void {
    const inbound = (body.inbound_rules ?? []) as as.Rule[];
    const outbound = (body.outbound_rules ?? []) as as.Rule[];
    const tags = (body.tags ?? []) as string[];
    const named = [...tags, ...inbound.flatMap(({ sources }) => sources?.tags ?? [])];
    if (named.some((tag) => !this.tags.has(tag))) throw unprocessable('tag does not exist');
    if (inbound.length + outbound.length > 50) throw unprocessable('too many rules');
    const waitsUntil = this.#options.clock.now() + this.#options.applyMs;
    Object.assign(firewall, { inbound, outbound, tags, waitsUntil });
  }

  #firewall(firewall: as.Firewall): object {
    return as.firewallAnswer(firewall, this.#options.clock.now());
  }

  #createTag(name: string): CloudAnswer {
    if (this.tags.has(name)) throw unprocessable('Tag already exists');
    this.tags.add(name);
    return ok(201, { tag: this.#tag(name) });
  }

  #existing(tag: string): string {
    return found(this.tags.has(tag) ? tag : undefined);
  }

  #deleteTag(tag: string): CloudAnswer {
    this.tags.delete(tag);
    const without = (tags: readonly string[]) => tags.filter((one) => one !== tag);
    for (const droplet of this.droplets.values()) droplet.tags = without(droplet.tags);
    for (const firewall of this.firewalls.values()) firewall.tags = without(firewall.tags);
    return ok(204);
  }

  #tagResources(tag: string, { resources }: Body): CloudAnswer {
    for (const { resource_id } of resources as { resource_id: string }[]) {
      const droplet = this.#droplet(resource_id);
      if (!droplet.tags.includes(tag)) droplet.tags = [...droplet.tags, tag];
    }
    return ok(204);
  }

  #tag(name: string): object {
    const all = [...this.droplets.values()];
    return as.tagAnswer(name, all.filter(({ tags }) => tags.includes(name)).length);
  }

  #after(ms: number, end: () => void): void {
    this.#later.push({ at: this.#options.clock.now() + ms, end });
  }

  #id(): number {
    this.#nextId += 1;
    return this.#nextId;
  }
}

function ok(status: number, body?: unknown): CloudAnswer {
  return { status, body };
}

function found<T>(thing: T | undefined): T {
  if (thing !== undefined) return thing;
  throw new Refusal(404, 'not_found', 'The resource you were accessing could not be found.');
}

function unprocessable(message: string): Refusal {
  return new Refusal(422, 'unprocessable_entity', message);
}

function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}

/** 20 to a page if nothing else is asked for, 200 at most. */
function page(url: URL, kind: string, all: readonly unknown[]): CloudAnswer {
  const perPage = Math.min(200, Number(url.searchParams.get('per_page') ?? 20));
  const number = Number(url.searchParams.get('page') ?? 1);
  const hasNext = number * perPage < all.length;
  const at = (other: number) => `https://api.digitalocean.com/v2/${kind}?page=${other}`;
  const links = hasNext
    ? { pages: { next: at(number + 1), last: at(Math.ceil(all.length / perPage)) } }
    : {};
  const items = all.slice((number - 1) * perPage, number * perPage);
  return ok(200, { [kind]: items, links, meta: { total: all.length } });
}
