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
const status = z.object({ state: z.string(), description: z.string().nullish() });

/**
 * By which a deployment is known that was taken back: older than it is one that is active again.
 */
const ROLLED_BACK = 'Rolled back';

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
 * Makes a deployment (https://docs.github.com/rest/deployments/deployments#create-a-deployment) and
 * gives its id. Its task tells whose it is, so that it is found again without its environment.
 * Throws as `ask` does.
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
    environment_url: environmentUrl || undefined,
    log_url: logUrl || undefined,
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
 * Sets what is still active of the subject's deployments inactive; `except` stays. One that failed
 * stays failed. GitHub does so by itself for environments alone that are not transient. Throws as
 * `ask` does.
 */
export async function retireDeployments(
  github: GitHub,
  subject: Subject,
  { except, ...reason }: { readonly except?: number | undefined } & Omit<DeploymentStatus, 'state'>,
  options: AskOptions,
): Promise<void> {
  const own = await deploymentsOf(github, subject, options);
  const retired = new Set<string | undefined>();
  for (const { id, stack } of own.slice(0, LOOKED_AT)) {
    if (id === except || retired.has(stack)) continue;
    const { state, description } = await statusOf(github, id, options);
    if (state === 'failure' || state === 'error') continue;
    if (state === 'inactive') {
      if (description === ROLLED_BACK) continue;
      // Newest first: whatever made this one inactive has done so with the older ones.
      retired.add(stack);
      continue;
    }
    await setDeploymentStatus(github, id, { ...reason, state: 'inactive' }, options);
  }
}

/**
 * Makes the deployment before the newest one of the subject the active one again. Where the newest
 * one failed, the one before has stayed active, and nothing is changed. Throws as `ask` does.
 */
export async function returnDeployment(
  github: GitHub,
  subject: Subject,
  told: Omit<DeploymentStatus, 'state' | 'description'>,
  options: AskOptions,
): Promise<void> {
  const [newest, ...earlier] = await deploymentsOf(github, subject, options);
  if (!newest) return;
  const { state } = await statusOf(github, newest.id, options);
  if (state === 'failure' || state === 'error') return;
  if (state !== 'inactive') {
    const { logUrl } = told;
    const gone = { state: 'inactive', description: ROLLED_BACK, logUrl } as const;
    await setDeploymentStatus(github, newest.id, gone, options);
  }
  for (const { id } of earlier.slice(0, LOOKED_AT)) {
    const { state: before } = await statusOf(github, id, options);
    if (before !== 'inactive') continue;
    const back = { ...told, state: 'success', description: 'Active again' } as const;
    return await setDeploymentStatus(github, id, back, options);
  }
}

/** The deployments of a subject, the newest first. */
async function deploymentsOf(github: GitHub, subject: Subject, options: AskOptions) {
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
  return value
    .map(({ id, payload: of }) => ({ id, stack: stackOf(of) }))
    .filter(({ stack }) => subject.stack === undefined || stack === subject.stack);
}

async function statusOf(
  github: GitHub,
  id: number,
  options: AskOptions,
): Promise<Partial<z.infer<typeof status>>> {
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
  return value[0] ?? {};
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
