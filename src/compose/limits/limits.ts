import { win32 } from 'node:path';
import { goDurationMs } from '../go-duration.ts';
import { type Draft, refuse, warn } from '../render/draft.ts';
import type { ComposeReference } from '../service-model.ts';

// What the Engine's API refuses whatever the swarm is like, and what every node does when it makes
// the container. Found here, because by then machines have been made, and a stack that runs may be
// half changed.

/** Refuses each value of a service that no engine takes, after its keys were translated. */
export function checkLimits(draft: Draft): void {
  checkResources(draft);
  checkConstraints(draft);
  checkPreferences(draft);
  checkPolicies(draft);
  checkHealthcheck(draft);
  checkTargets(draft);
  checkReferences(draft, 'secrets', ({ source, target }) => target || source);
  checkReferences(draft, 'configs', ({ source, target }) => target || `/${source}`);
  checkSysctls(draft);
  checkUlimits(draft);
  checkCapabilities(draft);
  checkProcess(draft);
}

const MEBIBYTE = 2 ** 20;

/**
 * swarmkit controlapi/service.go, validateResources; moby daemon/daemon_unix.go, linuxMinMemory: a
 * container needs more than the swarm asks for.
 */
const LEAST_MEMORY = { limits: 6 * MEBIBYTE, reservations: 4 * MEBIBYTE } as const;
/**
 * moby daemon/daemon_unix.go: of a limit the kernel takes less only than 10 ms of 1 s; swarmkit, of
 * what is reserved.
 */
const LEAST_CPUS = { limits: 0.01, reservations: 0.001 } as const;

function checkResources(draft: Draft): void {
  const { deploy, mem_limit, mem_reservation, cpus } = draft.service;
  for (const kind of ['limits', 'reservations'] as const) {
    const given = deploy?.resources?.[kind];
    const path = ['deploy', 'resources', kind];
    checkMemory(given?.memory, LEAST_MEMORY[kind], [...path, 'memory'], draft);
    checkCpus(given?.cpus, LEAST_CPUS[kind], [...path, 'cpus'], draft);
  }
  checkMemory(mem_limit, LEAST_MEMORY.limits, ['mem_limit'], draft);
  checkMemory(mem_reservation, LEAST_MEMORY.reservations, ['mem_reservation'], draft);
  checkCpus(cpus, LEAST_CPUS.limits, ['cpus'], draft);
}

/** Compose prints bytes. Nothing and 0 are no limit. */
function checkMemory(
  memory: string | null | undefined,
  least: number,
  path: readonly string[],
  draft: Draft,
): void {
  const bytes = Number(memory ?? 0);
  if (!(bytes > 0 && bytes < least)) return;
  refuse(
    draft,
    path,
    `is ${bytes} bytes. The engine takes ${least / MEBIBYTE} MiB or more: write for example \`${least / MEBIBYTE}M\`.`,
  );
}

function checkCpus(
  cpus: string | null | undefined,
  least: number,
  path: readonly string[],
  draft: Draft,
): void {
  const count = Number(cpus ?? 0);
  if (!(count > 0 && count < least)) return;
  refuse(draft, path, `is ${cpus}. The engine takes ${least} or more.`);
}

/** swarmkit manager/constraint/constraint.go, Parse. */
const CONSTRAINT_KEY = /^[a-z_][a-z0-9\-_.]+$/i;
const CONSTRAINT_VALUE = /^[a-z0-9:\-_\s.*()?+[\]\\^$|/]+$/i;
/** Those that a node is asked for (NodeMatches there); by any other no node is found. */
const NODE_KEY =
  /^(node\.(id|hostname|ip|role|platform\.(os|arch)|labels\..+)|engine\.labels\..+)$/i;

function checkConstraints(draft: Draft): void {
  const constraints = draft.service.deploy?.placement?.constraints ?? [];
  for (const constraint of constraints) {
    const fault = constraintFault(constraint);
    if (fault === undefined) continue;
    refuse(draft, ['deploy', 'placement', 'constraints'], `has \`${constraint}\`. ${fault}`);
  }
}

function constraintFault(constraint: string): string | undefined {
  const [, key = '', , value = ''] = /^(.*?)(==|!=)(.*)$/s.exec(constraint) ?? [];
  if (key === '')
    return 'Write `key == value` or `key != value`, for example `node.role == manager`.';
  if (!CONSTRAINT_KEY.test(key.trim()) || !CONSTRAINT_VALUE.test(value.trim())) {
    return 'Swarm does not take these characters. Write for example `node.labels.zone == a`.';
  }
  if (NODE_KEY.test(key.trim())) return undefined;
  return 'Nodes have no such key, so none would be found. They have `node.id`, `node.hostname`, `node.ip`, `node.role`, `node.platform.os`, `node.platform.arch`, `node.labels.<key>` and `engine.labels.<key>`.';
}

