import { randomBytes } from 'node:crypto';
import { docker, inside } from '../../engine.ts';
import { type HostMachine, startHostMachine } from '../host-machine.ts';
import { type FakeAmazonec2, fakeAmazonec2, VARIABLES } from './amazonec2.ts';
import type { FakeInstance } from './instances.ts';

/** Of the real ones, most take some seconds. */
const BOOT_MS = 300;

/** The stand-in, whose instances are real hosts: what a call creates can be entered. */
export interface Amazonec2Cloud extends AsyncDisposable {
  readonly fake: FakeAmazonec2;
  /** What every step is given. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** The host of an instance, by its tag `Name`. */
  host(name: string): HostMachine;
  /** What the one security group lets in from outside: `tcp 22-22 0.0.0.0/0`. */
  rules(): readonly string[];
  /** From now on each instance takes until `release` to start; gives `release`. */
  hold(): () => void;
}

/** Starts it. What tests leave of its hosts goes at the end. */
export async function amazonec2Cloud(): Promise<Amazonec2Cloud> {
  const abort = new AbortController();
  const network = `amazonec2-${randomBytes(4).toString('hex')}`;
  await docker('network', 'create', network);
  const hosts = new Map<string, Promise<HostMachine>>();
  const running = new Map<string, HostMachine>();
  let held: Promise<void> | undefined;
  const start = async ({ tags, userData }: FakeInstance) => {
    await held;
    const name = tags.Name ?? '';
    return await startHostMachine({ name, userData, network, signal: abort.signal });
  };
  const end = async (id: string, name: string) => {
    const host = await hosts.get(id)?.catch(() => undefined);
    await host?.remove();
    hosts.delete(id);
    if (running.get(name) === host) running.delete(name);
  };
  const fake = await fakeAmazonec2({
    bootMs: BOOT_MS,
    onInstance: async (instance) => {
      const starting = start(instance);
      hosts.set(instance.id, starting);
      const host = await starting;
      running.set(instance.tags.Name ?? '', host);
      return { publicIp: host.address, privateIp: host.privateAddress ?? '' };
    },
    onInstanceGone: ({ id, tags }) => end(id, tags.Name ?? ''),
  });
  // As the package ec2-instance-connect does on the machine, but for the minute after which it forgets.
  fake.onKey = async ({ tags }, user, key) => {
    const host = running.get(tags.Name ?? '');
    if (!host) throw new Error(`No instance ${tags.Name} runs.`);
    await inside(host.container, `echo '${key}' >>/home/${user}/.ssh/authorized_keys`);
  };
  return {
    fake,
    inputs: { driver: 'amazonec2', 'driver-options': `endpoint: ${fake.endpoint}` },
    env: VARIABLES,
    host: (name) => {
      const host = running.get(name);
      if (!host) throw new Error(`No instance ${name} runs. There are: ${[...running.keys()]}`);
      return host;
    },
    rules: () =>
      [...fake.region.groups.values()].flatMap(({ rules }) =>
        [...rules].filter((rule) => !/ sg-\w+$/.test(rule)),
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
