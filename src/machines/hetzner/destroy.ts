import { type ActionError, describeError } from '../../base/errors.ts';
import { atOnce } from '../cloud/at-once.ts';
import { isCode } from '../cloud/cloud-error.ts';
import { heard } from '../cloud/removal/heard.ts';
import { leftOver } from '../cloud/removal/left-over.ts';
import { type Removal, removeUntilGone } from '../cloud/removal/remove-until-gone.ts';
import type { ClusterId } from '../ownership.ts';
import { hetznerRefusal, isTokenRefused } from './api/hetzner-refusal.ts';
import { AT_ONCE, type Work } from './api/work.ts';
import { listOwned, type OwnedObject, type OwnedServer } from './owned.ts';
import { removeServer, WHERE } from './remove-server.ts';
import { ServerAddresses } from './server-addresses.ts';

/**
 * Removes everything of the cluster and its repository, and looks again until two looks in a row
 * find nothing. What cannot be removed yet, or what Hetzner fails at, is tried until the deadline.
 * Throws `ActionError` that names what is left; at once if the token is refused.
 */
export async function destroyCluster(work: Work, cluster: ClusterId): Promise<void> {
  await removeUntilGone(new RemovalAtHetzner(work, cluster), work);
}

/** Whether nothing of the cluster and its repository exists. Throws `ActionError` if refused. */
export async function isGone(work: Work, cluster: ClusterId): Promise<boolean> {
  try {
    return (await listOwned(work, cluster)).length === 0;
  } catch (error) {
    throw hetznerRefusal(error, `Cluster ${cluster.cluster} could not be looked for`);
  }
}

/**
 * Removes one server with the addresses that came with it. Gone already is success. Throws
 * `ActionError` with what is left.
 */
export async function destroyServer(work: Work, id: number): Promise<void> {
  try {
    const server = await work.api.server(id);
    if (server) await removeServer(work, server);
  } catch (error) {
    throw hetznerRefusal(error, `Server ${id} could not be removed`);
  }
}

/** One removal, from the first look to the last. */
class RemovalAtHetzner implements Removal {
  readonly #work: Work;
  readonly #cluster: ClusterId;
  readonly #addresses = new ServerAddresses();
  /** What the last look found; undefined before the first that was answered. */
  #left: readonly string[] | undefined;
  /** What has to go before the rest can: the servers, or whatever else there is. */
  #first: readonly OwnedObject[] = [];
  /** What Hetzner said in the last round. */
  #said: string[] = [];
  readonly #say = (text: string) => void this.#said.push(text);
  /** What only a person can remove. */
  readonly #protected = new Set<string>();

  constructor(work: Work, cluster: ClusterId) {
    this.#work = work;
    this.#cluster = cluster;
  }

  async round(): Promise<boolean> {
    this.#said = [];
    this.#protected.clear();
    const owned = await this.#heard(() => listOwned(this.#work, this.#cluster));
    if (!owned) return false;
    const servers = owned.filter((one): one is OwnedServer => 'server' in one);
    this.#addresses.remember(servers.map(({ server }) => server));
    this.#first = servers.length > 0 ? servers : owned;
    await this.#addresses.endWithServers(this.#work, this.#say);
    await this.#removeServers(servers);
    for (const object of owned) await this.#removeShared(object);
    const addresses = await this.#addresses.removeFree(this.#work, this.#say);
    this.#left = [...owned.map(textOf), ...addresses];
    return this.#left.length === 0;
  }

  isStuck(): boolean {
    const isProtected = (object: OwnedObject) => this.#protected.has(textOf(object));
    return this.#first.length > 0 && this.#first.every(isProtected);
  }

  incomplete(): ActionError {
    return leftOver(`Cluster ${this.#cluster.cluster}`, this.#left ?? ['unknown parts'], {
      said: this.#said,
      where: WHERE,
    });
  }

  /** All at once with a bound: each removal is asked for before any is waited for. */
  async #removeServers(servers: readonly OwnedServer[]): Promise<void> {
    const { api, awaitActions } = this.#work;
    const removals = servers
      .filter(({ server }) => server.status !== 'deleting')
      .map((one) => () => this.#heard(() => api.deleteServer(one.id), one));
    const actions = (await atOnce(AT_ONCE, removals)).flatMap((action) => action ?? []);
    await this.#heard(() => awaitActions(actions));
  }

  async #removeShared(object: OwnedObject): Promise<void> {
    const { api } = this.#work;
    const { kind, id } = object;
    switch (kind) {
      case 'server':
        return;
      case 'firewall':
        return await this.#heard(() => api.deleteFirewall(id), object);
      case 'network':
        return await this.#heard(() => api.deleteNetwork(id), object);
      case 'placement group':
        return await this.#heard(() => api.deletePlacementGroup(id), object);
    }
  }

  /** A failure is kept, and the removal goes on; only a refused token or an abort ends it. */
  async #heard<T>(ask: () => Promise<T>, object?: OwnedObject): Promise<T | undefined> {
    return await heard(ask, this.#work.bounds.signal, (error) => {
      if (isTokenRefused(error)) {
        throw hetznerRefusal(error, `Cluster ${this.#cluster.cluster} could not be removed`);
      }
      if (isCode(error, 'protected') && object) this.#protected.add(textOf(object));
      this.#said.push(describeError(error));
    });
  }
}

/** `server su-42-shop-1 (7)`. */
function textOf({ kind, name, id }: OwnedObject): string {
  return `${kind} ${name} (${id})`;
}
