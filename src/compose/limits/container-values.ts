import { isIP } from 'node:net';
import { goDurationMs } from '../go-duration.ts';
import { type Draft, refuse } from '../render/draft.ts';
import { checkLogging } from './log-options.ts';
import { templateFault } from './template-fault.ts';

// What each node refuses when it makes the container of a task, and the manager when it fills in
// templates: found by trying them on Docker 26.1.

/** Refuses values of a service with which no task of it would ever start. */
export function checkContainerValues(draft: Draft): void {
  checkTemplates(draft);
  checkNames(draft);
  checkOwners(draft);
  checkDurations(draft);
  checkLogging(draft);
  checkWords(draft);
}

const BRACES =
  'Swarm fills in `.Service`, `.Node` and `.Task` there. For braces of your own write `{{"{{"}}`, or hand the text over as a config.';

/** swarmkit template/expand.go: environment, host name and mounts. */
function checkTemplates(draft: Draft): void {
  const { environment, hostname } = draft.service;
  for (const [name, value] of Object.entries(environment ?? {})) {
    const fault = templateFault(value ?? '');
    // The value may be secret.
    if (fault) refuse(draft, ['environment', name], `has braces, and ${fault}. ${BRACES}`);
  }
  const ofHost = templateFault(hostname ?? '');
  if (ofHost) refuse(draft, ['hostname'], `is ${hostname}, and ${ofHost}. ${BRACES}`);
  for (const { source = '', target } of draft.out.volumes) {
    const fault = templateFault(source) ?? templateFault(target);
    if (fault) refuse(draft, ['volumes'], `mounts ${source} at ${target}, and ${fault}. ${BRACES}`);
  }
}

/** sethostname(2). */
const LONGEST_HOSTNAME = 64;

function checkNames(draft: Draft): void {
  const { hostname, dns, environment } = draft.service;
  if (hostname && !hostname.includes('{{') && hostname.length > LONGEST_HOSTNAME) {
    refuse(
      draft,
      ['hostname'],
      `has ${hostname.length} characters. Linux takes ${LONGEST_HOSTNAME}.`,
    );
  }
  for (const address of dns ?? []) {
    if (isIP(address) === 0) {
      refuse(
        draft,
        ['dns'],
        `has ${address}, which is no address. Write the IP address of a server.`,
      );
    }
  }
  for (const [host, address] of hostsOf(draft)) {
    if (isIP(address) === 0 && address !== 'host-gateway') {
      refuse(
        draft,
        ['extra_hosts'],
        `gives ${host} the address \`${address}\`. Write an IP address, or \`host-gateway\`.`,
      );
    }
  }
  if (environment && '' in environment) {
    refuse(draft, ['environment'], 'has a variable without a name. Give it one.');
  }
}

/** As it was translated: `HOST:ADDRESS`. */
function hostsOf({ out }: Draft): (readonly [string, string])[] {
  const given = (out.extra_hosts ?? []) as readonly string[];
  return given.map((one) => {
    const at = one.indexOf(':');
    return [one.slice(0, at), one.slice(at + 1)];
  });
}

/** moby daemon/container_operations_unix.go, setupSecretDir: numbers alone. */
function checkOwners(draft: Draft): void {
  for (const key of ['secrets', 'configs'] as const) {
    for (const reference of draft.service[key] ?? []) {
      for (const id of ['uid', 'gid'] as const) {
        const value = reference[id];
        if (!value || /^\d+$/.test(value)) continue;
        refuse(draft, [key], `gives ${reference.source} the ${id} ${value}. Write its number.`);
      }
    }
  }
}

/** swarmkit controlapi/service.go, validateRestartPolicy, validateUpdate, validateHealthCheck. */
function checkDurations(draft: Draft): void {
  const { deploy, healthcheck } = draft.service;
  const all: readonly [readonly string[], string | null | undefined][] = [
    [['deploy', 'restart_policy', 'delay'], deploy?.restart_policy?.delay],
    [['deploy', 'restart_policy', 'window'], deploy?.restart_policy?.window],
    ...(['update_config', 'rollback_config'] as const).flatMap((kind) =>
      (['delay', 'monitor'] as const).map((key): [readonly string[], string | null | undefined] => [
        ['deploy', kind, key],
        deploy?.[kind]?.[key],
      ]),
    ),
    ...(['interval', 'timeout', 'start_period', 'start_interval'] as const).map(
      (key): [readonly string[], string | null | undefined] => [
        ['healthcheck', key],
        healthcheck?.[key],
      ],
    ),
  ];
  for (const [path, value] of all) {
    const isNegative = value?.startsWith('-') && (goDurationMs(value.slice(1)) ?? 0) > 0;
    if (isNegative) refuse(draft, path, `is ${value}. A time is not negative.`);
  }
}

const PROPAGATIONS = ['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave'];
const ENDPOINT_MODES = ['vip', 'dnsrr'];

function checkWords(draft: Draft): void {
  const mode = draft.service.deploy?.endpoint_mode;
  if (mode && !ENDPOINT_MODES.includes(mode)) {
    refuse(draft, ['deploy', 'endpoint_mode'], `is ${mode}. Write vip or dnsrr.`);
  }
  for (const { bind, target } of draft.out.volumes) {
    if (!bind?.propagation || PROPAGATIONS.includes(bind.propagation)) continue;
    refuse(
      draft,
      ['volumes'],
      `mounts ${target} with \`propagation: ${bind.propagation}\`. Write one of: ${PROPAGATIONS.join(', ')}.`,
    );
  }
  const test = draft.service.healthcheck?.test ?? [];
  if (test.length === 1 && (test[0] === 'CMD' || test[0] === 'CMD-SHELL')) {
    refuse(draft, ['healthcheck', 'test'], 'has no command, so the service is never healthy.');
  }
  for (const [name, given] of Object.entries(draft.service.ulimits ?? {})) {
    const values = typeof given === 'number' ? [given] : [given.soft, given.hard];
    if (values.some((value) => value < -1)) {
      refuse(draft, ['ulimits', name], 'is negative. Write 0 or more, or -1 for no limit.');
    }
  }
}
