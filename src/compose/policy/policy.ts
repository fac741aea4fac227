import { ComposeError, collectFindings, type Findings } from '../findings.ts';
import type { ComposeProject } from '../load.ts';
import type { KeyPath } from '../location.ts';
import { nameProblem, OBJECT_KINDS, objectRules } from './object-rules.ts';
import { serviceRules } from './service-rules.ts';

/** How much a compose file of strangers may ask for. */
export interface Policy {
  readonly maxServices: number;
  /** Tasks of all services together; a global service counts once. */
  readonly maxTasks: number;
}

type Refuse = Findings['refuse'];
type Services = ComposeProject['model']['services'];

/**
 * Refuses each key and value of a loaded project that the rules do not let through: paths and
 * devices of a node, its network, its kernel's rights, objects of others, and every key that is not
 * known. Throws one `ComposeError` with every such place.
 */
export function enforcePolicy(project: ComposeProject, policy: Policy): void {
  const findings = collectFindings(project.locate);
  const { model } = project;
  for (const [name, service] of Object.entries(model.services)) {
    const at = ['services', name];
    serviceRules(service, { model, refuse: refuserAt(at, `service ${name}`, findings.refuse) });
  }
  refuseObjects(project, findings.refuse);
  refuseUnknown(project, findings.refuse);
  refuseSize(model.services, policy, findings.refuse);
  throwIfAny(findings);
}

function refuserAt(at: KeyPath, what: string, refuse: Refuse) {
  return (why: string, ...below: KeyPath) => refuse([...at, ...below], `${what}: ${why}`);
}

function refuseObjects({ model }: ComposeProject, refuse: Refuse): void {
  for (const kind of OBJECT_KINDS) {
    for (const [key, object] of Object.entries(model[kind])) {
      if (!object) continue;
      const say = refuserAt([kind, key], `${kind.slice(0, -1)} ${key}`, refuse);
      objectRules[kind](object, { refuse: say, model });
      const problem = nameProblem(model, key, object);
      if (problem !== undefined) say(problem, 'name');
    }
  }
}

function refuseUnknown({ model, unknownKeys }: ComposeProject, refuse: Refuse): void {
  const all = model.models === undefined ? unknownKeys : [...unknownKeys, ['models']];
  for (const at of all) refuse(at, `${at.join('.')}: the policy does not know this key.`);
}

function refuseSize(services: Services, { maxServices, maxTasks }: Policy, refuse: Refuse): void {
  const all = Object.values(services);
  if (all.length > maxServices) {
    refuse(
      ['services'],
      `${all.length} services, at most ${maxServices} (\`policy: restricted max-services=…\`).`,
    );
  }
  const tasks = all
    .map(({ deploy, scale }) => Math.max(0, deploy?.replicas ?? scale ?? 1, scale ?? 0))
    .reduce((sum, count) => sum + count, 0);
  if (tasks > maxTasks) {
    refuse(
      ['services'],
      `${tasks} replicas in all, at most ${maxTasks} (\`policy: restricted max-tasks=…\`).`,
    );
  }
}

/** Throws where something was refused. */
export function throwIfAny(findings: Pick<Findings, 'all'>): void {
  const refused = findings.all();
  if (refused.length === 0) return;
  throw new ComposeError(
    `The policy \`restricted\` refuses the compose file: ${refused.length === 1 ? 'one problem' : `${refused.length} problems`}.`,
    refused,
    'Nothing has been created. The policy is on in events in which a stranger may have written the file (`policy` of this step; docs/security.md).',
  );
}
