import { type ActionError, describeError } from '../../base/errors.ts';
import { atOnce } from '../cloud/at-once.ts';
import { heard } from '../cloud/removal/heard.ts';
import { leftOver } from '../cloud/removal/left-over.ts';
import { EMPTY_LOOKS, type Removal, removeUntilGone } from '../cloud/removal/remove-until-gone.ts';
import type { ClusterId } from '../ownership.ts';
import { digitaloceanRefusal, isForbidden, isTokenRefused } from './api/digitalocean-refusal.ts';
import type { Droplet, Firewall, Tag } from './api/objects.ts';
import { AT_ONCE, CONSOLE, type Work } from './api/work.ts';
import {
  dropletText,
  firewallText,
  isFirewallOf,
  isTagOf,
  type OwnedDroplet,
  ownedDroplets,
} from './owned.ts';
import { isBusy, removeDroplet } from './remove-droplet.ts';
import { clusterTag, encodeTags } from './tag-codec.ts';

/**
 * Removes everything of the cluster and its repository, and looks again until two looks in a row
 * find nothing. What cannot be removed yet, or what DigitalOcean fails at, is tried until the
 * deadline. The tags go last, as only they say whose a droplet is. Throws `ActionError` that names
 * what is left; at once if the token is refused.
 */
export async function destroyCluster(work: Work, cluster: ClusterId): Promise<void> {
  await removeUntilGone(new RemovalAtDigitalocean(work, cluster), work);
}

/** Whether nothing of the cluster and its repository exists. Throws `ActionError` if refused. */
export async function isGone({ api }: Work, cluster: ClusterId): Promise<boolean> {
  try {
    if ((await api.droplets(clusterTag(cluster))).length > 0) return false;
    if ((await api.firewalls()).some((one) => isFirewallOf(one, cluster))) return false;
    return !(await api.tags()).some((tag) => isTagOf(tag, cluster));
  } catch (error) {
    throw digitaloceanRefusal(error, `Cluster ${cluster.cluster} could not be looked for`);
  }
}

/**
 * Removes one droplet with the tags that are its own. Gone already is success. Throws `ActionError`
 * with what is left.
 */
export async function destroyDroplet(
  work: Work,
  { id, owner, machine }: OwnedDroplet,
): Promise<void> {
  try {
    await removeDroplet(work, id);
    const shared = encodeTags(owner);
    const own = encodeTags(owner, machine).filter((tag) => !shared.includes(tag));
    for (const tag of own) await work.api.deleteTag(tag);
  } catch (error) {
    throw digitaloceanRefusal(error, `Droplet ${id} could not be removed`);
  }
}

/** One removal, from the first look to the last. */
class RemovalAtDigitalocean implements Removal {
  readonly #work: Work;
  readonly #cluster: ClusterId;
  /** How many looks in a row have found no droplet. */
  #withoutDroplets = 0;
  #hadDroplets = false;
  /** What the last look found; undefined before the first that was answered. */
  #left: readonly string[] | undefined;
  /** What DigitalOcean said in the last round. */
  #said: string[] = [];
  /** How much of the last round was asked for, and of that, how much the token may not do. */
  #asked = 0;
  #forbidden = 0;

  constructor(work: Work, cluster: ClusterId) {
    this.#work = work;
    this.#cluster = cluster;
  }

  async round(): Promise<boolean> {
    this.#said = [];
    this.#asked = 0;
    this.#forbidden = 0;
    const { api } = this.#work;
    const droplets = await this.#heard(() => api.droplets(clusterTag(this.#cluster)));
    if (!droplets) return this.#unknown();
    this.#withoutDroplets = droplets.length > 0 ? 0 : this.#withoutDroplets + 1;
    if (droplets.length > 0) {
      this.#left = droplets.map(dropletText);
      this.#hadDroplets = true;
      await this.#removeDroplets(droplets);
      return false;
    }
    // There are tags, and none is removed yet: nothing more is asked.
    if (this.#hadDroplets && this.#withoutDroplets < EMPTY_LOOKS) return false;
    return await this.#roundOfShared();
  }

  isStuck(): boolean {
    return this.#forbidden > 0 && this.#forbidden >= this.#asked;
  }

  incomplete(): ActionError {
    return leftOver(`Cluster ${this.#cluster.cluster}`, this.#left ?? ['unknown parts'], {
      said: this.#said,
      where: CONSOLE,
    });
  }

  /** What the droplets share goes only after two looks have found none of them. */
  async #roundOfShared(): Promise<boolean> {
    const { api } = this.#work;
    const firewalls = await this.#heard(() => api.firewalls());
    const tags = await this.#heard(() => api.tags());
    if (!firewalls || !tags) return this.#unknown();
    const ownFirewalls = firewalls.filter((one) => isFirewallOf(one, this.#cluster));
    const ownTags = tags.filter((one) => isTagOf(one, this.#cluster));
    this.#left = [...ownFirewalls.map(firewallText), ...ownTags.map(({ name }) => `tag ${name}`)];
    if (this.#withoutDroplets >= EMPTY_LOOKS) await this.#removeShared(ownFirewalls, ownTags);
    return this.#left.length === 0;
  }

  /**
   * All by their tag in one call; each own one by its id if others carry the tag, too, or if one of
   * them, which is still being made, kept DigitalOcean from removing any.
   */
  async #removeDroplets(droplets: readonly Droplet[]): Promise<void> {
    const { api } = this.#work;
    const own = ownedDroplets(this.#work, droplets);
    let isRefused = own.length < droplets.length;
    const byTag = () =>
      api.deleteDroplets(clusterTag(this.#cluster)).catch((error: unknown) => {
        isRefused = isBusy(error);
        throw error;
      });
    if (!isRefused) await this.#remove(byTag);
    if (isRefused)
      await this.#atOnce(
        own.map(
          ({ id }) =>
            () =>
              api.deleteDroplet(id),
        ),
      );
  }

  /** A tag that a droplet still has is all that says whose the droplet is. */
  async #removeShared(firewalls: readonly Firewall[], tags: readonly Tag[]): Promise<void> {
    const { api } = this.#work;
    for (const { id } of firewalls) await this.#remove(() => api.deleteFirewall(id));
    const isUsed = tags.some(({ droplets }) => droplets > 0);
    if (isUsed) this.#said.push('DigitalOcean counts droplets that have tags of the cluster.');
    else
      await this.#atOnce(
        tags.map(
          ({ name }) =>
            () =>
              api.deleteTag(name),
        ),
      );
  }

  async #atOnce(removals: readonly (() => Promise<void>)[]): Promise<void> {
    await atOnce(
      AT_ONCE,
      removals.map((removal) => () => this.#remove(removal)),
    );
  }

  async #remove(removal: () => Promise<void>): Promise<void> {
    this.#asked += 1;
    await this.#heard(removal);
  }

  /** A look that was not answered tells nothing. */
  #unknown(): false {
    this.#withoutDroplets = 0;
    return false;
  }

  /** A failure is kept, and the removal goes on; only a refused token or an abort ends it. */
  async #heard<T>(ask: () => Promise<T>): Promise<T | undefined> {
    return await heard(ask, this.#work.bounds.signal, (error) => {
      if (isTokenRefused(error)) throw this.#refusal(error);
      if (isForbidden(error)) this.#forbidden += 1;
      this.#said.push(describeError(this.#refusal(error)));
    });
  }

  #refusal(error: unknown): unknown {
    return digitaloceanRefusal(error, `Cluster ${this.#cluster.cluster} could not be removed`);
  }
}
