import type { ComposeFileObject, ComposeModel, ComposeNetwork, ComposeVolume } from '../model.ts';
import { free, keys, never, object, only, type Rule, type Rules } from './rule.ts';
import { labelRule } from './service-rules.ts';

const external = never("`external` is somebody else's. Declare one of the stack's own.");
const driver = (own: string) =>
  only<string>([own], (other) => `driver ${other}. Only ${own} is let through. Leave it out.`);
const ownDriver: Rule<string> = (other, { refuse }) =>
  refuse(`driver ${other}. Only the swarm itself may keep it. Leave it out.`);

/**
 * Overlay networks that share a VXLAN number are one network, so no other option of the driver is
 * let through.
 */
const NETWORK_OPTIONS = ['encrypted', 'com.docker.network.driver.mtu'];

type Ipam = NonNullable<ComposeNetwork['ipam']>;

const network: Rules<ComposeNetwork> = {
  name: free, // judged with its key
  driver: driver('overlay'),
  driver_opts: keys(
    (option) => NETWORK_OPTIONS.includes(option),
    (option) => `\`driver_opts\`: ${option} reaches the driver of the nodes. Leave it out.`,
  ),
  ipam: object<Ipam>({
    driver: driver('default'),
    config: free,
    options: never('`ipam.options` reach the driver of the nodes. Leave them out.'),
  }),
  external,
  internal: free,
  attachable: free,
  labels: labelRule,
  enable_ipv4: free,
  enable_ipv6: free,
};

const volume: Rules<ComposeVolume> = {
  name: free, // judged with its key
  driver: driver('local'),
  // `type: none, o: bind, device: /` makes a mount of the node of a named volume.
  driver_opts: never('`driver_opts` can mount any path of the node. Leave them out.'),
  external,
  labels: labelRule,
};

const fileObject: Rules<ComposeFileObject> = {
  name: free, // judged with its key
  file: free, // read from the workspace
  content: free,
  environment: free, // of the variables that the workflow gives
  external,
  labels: labelRule,
  driver: ownDriver,
  driver_opts: never('`driver_opts` are for a driver outside of the swarm. Leave them out.'),
  template_driver: only(
    ['golang'],
    (other) => `template driver ${other}. Only golang is let through.`,
  ),
};

export const OBJECT_KINDS = ['networks', 'volumes', 'configs', 'secrets'] as const;

/** Each key of an object of the stack that a stranger may use, and how. */
export const objectRules = {
  networks: object(network),
  volumes: object(volume),
  configs: object(fileObject),
  secrets: object(fileObject),
};

/**
 * Why the name of an object is not the stack's own to give; `undefined` when the stack itself gives
 * it.
 */
export function nameProblem(
  { name: stack }: Pick<ComposeModel, 'name'>,
  key: string,
  { name, external: isExternal }: Pick<ComposeVolume, 'name' | 'external'>,
): string | undefined {
  const own = `${stack}_${key}`;
  if (isExternal || !name || name === own) return undefined;
  return `\`name: ${name}\` may be that of another stack. Leave it out: it is ${own}.`;
}
