import { medianReading, surelyApart } from '../base/clock-reading.ts';
import { formatDuration } from '../base/duration.ts';
import { listed } from '../base/listed.ts';
import type { Module } from './facts.ts';
import type { KnownHost, PreflightFinding } from './host.ts';
import {
  disableLiveRestore,
  freeDisk,
  installEngine,
  installModules,
  newEngineId,
  newMachineId,
  renameHost,
  setClock,
  startEngine,
  useIptables,
} from './remedies.ts';

const OLDEST_ENGINE = [20, 10] as const;
const SKEW_WARNING_MS = 2_000;
const SKEW_ERROR_MS = 60_000;
const DISK_BYTES = 2 * 1024 ** 3;
const DISK_SHARE = 0.1;
/** Hosts of a group that a message names. */
const NAMES = 10;

/** What does not work on a host whose kernel lacks the module. */
const WITHOUT: Readonly<Record<Module, string>> = {
  ip_vs: 'published ports (routing mesh) and virtual IPs of services do not answer there',
  vxlan: 'it cannot take part in overlay networks',
  br_netfilter: 'encrypted overlay networks and rules between containers do not work',
  overlay: 'Docker falls back to a slow storage driver, or does not start',
};

/** Judges what each host says of itself, and what must differ between them. */
export function judgeHosts(hosts: readonly KnownHost[]): readonly PreflightFinding[] {
  return [
    ...hosts.flatMap((host) => [...judgeEngine(host), ...judgeDisk(host), ...judgeModules(host)]),
    ...judgeArchitectures(hosts),
    ...judgeClocks(hosts),
    ...judgeNames(hosts),
    ...judgeEngineIds(hosts),
    ...judgeMachineIds(hosts),
  ];
}

function judgeEngine(host: KnownHost): PreflightFinding[] {
  const { name, facts, inSwarm } = host;
  const { engine } = facts;
  const finding = (message: string, remedy: string, level: PreflightFinding['level'] = 'error') => {
    return { level, host: name, check: 'engine', message, remedy };
  };
  if (typeof engine === 'string') {
    const missing = /not found/.test(engine);
    return missing
      ? [finding(`There is no docker on ${name}: ${engine}`, installEngine(name))]
      : [finding(`dockerd on ${name} does not answer: ${engine}`, startEngine(name))];
  }
  const findings: PreflightFinding[] = [];
  if (/^(tcp|https?|ssh):/.test(facts.dockerHost)) {
    findings.push(
      finding(
        `docker on ${name} asks the engine of another machine: the variable DOCKER_HOST is ${facts.dockerHost}.`,
        'Take the variable from what commands over SSH get there: SetEnv in sshd_config, ~/.ssh/environment, start files such as ~/.bashrc.',
      ),
    );
  }
  if (engine.OSType !== 'linux') {
    const remedy = 'Use a host with Linux in its place.';
    findings.push(
      finding(`${name} runs ${engine.OSType || 'an unknown system'}, not Linux.`, remedy),
    );
  }
  if (isOlder(engine.ServerVersion)) {
    const oldest = OLDEST_ENGINE.join('.');
    findings.push(
      finding(
        `${name} has Docker Engine ${engine.ServerVersion}; at least ${oldest} is needed.`,
        installEngine(name),
      ),
    );
  }
  if (engine.SecurityOptions?.some((option) => option.startsWith('name=rootless'))) {
    findings.push(
      finding(
        `dockerd on ${name} runs without root (rootless), where overlay networks do not work.`,
        installEngine(name),
      ),
    );
  }
  if (engine.LiveRestoreEnabled && !inSwarm) {
    findings.push(
      finding(
        `dockerd on ${name} is set to live-restore, with which it refuses to be in a swarm.`,
        disableLiveRestore(name),
      ),
    );
  }
  if (engine.FirewallBackend?.Driver.startsWith('nftables') && !inSwarm) {
    findings.push(
      finding(
        `dockerd on ${name} is set to the firewall backend nftables, with which it refuses to be in a swarm.`,
        useIptables(name),
      ),
    );
  }
  return findings;
}

/** Whether a version is surely older; one that is not in numbers (a development build) is not. */
function isOlder(version: string): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  if (major === undefined) return false;
  const [oldestMajor, oldestMinor] = OLDEST_ENGINE;
  const older = Number(major) - oldestMajor || Number(minor) - oldestMinor;
  return older < 0;
}

function judgeDisk({ name, facts }: KnownHost): PreflightFinding[] {
  const { disk } = facts;
  if (!disk) return [];
  const share = disk.freeBytes / disk.totalBytes;
  if (disk.freeBytes >= DISK_BYTES && share >= DISK_SHARE) return [];
  const free = `${(disk.freeBytes / 1024 ** 3).toFixed(1)} GiB (${Math.floor(share * 100)} %)`;
  const message = `${name} has ${free} left on ${disk.mount}, where Docker's data is.`;
  return [{ level: 'warning', host: name, check: 'disk', message, remedy: freeDisk(name) }];
}

function judgeModules(host: KnownHost): PreflightFinding[] {
  const missing = [...host.facts.modules]
    .filter(([, state]) => state === 'missing')
    .map(([module]) => module);
  if (missing.length === 0) return [];
  const lost = missing.map((module) => `${module} (${WITHOUT[module]})`).join(', ');
  return [
    {
      level: 'warning',
      host: host.name,
      check: 'modules',
      message: `The kernel of ${host.name} has no ${lost}.`,
      remedy: installModules(host, missing),
    },
  ];
}

