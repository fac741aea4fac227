import * as z from 'zod';
import { type AskOptions, ask, type GitHub } from './client.ts';
import type { Subject } from './subject.ts';

/** Enough for the deployments that have ended in an unusual way one after the other. */
const LOOKED_AT = 30;
const DESCRIPTION = 140;
const PERMISSION = 'deployments: write';

const deployment = z.object({
  id: z.number(),
  // GitHub gives it back as it was sent, or as text.
  payload: z.unknown().optional(),
});
const status = z.object({ state: z.string() });
const payload = z.object({ stack: z.string().optional() });

interface NewDeployment {
  /** SHA of a commit. */
  readonly commit: string;
  readonly environment: string;
  /** Whether the environment is expected to end. */
  readonly isTransient: boolean;
}

interface DeploymentStatus {
  readonly state: 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';
  readonly description: string;
  /** Where what was deployed answers; left out where that is not HTTP. */
  readonly environmentUrl?: string | undefined;
  /** The run that deployed. */
  readonly logUrl?: string | undefined;
}

/**
 * Makes a deployment (https://docs.github.com/rest/deployments/deployments#create-a-deployment) and gives its id. Its task tells whose it
 * is, so that it is found again without its environment. Throws as `ask` does.
 */
export async function createDeployment(
  github: GitHub,
  { cluster, stack }: Subject,
  { commit, environment, isTransient }: NewDeployment,
  options: AskOptions,
): Promise<number> {
  const body = {
    ref: commit,
    task: taskOf(cluster),
    payload: { stack },
    environment,
    transient_environment: isTransient,
    description: 'Swarm Up',
    // The commit as it is, whatever became of the checks of others: this run is one of them.
    auto_merge: false,
    required_contexts: [],
  };
  const { value } = await ask(
    github,
    { method: 'POST', path: '/deployments', body, answer: deployment, permission: PERMISSION },
    options,
  );
  return value.id;
}

/** Says how a deployment goes. Throws as `ask` does. */
export async function setDeploymentStatus(
  github: GitHub,
  id: number,
  { state, description, environmentUrl, logUrl }: DeploymentStatus,
  options: AskOptions,
): Promise<void> {
  const body = {
    state,
    description: description.slice(0, DESCRIPTION).toWellFormed(),
    ...(environmentUrl && { environment_url: environmentUrl }),
    ...(logUrl && { log_url: logUrl }),
  };
  await ask(
    github,
    {
      method: 'POST',
      path: `/deployments/${id}/statuses`,
      body,
      answer: status,
      permission: PERMISSION,
    },
    options,
  );
}

/**
 * Sets what is still active of the subject's deployments inactive; `except` stays. One that failed stays failed. GitHub does so by itself
 * for environments alone that are not transient. Throws as `ask` does.
 */
export async function retireDeployments(
  github: GitHub,
  subject: Subject,
  { except, ...reason }: { readonly except?: number | undefined } & Omit<DeploymentStatus, 'state'>,
  options: AskOptions,
): Promise<void> {
  const query = `task=${encodeURIComponent(taskOf(subject.cluster))}&per_page=100`;
  const { value } = await ask(
    github,
    {
      method: 'GET',
      path: `/deployments?${query}`,
      answer: z.array(deployment),
      permission: PERMISSION,
    },
    options,
  );
  const own = value
    .map(({ id, payload: of }) => ({ id, stack: stackOf(of) }))
    .filter(({ stack }) => subject.stack === undefined || stack === subject.stack);
  const retired = new Set<string | undefined>();
  for (const { id, stack } of own.slice(0, LOOKED_AT)) {
    if (id === except || retired.has(stack)) continue;
    const state = await stateOf(github, id, options);
    if (state === 'failure' || state === 'error') continue;
    if (state === 'inactive') {
      // Newest first: whatever made this one inactive has done so with the older ones.
      retired.add(stack);
      continue;
    }
    await setDeploymentStatus(github, id, { ...reason, state: 'inactive' }, options);
  }
}

async function stateOf(
  github: GitHub,
  id: number,
  options: AskOptions,
): Promise<string | undefined> {
  const { value } = await ask(
    github,
    {
      method: 'GET',
      path: `/deployments/${id}/statuses?per_page=1`,
      answer: z.array(status),
      permission: PERMISSION,
    },
    options,
  );
  return value[0]?.state;
}

function taskOf(cluster: string): string {
  return `swarm-up:${cluster}`;
}

function stackOf(value: unknown): string | undefined {
  try {
    return payload.parse(typeof value === 'string' ? JSON.parse(value) : value).stack;
  } catch {
    return undefined;
  }
}
