import type { ComposeService } from '../service-model.ts';

/**
 * A service that another one waits to complete, as Swarm's own kind of work that ends. Compose runs
 * such a service once at each `up`; so does Swarm with a job at each deployment. What is a job
 * already stays as it is.
 */
export function asJob(service: ComposeService): ComposeService {
  const mode = service.deploy?.mode ?? 'replicated';
  if (mode.endsWith('-job')) return service;
  const saysRestart = service.restart || service.deploy?.restart_policy;
  return {
    ...service,
    // Swarm ends what is unhealthy, which Compose does not: work must not be cut off by the check
    // of a server that has the same image.
    healthcheck: { disable: true },
    // Compose's default; Swarm's is to begin again.
    ...(saysRestart ? {} : { restart: 'no' }),
    deploy: { ...service.deploy, mode: mode === 'global' ? 'global-job' : 'replicated-job' },
  };
}

/** Whether the service is started again whenever it ends, so that nobody sees it complete. */
export function neverCompletes({ restart, deploy }: ComposeService): boolean {
  if (deploy?.mode?.endsWith('-job')) return false;
  const { restart_policy: policy } = deploy ?? {};
  if (policy) return policy.condition !== 'none' && policy.condition !== 'on-failure';
  return restart === 'always' || restart === 'unless-stopped';
}
