import { mkdir, writeFile } from 'node:fs/promises';
import type { DriverLog } from '../../../base/log.ts';
import { generateKeyPair } from '../../../ssh/keys/generate.ts';
import type { ClusterSpec, Machine } from '../../driver.ts';
import { HOST_KEY_LABEL, INDEX_LABEL, PORT_LABEL } from '../../machine-labels.ts';
import { ownerLabels } from '../../ownership.ts';
import { NOT_OF_THE_JOB } from '../../virtual-machine/not-of-the-job.ts';
import { forwarded, freePort, moves } from '../../virtual-machine/ports.ts';
import {
  type FoundCluster,
  readMachine,
  toMachine,
  writeRecord,
} from '../../virtual-machine/records.ts';
import { seedImage } from '../../virtual-machine/seed.ts';
import { guestAddress, macAddresses } from '../../virtual-machine/subnet.ts';
import * as qemu from '../commands.ts';
import { type BaseImage, diskSize } from '../image/base-image.ts';
import { preparationDisk } from '../image/prepare.ts';
import { createTap, plugIn } from '../network/bridge.ts';
import type { Root } from '../network/root.ts';
import { loopbackAddress } from '../network/user-network.ts';
import type { QemuOptions } from '../options.ts';
import {
  type ClusterPlaces,
  type MachinePlaces,
  machineName,
  machinePlaces,
  WORKBENCH,
} from '../paths.ts';

const DEFAULT_CPUS = 2;
/** What a machine is made of. */
export interface Making {
  readonly platform: qemu.Platform;
  readonly base: BaseImage;
  /** Bytes. */
  readonly memory: number;
  readonly options: QemuOptions;
}

/**
 * Makes a machine in a folder that is not there yet, and starts it; it boots when this resolves.
 * Its record is the first of it. Rejects with what failed, and leaves what was made: the way down
 * finds it by the folder.
 */
export async function launch(
  spec: ClusterSpec,
  cluster: FoundCluster<ClusterPlaces>,
  index: number,
  { platform, base, memory, options }: Making,
  { root, log }: { readonly root: Root; readonly log: DriverLog },
): Promise<Machine> {
  const name = machineName(spec.owner.cluster, index);
  const isWorkbench = index === WORKBENCH;
  const places = machinePlaces(cluster.places, index);
  const { subnet, publicKey, userNetwork } = cluster.record;
  const mac = macAddresses(cluster.places.linkPrefix, index);
  const hostKey = generateKeyPair(name);
  const forward = index === 1 ? await forwarded(spec.publishedPorts) : [];
  const lanAddress = guestAddress(subnet, index);
  const address = userNetwork ? loopbackAddress(userNetwork, index) : lanAddress;
  const sshPort = userNetwork ? await freePort(address) : 22;
  await mkdir(places.folder, { mode: 0o700 });
  const record = {
    name,
    index,
    labels: {
      ...ownerLabels(spec.owner),
      [INDEX_LABEL]: String(index),
      [HOST_KEY_LABEL]: hostKey.publicKey,
      ...(userNetwork && { [PORT_LABEL]: String(sshPort) }),
    },
    address,
    advertise: lanAddress,
    localPorts: Object.fromEntries(
      forward.map(({ protocol, port, runnerPort }) => [`${port}/${protocol}`, runnerPort]),
    ),
    isStarting: true as const,
  };
  await writeRecord(places.record, record);
  // Without a way out nothing can be installed; no stack is ever on that machine.
  const internet = isWorkbench || (options.internet ?? true);
  await writeFile(
    places.seed,
    seedImage({
      ...{ name, index, subnet, hostKey, internet },
      lanMac: mac.lan,
      wanMac: mac.wan,
      authorizedKey: publicKey,
    }),
    { mode: 0o600 },
  );
  const wanted = diskSize(options, base);
  const bytes = isWorkbench ? preparationDisk(base.bytes, wanted) : wanted;
  await root.runner.run(qemu.createDisk(places.disk, base, bytes));
  if (!userNetwork) await createTap(root, cluster.places, places.tap);
  await root.runner.run(
    qemu.startMachine({
      ...platform,
      ...{ name, places, mac, memory, internet },
      group: userNetwork?.group,
      forward: userNetwork
        ? [...forward, { protocol: 'tcp', address, runnerPort: sshPort, port: 22 }]
        : forward,
      cluster: spec.owner.cluster,
      cpus: options.cpus ?? DEFAULT_CPUS,
    }),
    { env: NOT_OF_THE_JOB },
  );
  if (!userNetwork) await plugIn(root, cluster.places, places.tap);
  for (const line of moves(forward)) log.warning(line);
  const machine = toMachine(record, true);
  if (!machine) throw new Error('A machine without an owner.');
  return machine;
}

/** To be called once a machine answers: from now on it counts as made. */
export async function noteStarted(places: MachinePlaces): Promise<void> {
  const record = await readMachine(places);
  if (record) await writeRecord(places.record, { ...record, isStarting: undefined });
}

export function sshPortOf({ labels }: Pick<Machine, 'labels'>): number {
  return Number(labels[PORT_LABEL] ?? 22);
}
