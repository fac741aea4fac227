import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { Findings } from '../../compose/findings.ts';
import { inspect } from '../../engine/inspect.ts';
import type { Executor } from '../../exec/executor.ts';
import { inspectVolumes } from '../node-questions.ts';
import { nameInSwarm, type WantedObject, type WantedStack } from '../wanted.ts';

const map = z
  .record(z.string(), z.string())
  .nullish()
  .transform((found) => found ?? {});
const volumes = z.array(z.object({ Name: z.string(), Driver: z.string(), Options: map }));
type PresentVolume = z.infer<typeof volumes>[number];

/**
 * Compares the volumes of the stack that nodes have with what the file says: a volume that exists
 * is never changed. Warns if its options are others, and refuses another driver, as the engine does
 * to each task. Asks every node.
 */
export async function checkVolumeChanges(
  wanted: WantedStack,
  nodes: readonly Executor[],
  { stack, signal }: { readonly stack: string; readonly signal: AbortSignal },
  { refuse, warn }: Pick<Findings, 'refuse' | 'warn'>,
): Promise<void> {
  const used = volumesOf(wanted, stack);
  if (used.size === 0) return;
  const found = await Promise.all(
    nodes.map(async (node) => ({
      where: node.where,
      volumes: await volumesOn(node, [...used.keys()], signal),
    })),
  );
  for (const [name, { key, volume }] of used) {
    const has = found.flatMap(({ where, volumes: some }) =>
      some.filter(({ Name }) => Name === name).map((one) => ({ where, ...one })),
    );
    const driver = volume.driver ?? 'local';
    const otherDriver = has.filter(({ Driver }) => Driver !== driver);
    const [first] = otherDriver;
    if (first) {
      refuse(
        ['volumes', key, 'driver'],
        `volume ${key}: ${places(otherDriver)} has a volume ${name} with the driver ${first.Driver}, and the engine starts no task that asks for another. ${remedy(name)}`,
      );
    }
    const otherOptions = has.filter(
      (one) => !otherDriver.includes(one) && !isDeepStrictEqual(one.Options, optionsOf(volume)),
    );
    if (otherOptions.length > 0) {
      warn(
        ['volumes', key, 'driver_opts'],
        `volume ${key}: on ${places(otherOptions)} the volume ${name} keeps the options that it has, because a volume that exists is not changed. ${remedy(name)}`,
      );
    }
  }
}

/** Those that a service mounts and the file does not call external, by their name on the nodes. */
function volumesOf(
  wanted: WantedStack,
  stack: string,
): ReadonlyMap<string, { readonly key: string; readonly volume: WantedObject }> {
  const sources = Object.values(wanted.services).flatMap((service) =>
    (service.volumes ?? []).filter(({ type }) => type === 'volume').map(({ source }) => source),
  );
  return new Map(
    Object.entries(wanted.volumes)
      .filter(([key, { external }]) => !external && sources.includes(key))
      .map(([key, volume]) => [nameInSwarm(stack, key, volume), { key, volume }]),
  );
}

async function volumesOn(
  node: Executor,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly PresentVolume[]> {
  const options = { repeatable: true, signal };
  const { stdout } = await inspect(node, inspectVolumes(names), options);
  return volumes.parse(JSON.parse(stdout.trim() || '[]'));
}

function optionsOf({ driver_opts = {} }: WantedObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(driver_opts).map(([name, value]) => [name, String(value ?? '')]),
  );
}

function places(some: readonly { readonly where: string }[]): string {
  return some.map(({ where }) => where).join(', ');
}

function remedy(name: string): string {
  return `To have what the file says, give it another \`name\`. Or remove the stack, and then the volume there, with its data: docker volume rm ${name}`;
}
