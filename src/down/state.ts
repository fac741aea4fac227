import * as z from 'zod';
import { ActionError } from '../base/errors.ts';

/** Name of the one value that main leaves for post. */
export const STATE_KEY = 'swarm-up';

const state = z.object({
  driver: z.string(),
  cluster: z.string(),
  /** Who owns it, where neither the runner nor the event says. */
  repository: z.string().optional(),
  /** The stack that is deployed, for hosts that stay. */
  stack: z.string().optional(),
  /** Whether main has claimed that stack; until then it is not this step's to remove. */
  claimed: z.boolean().optional(),
  /**
   * Whether a newer run deploys that stack, so that nothing that is there is this step's to remove
   * any more.
   */
  superseded: z.boolean().optional(),
  /** The lock of the stack, which main may hold. */
  lock: z.object({ stack: z.string(), token: z.string() }).optional(),
  teardown: z.enum(['auto', 'always', 'on-success', 'never']),
  /** Folder of the SSH config and of the tunnel of `docker-host: true`. */
  sshFolder: z.string().optional(),
  /**
   * For hosts that stay: what they were like, where a swarm was about to be formed of them. Until
   * each has its labels, this alone tells.
   */
  outside: z
    .object({
      hosts: z.array(z.number()).readonly(),
      withoutGateway: z.array(z.number()).readonly(),
    })
    .optional(),
  /** Whether this step made the machines, as opposed to finding them. */
  made: z.boolean(),
  /**
   * What main was at when it last said so. `begun`: it may have been killed while something was
   * being created.
   */
  stage: z.enum(['begun', 'failed', 'succeeded']),
});

/**
 * What main leaves for post. It holds no more than what cannot be found again: what exists is found
 * by label. Ids only, since it travels in an environment variable.
 */
export type State = z.infer<typeof state>;

export function serialiseState(value: State): string {
  return JSON.stringify(value);
}

/**
 * What main left; undefined where it had not begun to create anything. Throws `ActionError` where
 * it cannot be read.
 */
export function parseState(text: string): State | undefined {
  if (text === '') return undefined;
  try {
    return state.parse(JSON.parse(text));
  } catch (error) {
    throw new ActionError('What the main step left for the post step cannot be read.', {
      details: text,
      hint: 'Something else has written the state of this step. Remove the cluster with a step that has `command: down`, the same `driver` and its `cluster`.',
      cause: error,
    });
  }
}

/** Name of what main leaves for post about whom it has told. */
export const ANNOUNCED_KEY = 'swarm-up-announced';

const announced = z.object({
  cluster: z.string(),
  stack: z.string().optional(),
  comment: z.boolean(),
  deployment: z.boolean(),
  /** Id of GitHub's deployment that main has made. */
  deploymentId: z.number().optional(),
  /** How main ended, where it could tell. */
  ended: z.enum(['ready', 'failed', 'superseded']).optional(),
});

/** Whom main has told of the deployment, so that post can tell them what has become of it. */
export type Announced = z.infer<typeof announced>;

export function serialiseAnnounced(value: Announced): string {
  return JSON.stringify(value);
}

/** What main left; undefined where it has told nobody. */
export function parseAnnounced(text: string): Announced | undefined {
  return text === '' ? undefined : announced.parse(JSON.parse(text));
}