/**
 * swarmkit manager/scheduler: tasks are spread by labels alone, and another word is passed over.
 */
function checkPreferences(draft: Draft): void {
  for (const { spread } of draft.service.deploy?.placement?.preferences ?? []) {
    if (!spread || /^(node|engine)\.labels\./i.test(spread)) continue;
    warn(
      draft,
      ['deploy', 'placement', 'preferences'],
      `spreads by \`${spread}\`, which Swarm passes over: it knows \`node.labels.<key>\` and \`engine.labels.<key>\`.`,
    );
  }
}

const CONDITIONS = ['none', 'on-failure', 'any'];
const FAILURE_ACTIONS = {
  update_config: ['continue', 'pause', 'rollback'],
  rollback_config: ['continue', 'pause'],
};
const ORDERS = ['stop-first', 'start-first'];

/** moby daemon/cluster/convert/service.go; swarmkit controlapi/service.go, validateUpdate. */
function checkPolicies(draft: Draft): void {
  const { deploy } = draft.service;
  const condition = deploy?.restart_policy?.condition;
  checkWord(condition, CONDITIONS, ['deploy', 'restart_policy', 'condition'], draft);
  for (const kind of ['update_config', 'rollback_config'] as const) {
    const given = deploy?.[kind];
    const path = ['deploy', kind];
    checkWord(given?.failure_action, FAILURE_ACTIONS[kind], [...path, 'failure_action'], draft);
    checkWord(given?.order, ORDERS, [...path, 'order'], draft);
    const ratio = given?.max_failure_ratio ?? 0;
    if (ratio < 0 || ratio > 1) {
      refuse(draft, [...path, 'max_failure_ratio'], `is ${ratio}. Write a number from 0 to 1.`);
    }
    if ((given?.parallelism ?? 0) < 0) {
      refuse(
        draft,
        [...path, 'parallelism'],
        `is ${given?.parallelism}. Write 0 (all at once) or more.`,
      );
    }
  }
}

function checkWord(
  word: string | null | undefined,
  known: readonly string[],
  path: readonly string[],
  draft: Draft,
): void {
  if (!word || known.includes(word)) return;
  refuse(draft, path, `is ${word}. Write one of: ${known.join(', ')}.`);
}

/** swarmkit controlapi/service.go, validateHealthCheck. */
function checkHealthcheck(draft: Draft): void {
  const check = draft.service.healthcheck;
  for (const key of ['interval', 'timeout', 'start_period', 'start_interval'] as const) {
    const ms = goDurationMs(check?.[key] ?? '') ?? 0;
    if (ms > 0 && ms < 1) {
      refuse(draft, ['healthcheck', key], `is ${check?.[key]}. The engine takes 1ms or more.`);
    }
  }
  const retries = check?.retries ?? 0;
  if (retries < 0) refuse(draft, ['healthcheck', 'retries'], `is ${retries}. Write 1 or more.`);
}

/**
 * moby volume/mounts, validateMountConfigImpl: a target is an absolute path, and not the root of
 * the container.
 */