/** Mixed processors are fine where the images are; a swarm that runs has shown that. */
function judgeArchitectures(hosts: readonly KnownHost[]): PreflightFinding[] {
  const groups = [...groupBy(hosts, architectureOf)];
  const fresh = hosts.find(({ inSwarm }) => !inSwarm);
  if (groups.length < 2 || !fresh) return [];
  const list = groups.map(([name, group]) => `${name} (${namesOf(group)})`).join(', ');
  return [
    {
      level: 'warning',
      host: fresh.name,
      check: 'architecture',
      message: `The hosts have different processors: ${list}. An image for one does not start on the other.`,
      remedy:
        'Use images for all of them, or bind services: `deploy.placement.constraints: [node.platform.arch == x86_64]`.',
    },
  ];
}

function architectureOf({ facts: { engine } }: KnownHost): string {
  return typeof engine === 'string' ? '' : engine.Architecture;
}

function judgeClocks(hosts: readonly KnownHost[]): PreflightFinding[] {
  const reference = referenceClock(hosts);
  if (!reference?.facts.clock) return [];
  const right = reference.facts.clock;
  return hosts.flatMap(({ name, facts: { clock } }): PreflightFinding[] => {
    const apart = clock ? surelyApart(clock, right) : 0;
    if (!clock || apart <= SKEW_WARNING_MS) return [];
    const difference = formatDuration(Math.abs(clock.offset - right.offset));
    const direction = clock.offset > right.offset ? 'ahead of' : 'behind';
    const two = hosts.length === 2 ? ' One of the two is wrong.' : '';
    return [
      {
        level: apart > SKEW_ERROR_MS ? 'error' : 'warning',
        host: name,
        check: 'clock',
        message: `The clock of ${name} is ${difference} ${direction} that of ${reference.name}.${two} Certificates and the order of events depend on it.`,
        remedy: setClock(name),
      },
    ];
  });
}

/** The host whose clock the others are measured by; undefined where none printed a time. */
export function referenceClock(hosts: readonly KnownHost[]): KnownHost | undefined {
  const median = medianReading(hosts.flatMap(({ facts: { clock } }) => clock ?? []));
  return hosts.find(({ facts }) => facts.clock !== undefined && facts.clock === median);
}

function judgeNames(hosts: readonly KnownHost[]): PreflightFinding[] {
  return duplicates(hosts, ({ facts }) => facts.hostName).flatMap(({ key, first, more }) =>
    more.map((host) => ({
      level: 'warning' as const,
      host: host.name,
      check: 'host name',
      message: `${host.name} and ${first.name} have the same host name, ${key}. In the swarm both are called so, and a command that names one fails.`,
      remedy: renameHost(host),
    })),
  );
}

function judgeEngineIds(hosts: readonly KnownHost[]): PreflightFinding[] {
  return duplicates(hosts, engineIdOf).flatMap(({ first, more }) =>
    more.map((host): PreflightFinding => {
      const finding = { host: host.name, check: 'engine id' };
      if (isSameMachine(host, first)) {
        return {
          ...finding,
          level: 'error',
          message: `${host.name} and ${first.name} are one and the same host.`,
          remedy: 'Take one of the two lines out of `hosts`.',
        };
      }
      return {
        ...finding,
        // Nodes are told apart by their node id; a swarm of such hosts that exists does work.
        level: host.inSwarm && first.inSwarm ? 'warning' : 'error',
        message: `${host.name} is a copy of ${first.name}: both dockerds have the same engine id.`,
        remedy: newEngineId(host.name),
      };
    }),
  );
}

function judgeMachineIds(hosts: readonly KnownHost[]): PreflightFinding[] {
  return duplicates(hosts, ({ facts }) => facts.machineId).flatMap(({ first, more }) =>
    more
      .filter((host) => !(engineIdOf(host) === engineIdOf(first) && isSameMachine(host, first)))
      .map((host) => ({
        level: 'warning' as const,
        host: host.name,
        check: 'machine id',
        message: `${host.name} and ${first.name} have the same /etc/machine-id. By DHCP both may get one address, and overlay networks may give both the same MAC addresses.`,
        remedy: newMachineId(host.name),
      })),
  );
}

function engineIdOf({ facts: { engine } }: KnownHost): string {
  return typeof engine === 'string' ? '' : engine.ID;
}

function isSameMachine(a: KnownHost, b: KnownHost): boolean {
  return a.facts.bootId !== '' && a.facts.bootId === b.facts.bootId;
}

function duplicates(hosts: readonly KnownHost[], keyOf: (host: KnownHost) => string) {
  return [...groupBy(hosts, keyOf)].flatMap(([key, [first, ...more]]) =>
    first ? [{ key, first, more }] : [],
  );
}

/** Hosts that have no such key are left out. */
function groupBy(hosts: readonly KnownHost[], keyOf: (host: KnownHost) => string) {
  const groups = Map.groupBy(hosts, keyOf);
  groups.delete('');
  return groups;
}

function namesOf(hosts: readonly KnownHost[]): string {
  return listed(
    hosts.map(({ name }) => name),
    NAMES,
  );
}
