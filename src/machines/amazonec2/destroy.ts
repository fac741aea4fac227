import { ActionError, describeError } from '../../base/errors.ts';
import { CloudError } from '../cloud/cloud-error.ts';
import { heard } from '../cloud/removal/heard.ts';
import { leftOver } from '../cloud/removal/left-over.ts';
import { type Removal, removeUntilGone } from '../cloud/removal/remove-until-gone.ts';
import type { ClusterId } from '../ownership.ts';
import {
  ec2Refusal,
  isCredentialsRefused,
  isForbidden,
  isProtected,
  isUnknownId,
} from './api/ec2-refusal.ts';
import { consoleOf, type Work } from './api/work.ts';
import {
  groupsBy,
  groupText,
  instanceText,
  listInstances,
  type OwnedGroup,
  type OwnedInstance,
} from './owned.ts';
import { filtersOf } from './tag-codec.ts';

/** Between two looks at one instance, in ms. */
const LOOK_MS = 2_000;
/** What is removed already, and still listed. */
const ENDING = 'shutting-down';

/**
 * Removes everything of the cluster and its repository, and looks again until two looks in a row
 * find nothing. What cannot be removed yet, or what AWS fails at, is tried until the deadline: a
 * security group goes only after the last instance that has it. Throws `ActionError` that names what
 * is left; at once if the credentials are refused.
 */
export async function destroyCluster(work: Work, cluster: ClusterId): Promise<void> {
  await removeUntilGone(new RemovalAtAws(work, cluster), work);
}

/** Whether nothing of the cluster and its repository exists. Throws `ActionError` if refused. */
export async function isGone(work: Work, cluster: ClusterId): Promise<boolean> {
  try {
    if ((await listInstances(work, cluster)).length > 0) return false;
    return (await groupsBy(work, filtersOf(cluster))).length === 0;
  } catch (error) {
    throw ec2Refusal(error, `Cluster ${cluster.cluster} could not be looked for`);
  }
}

/**
 * Removes one instance, and waits until AWS does not list it as there any more. Gone already is
 * success. Throws `ActionError` at the deadline.
 */
export async function destroyInstance(work: Work, cluster: ClusterId, id: string): Promise<void> {
  const { api, clock, bounds } = work;
  try {
    for (;;) {
      const found = (await listInstances(work, cluster)).find((one) => one.id === id);
      if (!found) return;
      if (found.instance.instanceState !== ENDING) await terminate(api, [id]);
      if (clock.now() + LOOK_MS > bounds.deadline) throw stays(work, id);
      await clock.sleep(LOOK_MS, bounds.signal);
    }
  } catch (error) {
    throw ec2Refusal(error, `Instance ${id} could not be removed`);
  }
}

/** One removal, from the first look to the last. */
class RemovalAtAws implements Removal {
  readonly #work: Work;
  readonly #cluster: ClusterId;
  /** What the last look found; undefined before the first that was answered. */
  #left: readonly string[] | undefined;
  /** What AWS said in the last round. */
  #said: string[] = [];
  /** How much of the last round was asked for, and of that, what only a person can have done. */
  #asked = 0;
  #hopeless = 0;

  constructor(work: Work, cluster: ClusterId) {
    this.#work = work;
    this.#cluster = cluster;
  }

  async round(): Promise<boolean> {
    this.#said = [];
    this.#asked = 0;
    this.#hopeless = 0;
    const instances = await this.#heard(() => listInstances(this.#work, this.#cluster));
    const groups = await this.#heard(() => groupsBy(this.#work, filtersOf(this.#cluster)));
    if (!instances || !groups) return false;
    this.#left = [...instances.map(instanceText), ...groups.map(groupText)];
    if (instances.length > 0) await this.#terminate(instances);
    else for (const group of groups) await this.#deleteGroup(group);
    return this.#left.length === 0;
  }

  isStuck(): boolean {
    return this.#hopeless > 0 && this.#hopeless >= this.#asked;
  }

  incomplete(): ActionError {
    return leftOver(`Cluster ${this.#cluster.cluster}`, this.#left ?? ['unknown parts'], {
      said: this.#said,
      where: consoleOf(this.#work.region),
    });
  }

  /** All in one call; of which AWS refuses one, it ends none, so then each by itself. */
  async #terminate(instances: readonly OwnedInstance[]): Promise<void> {
    const { api } = this.#work;
    const ids = instances
      .filter(({ instance }) => instance.instanceState !== ENDING)
      .map(({ id }) => id);
    if (ids.length === 0) return;
    let isRefused = false;
    await this.#remove(() =>
      terminate(api, ids).catch((error: unknown) => {
        isRefused = ids.length > 1 && isProtected(error);
        throw error;
      }),
    );
    if (isRefused) for (const id of ids) await this.#remove(() => terminate(api, [id]));
  }

  async #deleteGroup({ id }: OwnedGroup): Promise<void> {
    await this.#remove(() =>
      this.#work.api.deleteSecurityGroup(id).catch((error: unknown) => {
        if (!isUnknownId(error)) throw error;
      }),
    );
  }

  async #remove(removal: () => Promise<void>): Promise<void> {
    this.#asked += 1;
    await this.#heard(removal);
  }

  /** A failure is kept, and the removal goes on; only refused credentials or an abort end it. */
  async #heard<T>(ask: () => Promise<T>): Promise<T | undefined> {
    return await heard(ask, this.#work.bounds.signal, (error) => {
      const refusal = ec2Refusal(error, `Cluster ${this.#cluster.cluster} could not be removed`);
      // What is no answer of AWS, as that there are no credentials, is the same the next time.
      if (isCredentialsRefused(error) || !(error instanceof CloudError)) throw refusal;
      if (isForbidden(error) || isProtected(error)) this.#hopeless += 1;
      this.#said.push(describeError(refusal));
    });
  }
}

/** AWS knows for an hour what is gone; what it does not know is gone, too. */
async function terminate(api: Work['api'], ids: readonly string[]): Promise<void> {
  try {
    await api.terminateInstances(ids);
  } catch (error) {
    if (!isUnknownId(error)) throw error;
    // Of several, one unknown keeps the others from being ended.
    if (ids.length > 1) for (const id of ids) await terminate(api, [id]);
  }
}

function stays({ region }: Work, id: string): ActionError {
  return new ActionError(`Instance ${id} at AWS could not be removed in time.`, {
    hint: `See what becomes of it, and remove it by hand if it stays: ${consoleOf(region)}`,
  });
}