function checkTargets(draft: Draft): void {
  for (const { target } of draft.out.volumes) {
    if (target.includes('{{')) continue;
    const key = draft.service.volumes?.some((one) => one.target === target) ? 'volumes' : 'tmpfs';
    if (/^\/+(\.\/*)*$/.test(target)) {
      refuse(
        draft,
        [key],
        `mounts something at ${target}, the root of the container. Name a folder.`,
      );
    } else if (!target.startsWith('/') && !win32.isAbsolute(target)) {
      refuse(
        draft,
        [key],
        `mounts something at \`${target}\`. Write an absolute path: \`/${target}\`.`,
      );
    }
  }
}

/** docker/cli cli/compose/convert, "duplicate target … not allowed". */
function checkReferences(
  draft: Draft,
  key: 'secrets' | 'configs',
  targetOf: (reference: ComposeReference) => string,
): void {
  const seen = new Map<string, string>();
  for (const reference of draft.service[key] ?? []) {
    const target = targetOf(reference);
    const place = target.replace(/^\/run\/secrets\/(?=[^/]+$)/, '');
    const other = seen.get(place);
    seen.set(place, reference.source);
    if (other === undefined) continue;
    refuse(
      draft,
      [key],
      `puts ${other} and ${reference.source} at one place, ${target}. Give one of them another \`target\`.`,
    );
  }
}

/**
 * opencontainers/runc libcontainer/configs/validate, sysctl: those that a container has for itself.
 */
const OWN_SYSCTLS =
  /^(kernel[./](msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced|domainname)|fs[./]mqueue[./].+|net[./].+)$/;

function checkSysctls(draft: Draft): void {
  for (const name of Object.keys(draft.service.sysctls ?? {})) {
    if (OWN_SYSCTLS.test(name)) continue;
    refuse(
      draft,
      ['sysctls', name],
      'is a setting of the whole kernel, which a container cannot have for itself. Set it on the nodes (sysctl -w), and remove it here.',
    );
  }
}

/** docker/go-units ulimit.go. */
const ULIMITS = [
  ...['core', 'cpu', 'data', 'fsize', 'locks', 'memlock', 'msgqueue', 'nice', 'nofile', 'nproc'],
  ...['rss', 'rtprio', 'rttime', 'sigpending', 'stack'],
];

function checkUlimits(draft: Draft): void {
  for (const [name, given] of Object.entries(draft.service.ulimits ?? {})) {
    if (!ULIMITS.includes(name)) {
      refuse(
        draft,
        ['ulimits', name],
        `is none that Linux has. Write one of: ${ULIMITS.join(', ')}.`,
      );
    }
    if (typeof given === 'number') continue;
    const { soft, hard } = given;
    if (hard !== -1 && (soft === -1 || soft > hard)) {
      refuse(draft, ['ulimits', name], `has a soft limit (${soft}) above the hard one (${hard}).`);
    }
  }
}

/** capabilities(7), as of Linux 5.9; newer ones there are none. */
const CAPABILITIES = new Set([
  ...['ALL', 'AUDIT_CONTROL', 'AUDIT_READ', 'AUDIT_WRITE', 'BLOCK_SUSPEND', 'BPF'],
  ...['CHECKPOINT_RESTORE', 'CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID'],
  ...['IPC_LOCK', 'IPC_OWNER', 'KILL', 'LEASE', 'LINUX_IMMUTABLE', 'MAC_ADMIN', 'MAC_OVERRIDE'],
  ...['MKNOD', 'NET_ADMIN', 'NET_BIND_SERVICE', 'NET_BROADCAST', 'NET_RAW', 'PERFMON', 'SETFCAP'],
  ...['SETGID', 'SETPCAP', 'SETUID', 'SYSLOG', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_CHROOT'],
  ...['SYS_MODULE', 'SYS_NICE', 'SYS_PACCT', 'SYS_PTRACE', 'SYS_RAWIO', 'SYS_RESOURCE'],
  ...['SYS_TIME', 'SYS_TTY_CONFIG', 'WAKE_ALARM'],
]);

function checkCapabilities(draft: Draft): void {
  for (const key of ['cap_add', 'cap_drop'] as const) {
    for (const name of draft.service[key] ?? []) {
      if (CAPABILITIES.has(name.toUpperCase().replace(/^CAP_/, ''))) continue;
      refuse(draft, [key], `has ${name}, which is no capability. See capabilities(7).`);
    }
  }
}

/** moby/sys signal, SignalMap of Linux, without its numbered real-time signals. */
const SIGNALS = new Set([
  ...['ABRT', 'ALRM', 'BUS', 'CHLD', 'CLD', 'CONT', 'FPE', 'HUP', 'ILL', 'INT', 'IO', 'IOT'],
  ...['KILL', 'PIPE', 'POLL', 'PROF', 'PWR', 'QUIT', 'SEGV', 'STKFLT', 'STOP', 'SYS', 'TERM'],
  ...['TRAP', 'TSTP', 'TTIN', 'TTOU', 'URG', 'USR1', 'USR2', 'VTALRM', 'WINCH', 'XCPU', 'XFSZ'],
  ...['RTMIN', 'RTMAX'],
]);

function checkProcess(draft: Draft): void {
  const { stop_signal: signal, working_dir: folder } = draft.service;
  if (signal && !isSignal(signal)) {
    refuse(
      draft,
      ['stop_signal'],
      `is ${signal}, which is no signal. Write for example SIGTERM or SIGINT.`,
    );
  }
  if (folder && !folder.startsWith('/') && !win32.isAbsolute(folder)) {
    refuse(draft, ['working_dir'], `is ${folder}. Write an absolute path: \`/${folder}\`.`);
  }
}

function isSignal(signal: string): boolean {
  const name = signal.toUpperCase().replace(/^SIG/, '');
  if (/^\d+$/.test(signal)) return Number(signal) > 0;
  return SIGNALS.has(name) || /^(RTMIN\+|RTMAX-)([1-9]|1[0-5])$/.test(name);
}
