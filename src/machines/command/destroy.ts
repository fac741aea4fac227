import pLimit from 'p-limit';
import { ActionError, describeError } from '../../base/errors.ts';
import { objectName } from '../cloud/object-name.ts';
import type { ClusterId } from '../ownership.ts';
import { emptyAnswer } from './answers.ts';
import { callProgram } from './call-program.ts';
import { type Finding, type Found, find } from './find.ts';
import type { CommandOptions } from './options.ts';

/** How many calls of `create`, and of `destroy`, go on at the same time. */
export const AT_ONCE = 5;

/** Between two looks, in ms: what a cloud removes in the background may still be in the first. */
const LOOK_MS = 2_000;
/** How many looks in a row have to find nothing. */
const EMPTY_LOOKS = 2;
/** After so many rounds in which a program has failed, only a person can help. */
const FAILED_ROUNDS = 3;

export interface Removing extends Finding {
  readonly options: Pick<CommandOptions, 'list' | 'destroy' | 'cleanup'>;
}

/**
 * Removes everything of the cluster and its repository, with `name` that machine alone, and looks
 * again until two looks in a row find nothing. Gone already is success. Throws `ActionError` that
 * names what is left, and as `callProgram` does if `list` fails.
 */
export async function destroy(removing: Removing, id: ClusterId, name?: string): Promise<void> {
  const { clock, bounds } = removing.work;
  const removal = new Removal(removing, id, name);
  for (let empty = 0; empty < EMPTY_LOOKS; ) {
    empty = (await removal.round()) ? empty + 1 : 0;
    if (empty === EMPTY_LOOKS) return;
    if (removal.isStuck || clock.now() + LOOK_MS > bounds.deadline) throw removal.incomplete();
    await clock.sleep(LOOK_MS, bounds.signal);
  }
}

/** One removal, from the first look to the last. */
class Removal {
  readonly #removing: Removing;
  readonly #id: ClusterId;
  readonly #name: string | undefined;
  #left: readonly string[] = [];
  /** What programs said in the last round. */
  #said: string[] = [];
  #failedRounds = 0;
  #isClean: boolean;

  constructor(removing: Removing, id: ClusterId, name: string | undefined) {
    this.#removing = removing;
    this.#id = { cluster: id.cluster, repository: id.repository };
    this.#name = name;
    this.#isClean = name !== undefined || removing.options.cleanup === undefined;
  }

  /** Whether asking once more is of no use. */
  get isStuck(): boolean {
    return this.#failedRounds >= FAILED_ROUNDS;
  }

  /** Looks, and removes what is there. Returns whether nothing was, and nothing had to be done. */
  async round(): Promise<boolean> {
    this.#said = [];
    const { machines, shared } = await this.#look();
    this.#left = [...machines, ...shared].map(({ objectName }) => objectName);
    const wasClean = this.#isClean && this.#left.length === 0;
    if (machines.length > 0) await this.#removeMachines(machines);
    else if (!wasClean) await this.#cleanUp();
    this.#failedRounds = this.#said.length > 0 ? this.#failedRounds + 1 : 0;
    return wasClean;
  }

  incomplete(): ActionError {
    const what = this.#name ?? `Cluster ${this.#id.cluster}`;
    const left = this.#left.join(', ') || `what \`cleanup\` removes`;
    return new ActionError(`${what} could not be removed; what is left: ${left}.`, {
      details: this.#said.join('\n'),
      hint:
        this.#said.length > 0
          ? 'Remove it by hand, or mend the program and run `command: down`.'
          : '`destroy` says that it has removed this, and `list` still shows it. Have `destroy` end only when it is gone.',
    });
  }

  async #look(): Promise<Found> {
    const { machines, shared } = await find(this.#removing, this.#id);
    if (this.#name === undefined) return { machines, shared };
    return { machines: machines.filter((one) => one.objectName === this.#name), shared: [] };
  }

  /** With a bound; what one failure leaves does not keep the others. */
  async #removeMachines(machines: Found['machines']): Promise<void> {
    const { destroy: argv } = this.#removing.options;
    const atOnce = pLimit(AT_ONCE);
    const removals = machines.map(({ objectName: name }) => {
      const request = { action: 'destroy', ...this.#id, name } as const;
      return atOnce(() => this.#heard({ argv, request }));
    });
    for (const end of await Promise.allSettled(removals)) {
      if (end.status === 'rejected') throw end.reason;
    }
  }

  async #cleanUp(): Promise<void> {
    const { cleanup: argv } = this.#removing.options;
    if (!argv) {
      this.#said.push('`list` shows what machines share, and no program is given as `cleanup`.');
      return;
    }
    const request = { action: 'cleanup', ...this.#id, name: objectName(this.#id) } as const;
    if (await this.#heard({ argv, request })) this.#isClean = true;
  }

  /** A failure is kept, and the removal goes on; only an abort ends it. Returns the success. */
  async #heard(call: Omit<Parameters<typeof callProgram>[1], 'answer'>): Promise<boolean> {
    const { work } = this.#removing;
    try {
      await callProgram(work, { ...call, answer: emptyAnswer });
      return true;
    } catch (error) {
      work.bounds.signal.throwIfAborted();
      if (!(error instanceof ActionError)) throw error;
      this.#said.push(describeError(error));
      return false;
    }
  }
}
