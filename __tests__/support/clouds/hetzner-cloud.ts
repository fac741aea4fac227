import { randomBytes } from 'node:crypto';
import { docker } from '../engine.ts';
import { type FakeHetzner, fakeHetzner } from './hetzner.ts';
import type { HetznerServer } from './hetzner-project.ts';
import { type HostMachine, startHostMachine } from './host-machine.ts';

/** Of the real ones, most take some seconds. */
const ACTION_MS = 300;

/** The stand-in, whose servers are real hosts: what a call creates can be entered. */
export interface HetznerCloud extends AsyncDisposable {
  readonly fake: FakeHetzner;
  /** What every step is given. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** The host of a server, by the server's name at Hetzner. */
  host(name: string): HostMachine;
  /** The rules of the one firewall: `tcp 22`. */
  rules(): readonly string[];
  /** From now on each server takes until `release` to start; gives `release`. */
  hold(): () => void;
}

/**
 * Starts it, for so many servers at most. What tests leave of its hosts goes at the end.
 */
export async function hetznerCloud(serverLimit = 10): Promise<HetznerCloud> {
  const abort = new AbortController();
  const network = `hetzner-${randomBytes(4).toString('hex')}`;
  await docker('network', 'create', network);
  const hosts = new Map<string, Promise<HostMachine>>();
  let held: Promise<void> | undefined;
  const start = async ({ name, userData }: HetznerServer) => {
    await held;
    return await startHostMachine({ name, userData, network, signal: abort.signal });
  };
  const running = new Map<string, HostMachine>();
  const end = async (name: string) => {
    const host = await hosts.get(name)?.catch(() => undefined);
    await host?.remove();
    hosts.delete(name);
    running.delete(name);
  };
  const fake = await fakeHetzner({
    ...{ actionMs: ACTION_MS, serverLimit },
    onServer: async (server) => {
      const starting = start(server);
      hosts.set(server.name, starting);
      const host = await starting;
      running.set(server.name, host);
      return { ipv4: host.address, privateIp: host.privateAddress ?? '' };
    },
    onServerGone: ({ name }) => end(name),
  });
  return {
    fake,
    inputs: {
      driver: 'hetzner',
      'driver-options': `endpoint: ${fake.endpoint}`,
    },
    env: { HCLOUD_TOKEN: fake.token },
    host: (name) => {
      const host = running.get(name);
      if (!host) throw new Error(`No server ${name} runs. There are: ${[...running.keys()]}`);
      return host;
    },
    rules: () =>
      [...fake.project.firewalls.values()].flatMap(({ rules }) =>
        rules.map(({ protocol, port }) => `${protocol} ${port}`),
      ),
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
    async [Symbol.asyncDispose]() {
      abort.abort();
      for (const name of [...hosts.keys()]) await end(name);
      await fake[Symbol.asyncDispose]();
      await docker('network', 'rm', network);
    },
  };
}
