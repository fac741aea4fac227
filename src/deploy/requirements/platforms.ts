import { listed } from '../../base/listed.ts';
import type { Findings } from '../../compose/findings.ts';
import { platformOfNodes } from '../../compose/render/deploy-key.ts';
import type { Executor } from '../../exec/executor.ts';
import { type Image, variantsOf } from '../../images/image.ts';
import { listEmulators } from '../node-questions.ts';

/** A node's platform in the words of `docker node inspect`: `linux`, `x86_64`. */
export interface NodePlatform {
  readonly name: string;
  readonly os: string;
  readonly architecture: string;
}

/** What decides where a service can run. */
export interface ServicePlatform {
  readonly service: string;
  /** As its key in the compose file says. */
  readonly platform: string | undefined;
  /** Name of the image. */
  readonly image: string;
  /** The image, where it is loaded into the nodes; of others only their registry knows. */
  readonly loaded: Image | undefined;
}

/** How images call the architectures that nodes call by the kernel's names. */
const OF_IMAGES: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  aarch64: 'arm64',
  armv6l: 'arm',
  armv7l: 'arm',
  armv8l: 'arm',
  i386: '386',
  i586: '386',
  i686: '386',
};

/** Processors that run what is built for another kind. */
const RUNS_TOO: Readonly<Record<string, string>> = { amd64: '386', arm64: 'arm' };

/** How QEMU calls some of them. */
const OF_QEMU: Readonly<Record<string, string>> = { ...OF_IMAGES, arm: 'arm', i386: '386' };

/** How many nodes of one platform are named. */
const NAMED = 5;

/**
 * The architectures, as images call them, that emulators in the kernels of these machines run
 * (`docker/setup-qemu-action`, binfmt_misc); asked for only where some service needs one.
 */
export async function emulatedFor(
  services: readonly ServicePlatform[],
  nodes: readonly NodePlatform[],
  machines: readonly Executor[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const strange = services.some(
    ({ loaded }) => loaded && !nodes.some((node) => runs(node, loaded)),
  );
  if (!strange) return [];
  const found = await Promise.all(
    machines.map((machine) =>
      machine.run(listEmulators(), { signal, repeatable: true, anyExitCode: true }),
    ),
  );
  return found.flatMap(({ stdout }) =>
    [...stdout.matchAll(/^qemu-(\w+)$/gm)].map(([, name = '']) => OF_QEMU[name] ?? name),
  );
}

/**
 * Refuses each service whose `platform`, or whose image, no node has, those aside that `emulated`
 * architectures run. Which nodes its placement constraints allow is not considered.
 */
export function checkPlatforms(
  services: readonly ServicePlatform[],
  nodes: readonly NodePlatform[],
  emulated: readonly string[],
  refuse: Findings['refuse'],
): void {
  if (nodes.length === 0) return;
  for (const { service, platform, image, loaded } of services) {
    if (platform !== undefined && !nodes.some((node) => isOf(node, platform))) {
      refuse(
        ['services', service, 'platform'],
        `service ${service}: no node has its platform ${platform}; the nodes are ${list(nodes)}. Take out \`platform\`, or write one of the nodes.`,
      );
    }
    const isEmulated =
      loaded &&
      variantsOf(loaded).some(
        ({ Os, Architecture }) => Os === 'linux' && emulated.includes(Architecture),
      );
    if (loaded && !isEmulated && !nodes.some((node) => runs(node, loaded))) {
      refuse(
        ['services', service, 'image'],
        `service ${service}: its image ${image} is built for ${platformOf(loaded)}, and no node can run that; the nodes are ${list(nodes)}. Build it for them (docker build --platform ${nameOf(nodes[0])}).`,
      );
    }
  }
}

/** As Swarm compares constraints. */
function isOf(node: NodePlatform, platform: string): boolean {
  const { os, architecture } = platformOfNodes(platform);
  const equal = (wanted: string | undefined, found: string) =>
    wanted === undefined || wanted.toLowerCase() === found.toLowerCase();
  return equal(os, node.os) && equal(architecture, node.architecture);
}

function runs(node: NodePlatform, image: Image): boolean {
  const own = OF_IMAGES[node.architecture] ?? node.architecture;
  return variantsOf(image).some(
    ({ Os, Architecture }) =>
      node.os === Os && (own === Architecture || RUNS_TOO[own] === Architecture),
  );
}

function platformOf(image: Image): string {
  return variantsOf(image)
    .map(({ Os, Architecture, Variant }) =>
      [Os, Architecture, ...(Variant ? [Variant] : [])].join('/'),
    )
    .join(' and ');
}

function nameOf(node: NodePlatform | undefined): string {
  if (!node) return '';
  return `${node.os}/${OF_IMAGES[node.architecture] ?? node.architecture}`;
}

/** `linux/amd64 (one, two), linux/arm64 (three)`. */
function list(nodes: readonly NodePlatform[]): string {
  return [...Map.groupBy(nodes, nameOf)]
    .map(([platform, those]) => {
      const names = those.map(({ name }) => name);
      return `${platform} (${listed(names, NAMED)})`;
    })
    .join(', ');
}
