import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../src/base/clock.ts';
import { runner } from '../../../src/exec/runner.ts';
import { procfs } from '../../../src/machines/processes.ts';
import { createDisk, startMachine } from '../../../src/machines/qemu/commands.ts';
import { chooseAcceleration } from '../../../src/machines/qemu/machine/accelerator.ts';
import { architectureOf } from '../../../src/machines/qemu/machine/architecture.ts';
import { findProcess, stopMachine } from '../../../src/machines/qemu/machine/process.ts';
import { ensureQemu } from '../../../src/machines/qemu/machine/runner-check.ts';
import { rootOf } from '../../../src/machines/qemu/network/root.ts';
import { userNetworks } from '../../../src/machines/qemu/network/user-network.ts';
import { clusterPlaces, machinePlaces } from '../../../src/machines/qemu/paths.ts';
import { isoImage } from '../../../src/machines/virtual-machine/iso.ts';
import { freePort } from '../../../src/machines/virtual-machine/ports.ts';
import { networkConfig } from '../../../src/machines/virtual-machine/seed.ts';
import { until } from '../until.ts';

const LOCAL = '127.0.0.1';
const DISK_BYTES = 6 * 2 ** 30;
const POWER_OFF_MS = 180_000;
const MAC = { lan: '52:54:00:00:00:01', wan: '56:54:00:00:00:01' };

/**
 * What a cloud says beside the user data: its own name for the machine, and, as Hetzner does, a
 * password for root that has to be changed. The image of the tests has only the modules that the
 * qemu driver needs; an image of a cloud has these, too.
 */
const META_DATA = { 'instance-id': 'i-4711', 'local-hostname': 'su-4711-of-the-cloud' };
const VENDOR_DATA = {
  ssh_pwauth: true,
  chpasswd: { expire: true, users: [{ name: 'root', password: 'mailed', type: 'text' }] },
  cloud_init_modules: [
    ...['bootcmd', 'write_files', 'growpart', 'resizefs', 'set_hostname', 'update_hostname'],
    ...['update_etc_hosts', 'users_groups', 'ssh', 'set_passwords'],
  ],
  cloud_config_modules: ['runcmd'],
  cloud_final_modules: ['scripts_per_boot', 'scripts_user', 'final_message'],
};

/** A virtual machine that a real cloud-init sets up. `await using` removes it and its folder. */
export interface BootedMachine extends AsyncDisposable {
  /** Where its sshd answers, once it has booted. */
  readonly host: string;
  readonly port: number;
  /** Waits until it has powered itself off, and starts it again: its metadata say the same. */
  startAgain(): Promise<void>;
  console(): Promise<string>;
}

/** Starts a machine of an image; cloud-init finds this user data beside what a cloud says. */
export async function bootMachine(
  image: string,
  userData: string,
  signal: AbortSignal,
): Promise<BootedMachine> {
  const folder = mkdtempSync(join(tmpdir(), 'cloud-'));
  const cluster = clusterPlaces(folder, 'c');
  const places = machinePlaces(cluster, 1);
  const control = { table: procfs, clock: systemClock };
  const start = await command();
  const remove = async () => {
    await stopMachine(places, 'of the test', control);
    rmSync(folder, { recursive: true, force: true });
  };

  async function command() {
    const architecture = architectureOf(process.platform, process.arch);
    const log = { info: () => {}, warning: () => {} };
    const root = rootOf(runner, process.getuid?.() ?? 0);
    const { version, firmware } = await ensureQemu(root, architecture, {
      ...{ install: false, signal, log },
    });
    const chosen = await chooseAcceleration('auto', architecture, version, { runner, signal, log });
    const port = await freePort(LOCAL);
    const argv = startMachine({
      ...{ architecture, firmware, ...chosen, name: 'cloud-1', cluster: 'c', places, mac: MAC },
      ...{ cpus: 1, memory: 2 ** 30, internet: false, group: userNetworks(folder)[0]?.group },
      forward: [{ protocol: 'tcp', address: LOCAL, runnerPort: port, port: 22 }],
    });
    // By the name of an emulated processor the initrd of the image knows that it is one, and would
    // start without systemd and cloud-init.
    const [program, ...args] = argv;
    args[args.indexOf('-cpu') + 1] += ',model-id=whole';
    return { argv: [program, ...args] as const, port };
  }

  try {
    mkdirSync(places.folder, { recursive: true });
    writeFileSync(places.seed, seed(userData));
    const disk = createDisk(places.disk, { path: image, format: 'qcow2' }, DISK_BYTES);
    await runner.run(disk, { signal });
    await runner.run(start.argv, { signal });
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    host: LOCAL,
    port: start.port,
    async startAgain() {
      await until(
        'the machine is off',
        async () => !(await findProcess(procfs, places)),
        POWER_OFF_MS,
      );
      await runner.run(start.argv, { signal });
    },
    console: async () => (await runner.run(['cat', places.console])).stdout,
    [Symbol.asyncDispose]: remove,
  };
}

function seed(userData: string): Buffer {
  const [subnet, index] = ['10.200.7', 1];
  const network = { subnet, index, internet: false, lanMac: MAC.lan, wanMac: MAC.wan };
  return isoImage('CIDATA', {
    'meta-data': JSON.stringify(META_DATA),
    'user-data': userData,
    'vendor-data': `#cloud-config\n${JSON.stringify(VENDOR_DATA)}`,
    'network-config': networkConfig(network),
  });
}
