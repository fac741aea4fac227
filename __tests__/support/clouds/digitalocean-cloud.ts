import { randomBytes } from 'node:crypto';
import { docker } from '../engine.ts';
import { type FakeDigitalocean, fakeDigitalocean } from './digitalocean.ts';
import type { FakeDroplet } from './digitalocean-account.ts';
import { type HostMachine, startHostMachine } from './host-machine.ts';

/** Of the real ones, most take some seconds. */
const BOOT_MS = 300;

/** The stand-in, whose droplets are real hosts: what a call creates can be entered. */
export interface DigitaloceanCloud extends AsyncDisposable {
  readonly fake: FakeDigitalocean;
  /** What every step is given. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** The host of a droplet, by the droplet's name at DigitalOcean. */
  host(name: string): HostMachine;
  /** What the one firewall lets in from outside: `tcp 22`. */
  rules(): readonly string[];
  /** From now on each droplet takes until `release` to start; gives `release`. */
  hold(): () => void;
}

/** Starts it. What tests leave of its hosts goes at the end. */
export async function digitaloceanCloud(): Promise<DigitaloceanCloud> {
  const abort = new AbortController();
  const network = `digitalocean-${randomBytes(4).toString('hex')}`;
  await docker('network', 'create', network);
  const hosts = new Map<number, Promise<HostMachine>>();
  const running = new Map<string, HostMachine>();
  let held: Promise<void> | undefined;
  const start = async ({ name, userData }: FakeDroplet) => {
    await held;
    return await startHostMachine({ name, userData, network, signal: abort.signal });
  };
  const end = async (id: number, name: string) => {
    const host = await hosts.get(id)?.catch(() => undefined);
    await host?.remove();
    hosts.delete(id);
    if (running.get(name) === host) running.delete(name);
  };
  const fake = await fakeDigitalocean({
    bootMs: BOOT_MS,
    onDroplet: async (droplet) => {
      const starting = start(droplet);
      hosts.set(droplet.id, starting);
      const host = await starting;
      running.set(droplet.name, host);
      return { publicIp: host.address, privateIp: host.privateAddress ?? '' };
    },
    onDropletGone: ({ id, name }) => end(id, name),
  });
  return {
    fake,
    inputs: { driver: 'digitalocean', 'driver-options': `endpoint: ${fake.endpoint}` },
    env: { DIGITALOCEAN_ACCESS_TOKEN: fake.token },
    host: (name) => {
      const host = running.get(name);
      if (!host) throw new Error(`No droplet ${name} runs. There are: ${[...running.keys()]}`);
      return host;
    },
    rules: () =>
      [...fake.account.firewalls.values()].flatMap(({ inbound }) =>
        inbound.flatMap(({ protocol, ports, sources }) =>
          sources?.addresses ? `${protocol} ${ports}` : [],
        ),
      ),
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
    async [Symbol.asyncDispose]() {
      abort.abort();
      for (const id of [...hosts.keys()]) await end(id, '');
      await fake[Symbol.asyncDispose]();
      await docker('network', 'rm', network);
    },
  };
}
