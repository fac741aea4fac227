import { completedFirst, type Dependencies, type Dependency, type Wave } from '../depends-on.ts';
import type { Findings } from '../findings.ts';
import type { KeyPath } from '../location.ts';
import type { ComposeModel } from '../model.ts';
import type { ComposeService } from '../service-model.ts';
import { neverCompletes } from './job.ts';

/** Says of `depends_on` what can never come true, and what is not kept. */
export function checkOrder(
  { services }: Pick<ComposeModel, 'services'>,
  dependencies: Dependencies,
  waves: readonly Wave[],
  findings: Findings,
): void {
  const ending = completedFirst(dependencies);
  const waveOf = (name: string) => waves.findIndex((wave) => wave.services.includes(name));
  for (const [name, own] of dependencies) {
    for (const dependency of own) {
      const { on, condition } = dependency;
      const target = services[on];
      const path: KeyPath = ['services', name, 'depends_on', on, 'condition'];
      if (!target) continue;
      const never = neverTrue(dependency, target, ending.has(on));
      if (never !== undefined) {
        findings.refuse(path, `service ${name}: \`depends_on\` ${never}`);
      } else if (condition === 'healthy' && !hasHealthcheck(target)) {
        findings.warn(
          path,
          `service ${name}: \`depends_on\` waits for ${on} to be healthy, and ${on} has no \`healthcheck\` in the file: unless its image has one, it counts as healthy as soon as it runs. Give it one.`,
        );
      } else if (condition === 'started' && waveOf(on) === waveOf(name)) {
        findings.warn(
          ['services', name, 'depends_on', on],
          `service ${name}: \`depends_on\` without a condition is left out: Swarm starts ${on} and ${name} at once. Let ${name} try again until ${on} answers, or ${healthyAdvice(on, target)}.`,
        );
      }
    }
  }
}

/** What `depends_on` needs to be kept, by what is there. */
function healthyAdvice(on: string, target: ComposeService): string {
  if (isDisabled(target)) {
    return `give ${on} a \`healthcheck\`, which is disabled, and write \`condition: service_healthy\``;
  }
  if (endsByItself(target)) return 'write `condition: service_completed_successfully`';
  return hasHealthcheck(target)
    ? 'write `condition: service_healthy`'
    : `give ${on} a \`healthcheck\` and write \`condition: service_healthy\``;
}

/** Whether the file says itself that the service is work that ends. */
function endsByItself({ restart, deploy }: ComposeService): boolean {
  const condition = deploy?.restart_policy?.condition;
  const isWork = deploy?.mode?.endsWith('-job') || condition === 'none';
  return isWork || (condition === undefined && restart === 'no');
}

function neverTrue(
  { on, condition }: Dependency,
  target: ComposeService,
  ends: boolean,
): string | undefined {
  if (condition === 'completed' && neverCompletes(target)) {
    return `waits for ${on} to complete, which it never does: it is started again whenever it ends. Write \`restart: "no"\` there, or \`deploy.restart_policy.condition: on-failure\`; for a service that is to stay, \`condition: service_healthy\` here.`;
  }
  if (condition !== 'healthy') return undefined;
  if (ends) {
    return `waits for ${on} to be healthy, while another service waits for its end: it is work that ends, and nothing asks it how it is. Wait for \`service_completed_successfully\` here, too.`;
  }
  return isDisabled(target)
    ? `waits for ${on} to be healthy, which it never is: its \`healthcheck\` is disabled. Give it one, or write \`condition: service_started\`.`
    : undefined;
}

function isDisabled({ healthcheck }: ComposeService): boolean {
  return healthcheck?.disable === true || healthcheck?.test?.[0] === 'NONE';
}

function hasHealthcheck({ healthcheck }: ComposeService): boolean {
  return (healthcheck?.test ?? []).length > 0;
}
