import type { SshTarget } from '../../../src/ssh/target.ts';
import { readCloudConfig } from '../clouds/cloud-init.ts';
import type { Engine } from './engine.ts';
import { type SshServer, serveSsh } from './ssh-host.ts';

/**
 * Machines of the model that a real SSH client enters, in this process: each has the host key, the
 * user and the keys of the user data that came with its order.
 */
export interface SshMachines extends AsyncDisposable {
  /** Starts what stands for the machine; it is reached once this has settled. */
  start(engine: Engine, userData: string): Promise<void>;
  end(address: string): Promise<void>;
  /** Where a machine listens in truth. */
  reach(target: SshTarget): SshTarget;
  /** How many logins there were so far, at each machine that there is or was. */
  readonly logins: ReadonlyMap<string, number>;
}

/** None so far. What is left of them ends with `await using`. */
export function sshMachines(): SshMachines {
  const servers = new Map<string, SshServer>();
  const gone = new Map<string, number>();
  const end = async (address: string) => {
    const server = servers.get(address);
    if (!server) return;
    gone.set(address, server.logins);
    servers.delete(address);
    await server[Symbol.asyncDispose]();
  };
  return {
    async start(engine, userData) {
      const { users, ssh_keys } = readCloudConfig(userData);
      const [user] = users;
      const login = {
        ...{ hostKey: ssh_keys.ed25519_private, user: user?.name },
        keys: user?.ssh_authorized_keys ?? [],
      };
      servers.set(engine.address, await serveSsh(engine, login));
    },
    end,
    reach(target) {
      const { port } = servers.get(target.host) ?? { port: 1 };
      return { ...target, host: '127.0.0.1', port };
    },
    get logins() {
      const now = [...servers].map(([address, { logins }]) => [address, logins] as const);
      return new Map([...gone, ...now]);
    },
    [Symbol.asyncDispose]: async () => {
      for (const address of [...servers.keys()]) await end(address);
    },
  };
}
