import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { ActionError } from '../../../base/errors.ts';
import type { Argv } from '../../../exec/argv.ts';
import { CommandError, type Executor } from '../../../exec/executor.ts';
import { freeSubnet, mainNetworks, routedNetworks } from '../../virtual-machine/subnet.ts';
import * as qemu from '../commands.ts';
import type { ClusterPlaces } from '../paths.ts';
import type { NetworkKind } from './choose.ts';
import type { Root } from './root.ts';

/** The routes of the main table, as the kernel has them for whoever reads. */
const ROUTES = '/proc/net/route';

const links = z.array(
  z.object({ ifname: z.string(), flags: z.array(z.string()).optional().default([]) }),
);

/** What the kernel has of the network of a cluster. */
export interface NetworkParts {
  readonly namespace: boolean;
  /** Interfaces of the runner's own namespace. */
  readonly links: readonly { readonly name: string; readonly isUp: boolean }[];
}

/**
 * A network for a cluster that collides with none of the runner's. Throws `ActionError` where there
 * is none.
 */
export async function chooseSubnet(
  { runner }: Root,
  cluster: string,
  kind: NetworkKind,
  signal: AbortSignal,
): Promise<string> {
  return freeSubnet(cluster, await routed(runner, kind, signal));
}

async function routed(
  runner: Executor,
  kind: NetworkKind,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const { stdout } = await runner.run(qemu.listRoutes(), { signal });
    return routedNetworks(stdout);
  } catch (error) {
    // The image of a job's container has no iproute2 as a rule, and without a bridge nothing else
    // needs it.
    if (kind === 'bridge' || !(error instanceof ActionError)) throw error;
    return mainNetworks(await readFile(ROUTES, 'utf8'));
  }
}

export async function readNetwork(
  { runner }: Root,
  places: ClusterPlaces,
  signal?: AbortSignal,
): Promise<NetworkParts> {
  const options = signal ? { signal } : {};
  const listed = await runner.run(qemu.listLinks(), options);
  const namespaces = await runner.run(qemu.listNamespaces(), options);
  return networkParts(places, listed.stdout, namespaces.stdout);
}

/** Where there is no iproute2, nobody has made a network. */
const NONE: NetworkParts = { namespace: false, links: [] };

/** As `readNetwork`, of a cluster of which nothing tells whether it ever had a network. */
export async function readStrayNetwork(root: Root, places: ClusterPlaces): Promise<NetworkParts> {
  const { exitCode } = await root.runner.run(qemu.findProgram(qemu.IP), { anyExitCode: true });
  if (exitCode !== 0) return NONE;
  try {
    return await readNetwork(root, places);
  } catch (error) {
    if (error instanceof CommandError && error.result.stderr.includes('BusyBox')) return NONE;
    throw error;
  }
}

/** What is of the cluster in the answers of `ip -json link show` and `ip netns list`. */
export function networkParts(
  { namespace, linkPrefix }: ClusterPlaces,
  linksJson: string,
  namespaces: string,
): NetworkParts {
  return {
    namespace: namespaces.split('\n').some((line) => line.split(' ')[0] === namespace),
    links: links
      .parse(JSON.parse(linksJson || '[]'))
      .filter(({ ifname }) => ifname.startsWith(linkPrefix))
      .map(({ ifname, flags }) => ({ name: ifname, isUp: flags.includes('UP') })),
  };
}

/**
 * Makes the network of a cluster, or finds it whole. Throws `ActionError` where this user or this
 * kernel cannot.
 */
export async function ensureNetwork(
  root: Root,
  places: ClusterPlaces,
  subnet: string,
  signal: AbortSignal,
): Promise<void> {
  const parts = await readNetwork(root, places, signal);
  const isWhole =
    parts.namespace && parts.links.some(({ name, isUp }) => name === places.uplink && isUp);
  if (isWhole) return;
  // A run was killed half-way, or the machine was started anew and has forgotten it.
  await removeNetwork(root, places);
  signal.throwIfAborted();
  for (const argv of qemu.createNetwork(places, subnet)) await change(root, argv);
}

/** Plugs a machine that has just been started into the bridge of its cluster. */
export async function plugIn(root: Root, places: ClusterPlaces, tap: string): Promise<void> {
  for (const argv of qemu.plugIn(places, tap)) await change(root, argv);
}

/** Makes a machine's cable anew: one that a QEMU has left behind is of no use. */
export async function createTap(root: Root, places: ClusterPlaces, tap: string): Promise<void> {
  await removeTap(root, places, tap);
  await change(root, qemu.createTap(tap, root.uid));
}

/** Gone already is success. */
export async function removeTap(root: Root, places: ClusterPlaces, tap: string): Promise<void> {
  const { namespace, links: there } = await readNetwork(root, places);
  if (there.some(({ name }) => name === tap)) await change(root, qemu.removeLink(tap));
  if (!namespace) return;
  await root.run(qemu.removeLinkInside(places, tap), { anyExitCode: true });
}

/**
 * Removes what `readNetwork` finds. The bridge and the taps in the namespace go with it. Gives what
 * was said against it: what has gone meanwhile is removed.
 */
export async function removeNetwork(root: Root, places: ClusterPlaces): Promise<readonly string[]> {
  const { namespace, links: there } = await readNetwork(root, places);
  const said: string[] = [];
  for (const argv of [
    ...there.map(({ name }) => qemu.removeLink(name)),
    ...(namespace ? [qemu.removeNamespace(places)] : []),
  ]) {
    const { exitCode, stderr } = await root.run(argv, { anyExitCode: true });
    if (exitCode !== 0) said.push(stderr.trim());
  }
  return said;
}

async function change(root: Root, argv: Argv): Promise<void> {
  try {
    await root.run(argv);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new ActionError('The network of the machines cannot be made on the runner.', {
      details: `${error.message}\n${error.details ?? ''}`,
      hint: 'It takes a network namespace, a bridge and virtual cables. A container has no right to make them: the runner has to be a Linux machine of its own. It also takes root, or sudo without a password. Without it: `network: user`.',
      cause: error,
    });
  }
}
