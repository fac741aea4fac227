import type { Executor } from '../../src/exec/executor.ts';
import type { Engine, HostFacts } from '../../src/preflight/facts.ts';
import type { KnownHost } from '../../src/preflight/host.ts';

const EXECUTOR: Executor = {
  where: 'nowhere',
  run: () => Promise.reject(new Error('no host to run on')),
  open: () => Promise.reject(new Error('no host to run on')),
};

const GIBIBYTE = 1024 ** 3;

export function engine(change: Partial<Engine> = {}): Engine {
  return {
    ...{ ID: 'id', Name: 'name', ServerVersion: '28.0.1', OSType: 'linux' },
    ...{ Architecture: 'x86_64', LiveRestoreEnabled: false },
    ...change,
  };
}

/** A host that nothing is wrong with, and whose marks are its own. */
export function host(
  name: string,
  facts: Partial<HostFacts> = {},
  change: Partial<KnownHost> = {},
): KnownHost {
  return {
    ...{ name, executor: EXECUTOR, address: `10.0.0.${name.length}`, role: 'worker' },
    inSwarm: false,
    ...change,
    facts: {
      hostName: name,
      machineId: `machine of ${name}`,
      bootId: `boot of ${name}`,
      sshPort: 22,
      tools: new Set(['bash', 'timeout', 'perl', 'iptables', 'apt-get']),
      firewalls: new Set(),
      modules: new Map([['vxlan', 'loaded']]),
      engine: engine({ ID: `engine of ${name}`, Name: name }),
      dockerHost: '',
      addresses: [],
      disk: { mount: '/', totalBytes: 100 * GIBIBYTE, freeBytes: 50 * GIBIBYTE },
      clock: { offset: 0, plusMinus: 20 },
      ...facts,
    },
  };
}
