import type { Inputs } from './inputs.ts';

interface RunnerEnvironment {
  /** `github-hosted` or `self-hosted` (docs.github.com, "Variables reference"). */
  readonly RUNNER_ENVIRONMENT?: string | undefined;
}

/** Whether the machines are on a runner of GitHub's, which is thrown away with the job. */
export function endsWithJob(
  { driver }: Pick<Inputs, 'driver'>,
  { RUNNER_ENVIRONMENT }: RunnerEnvironment,
): boolean {
  return driver.onRunner !== false && RUNNER_ENVIRONMENT === 'github-hosted';
}

/**
 * What to say where somebody is promised something that ends with the job; undefined where nobody
 * is.
 */
export function promiseBeyondJob(
  inputs: Pick<Inputs, 'driver' | 'teardown' | 'ttlMs' | 'announcements'>,
  environment: RunnerEnvironment,
): string | undefined {
  if (!endsWithJob(inputs, environment)) return undefined;
  const { driver, teardown, ttlMs, announcements } = inputs;
  const promises = [
    ...(teardown === 'never' ? ['teardown: never'] : []),
    ...(ttlMs === undefined ? [] : ['ttl']),
    ...(announcements.comment ? ['comment'] : []),
    ...(announcements.deployment ? ['deployment'] : []),
  ];
  if (promises.length === 0) return undefined;
  const given = promises.map((one) => `\`${one}\``).join(', ');
  return `${given}: this is a runner of GitHub's. It is gone after the job with all that the driver \`${driver.name}\` makes on it, and nobody reaches it meanwhile. For a stack that stays, make servers of a cloud (\`driver: hetzner\`) or deploy to your hosts (\`driver: ssh\`). Or use your own runner (docs/previews.md).`;
}
