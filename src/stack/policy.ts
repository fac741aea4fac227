import type { ComposeProject } from './compose.ts';
import { ComposeError, collectFindings, type Findings } from './findings.ts';

/** How much a compose file of strangers may ask for. */
export interface Policy {
  readonly maxServices: number;
  /** Tasks of all services together; a global service counts once. */
  readonly maxTasks: number;
}

/** Ports below belong to root, and to the services of the machine. */
const FIRST_PORT = 1024;
/** Log drivers that keep what they get on the node. The others let dockerd, on the node's own network, talk to an address of the file's choice. */
const LOG_DRIVERS = ['json-file', 'local', 'none'];

type Refuse = Findings['refuse'];
type Services = ComposeProject['model']['services'];

/**
 * Refuses what reaches out of the containers of a stack: paths and devices of a node, its network, its kernel's rights, objects of others.
 * Throws one `ComposeError` with every such place.
 */
export function enforcePolicy(project: ComposeProject, policy: Policy): void {
  const findings = collectFindings(project.locate);
  const { model } = project;
  for (const [name, service] of Object.entries(model.services)) {
    const refuse: Refuse = (path, why) =>
      findings.refuse(['services', name, ...path], `service ${name}: ${why}`);
    refuseMounts(service, refuse);
    refuseRights(service, refuse);
    refusePorts(service, refuse);
    const driver = service.logging?.driver;
    if (driver && !LOG_DRIVERS.includes(driver)) {
      refuse(
        ['logging', 'driver'],
        `\`logging\`: ${driver} sends logs elsewhere. Known: ${LOG_DRIVERS.join(', ')}.`,
      );
    }
  }
  refuseObjects(project, findings.refuse);
  refuseSize(model.services, policy, findings.refuse);
  throwIfAny(findings);
}

function refuseMounts({ volumes }: Services[string], refuse: Refuse): void {
  for (const [at, { type, source, target }] of (volumes ?? []).entries()) {
    if (type === 'volume' || type === 'tmpfs') continue;
    refuse(
      ['volumes', at],
      `\`volumes\`: ${source ?? type} at ${target ?? '?'} is of the node, not of the stack. Use a named volume, or a config.`,
    );
  }
}

/** Keys that give a container more of its node than others have. */
const RIGHTS = [
  'cap_add',
  'cgroup_parent',
  'credential_spec',
  'device_cgroup_rules',
  'devices',
  'gpus',
  'privileged',
  'security_opt',
  'use_api_socket',
  'volumes_from',
] as const;
const NAMESPACES = ['cgroup', 'ipc', 'network_mode', 'pid', 'userns_mode', 'uts'] as const;

function refuseRights(service: Services[string], refuse: Refuse): void {
  for (const key of RIGHTS) {
    const value = service[key];
    const isEmpty = value === undefined || value === null || value === false;
    if (isEmpty || (Array.isArray(value) && value.length === 0)) continue;
    refuse([key], `\`${key}\` gives it rights on its node. Leave it out.`);
  }
  for (const key of NAMESPACES) {
    if (service[key] === 'host')
      refuse([key], `\`${key}: host\` is that of its node. Leave it out.`);
  }
}

function refusePorts({ ports }: Services[string], refuse: Refuse): void {
  for (const [at, { published }] of (ports ?? []).entries()) {
    const first = Number.parseInt(published ?? '', 10);
    if (!(first < FIRST_PORT)) continue;
    refuse(['ports', at], `\`ports\` publishes ${published}. Publish ${FIRST_PORT} or above.`);
  }
}

function refuseObjects({ model }: ComposeProject, refuse: Refuse): void {
  for (const kind of ['configs', 'secrets', 'networks', 'volumes'] as const) {
    for (const [name, object] of Object.entries(model[kind])) {
      const what = `${kind.slice(0, -1)} ${name}`;
      if (object?.external) {
        refuse(
          [kind, name, 'external'],
          `${what}: \`external\` is somebody else's. Declare one of the stack's own.`,
        );
      }
      const plain = kind === 'volumes' ? 'local' : 'overlay';
      if (object?.driver && object.driver !== plain) {
        refuse(
          [kind, name, 'driver'],
          `${what}: driver ${object.driver}. Only ${kind === 'configs' || kind === 'secrets' ? 'the swarm itself may keep it' : plain}.`,
        );
      }
      // `type: none, o: bind, device: /` makes a mount of the node of a named volume.
      if (kind === 'volumes' && Object.keys(object?.driver_opts ?? {}).length > 0) {
        refuse(
          [kind, name, 'driver_opts'],
          `${what}: \`driver_opts\` can mount any path of the node. Leave them out.`,
        );
      }
    }
  }
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
    .map(({ deploy, scale }) => deploy?.replicas ?? scale ?? 1)
    .reduce((sum, count) => sum + count, 0);
  if (tasks > maxTasks) {
    refuse(
      ['services'],
      `${tasks} replicas in all, at most ${maxTasks} (\`policy: restricted max-tasks=…\`).`,
    );
  }
}

/** Throws where something was refused. */
export function throwIfAny(findings: Findings): void {
  const refused = findings.all();
  if (refused.length === 0) return;
  throw new ComposeError(
    `The policy \`restricted\` refuses the compose file: ${refused.length === 1 ? 'one problem' : `${refused.length} problems`}.`,
    refused,
    'Nothing has been created. The policy is on in events in which a stranger may have written the file (`policy` of this step; docs/security.md).',
  );
}
