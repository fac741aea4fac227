import type { Argv } from '../../exec/argv.ts';
import { inUrl } from '../addresses.ts';
import type { PublishedPort } from '../driver.ts';
import { LOCAL } from '../local-ports.ts';
import { CLUSTER_LABEL, type ClusterId, type Labels, REPOSITORY_LABEL } from '../ownership.ts';

/** How a node is given the rights that a dockerd needs. */
export type Privilege = 'privileged' | 'capabilities';

export interface NodeContainer {
  readonly name: string;
  readonly network: string;
  readonly image: string;
  readonly labels: Labels;
  readonly privilege: Privilege;
  /**
   * `/lib/modules` of the runner, so that the node can have kernel modules loaded; undefined where
   * there is none.
   */
  readonly kernelModules: string | undefined;
  readonly cpus: number | undefined;
  readonly memory: string | undefined;
  /** Address of the runner at which ports are published; 127.0.0.1 where nothing is said. */
  readonly bind?: string | undefined;
  /** Published there; host port 0 lets the engine choose one. */
  readonly publish: readonly (PublishedPort & { readonly hostPort: number })[];
}

/**
 * What `--privileged` gives, where the engine may not grant all of it: it has no CAP_SYS_RESOURCE
 * to hand on.
 */
const CAPABILITIES = [
  '--cap-add=ALL',
  '--cap-drop=SYS_RESOURCE',
  '--security-opt=seccomp=unconfined',
  '--security-opt=apparmor=unconfined',
  '--security-opt=systempaths=unconfined',
  '--device-cgroup-rule=a *:* rwm',
  '--cgroupns=host',
  '--volume=/sys/fs/cgroup:/sys/fs/cgroup:rw',
];

/** The flags that give a container the rights of a node. */
export function privilegeFlags(privilege: Privilege): readonly string[] {
  return privilege === 'privileged' ? ['--privileged'] : CAPABILITIES;
}

/** The flag with which everything of a cluster is created. */
export function labelFlag(key: string, value: string): string {
  return `--label=${key}=${value}`;
}

function labelFlags(labels: Labels): string[] {
  return Object.entries(labels).map(([key, value]) => labelFlag(key, value));
}

export function createNode(node: NodeContainer): Argv {
  const volumeLabels = Object.entries(node.labels).map(
    ([key, value]) => `volume-label=${key}=${value}`,
  );
  return [
    'docker',
    'create',
    `--name=${node.name}`,
    `--hostname=${node.name}`,
    `--network=${node.network}`,
    '--restart=no',
    ...labelFlags(node.labels),
    ...privilegeFlags(node.privilege),
    '--tmpfs=/run',
    '--tmpfs=/tmp:exec',
    // Without a name of its own the volume goes with the container; with labels it is found if it
    // does not.
    `--mount=${['type=volume', 'target=/var/lib/docker', ...volumeLabels].join(',')}`,
    ...(node.kernelModules === undefined
      ? []
      : [`--mount=type=bind,source=${node.kernelModules},target=/lib/modules,readonly`]),
    ...(node.cpus === undefined ? [] : [`--cpus=${node.cpus}`]),
    ...(node.memory === undefined ? [] : [`--memory=${node.memory}`]),
    ...node.publish.map(
      ({ hostPort, port, protocol }) =>
        `--publish=${inUrl(node.bind ?? LOCAL)}:${hostPort === 0 ? '' : hostPort}:${port}/${protocol}`,
    ),
    node.image,
  ];
}

/** Unpacks the tar archive on standard input into a container, running or not. */
export function copyInto(container: string): Argv {
  return ['docker', 'cp', '-', `${container}:/`];
}

export function start(container: string): Argv {
  return ['docker', 'start', container];
}

/** What sshd and dockerd of a node have said. */
export function logs(container: string): Argv {
  return ['docker', 'logs', '--tail', '2000', container];
}

export function inspectContainers(containers: readonly string[]): Argv {
  return ['docker', 'container', 'inspect', ...containers];
}

/** Also removes the volumes without a name. */
export function removeContainers(containers: readonly string[]): Argv {
  return ['docker', 'rm', '--force', '--volumes', ...containers];
}

export function createNetwork(name: string, labels: Labels): Argv {
  return ['docker', 'network', 'create', '--driver=bridge', ...labelFlags(labels), name];
}

export function removeNetworks(networks: readonly string[]): Argv {
  return ['docker', 'network', 'rm', ...networks];
}

export function createVolume(name: string, labels: Labels): Argv {
  return ['docker', 'volume', 'create', ...labelFlags(labels), name];
}

export function removeVolumes(volumes: readonly string[]): Argv {
  return ['docker', 'volume', 'rm', '--force', ...volumes];
}

const label = (key: string, value: string): string => `--filter=label=${key}=${value}`;

/** All machines that have the name of a cluster, whoever's it is. */
export function listContainers(cluster: string): Argv {
  return ['docker', 'ps', '--all', '--quiet', '--no-trunc', label(CLUSTER_LABEL, cluster)];
}

export function listNetworks({ cluster, repository }: ClusterId): Argv {
  const filters = [label(CLUSTER_LABEL, cluster), label(REPOSITORY_LABEL, repository)];
  return ['docker', 'network', 'ls', '--format', '{{.Name}}', ...filters];
}

/** Not `docker info`, which also starts every plugin of the client: three times as long. */
export function engineVersion(): Argv {
  return ['docker', 'version', '--format', '{{json .Server}}'];
}

/** Prints the config of an image as JSON. */
export function inspectImage(image: string): Argv {
  return ['docker', 'image', 'inspect', '--format', '{{json .Config}}', image];
}

/** A line for each step of each layer; with `--quiet` nobody could tell whether anything moves. */
export function pullImage(image: string): Argv {
  return ['docker', 'pull', image];
}

export function tagImage(image: string, name: string): Argv {
  return ['docker', 'tag', image, name];
}

export function loadImage(file: string): Argv {
  return ['docker', 'load', '--quiet', '--input', file];
}

export function saveImage(image: string, file: string): Argv {
  return ['docker', 'save', '--output', file, image];
}

export function buildImage(tag: string, folder: string, labels: Labels): Argv {
  return ['docker', 'build', ...labelFlags(labels), '--tag', tag, folder];
}
