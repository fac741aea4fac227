import type { ServiceVerdict, TaskView } from '../verdict.ts';
import type { Cause } from './cause.ts';
import { FREE_DISK } from './disk.ts';

interface Known {
  readonly pattern: RegExp;
  readonly explain: (found: RegExpExecArray, task: TaskView, where: string) => Cause;
}

const IMAGES_HINT =
  "The nodes do not have the runner's login. For a private image set `registry-auth: true` after a login step, or write the login into `registries`. An image that is on the runner gets into the nodes with the input `images`.";

/**
 * Errors as Docker Engine words them, the more telling ones first. An unhealthy container also ends
 * with 137, which says nothing then.
 */
const KNOWN: readonly Known[] = [
  {
    pattern: /unhealthy container/i,
    explain: (_, task, where) => ({
      cause: `The container${where} ran, but its healthcheck failed until the engine stopped it.`,
      hint: `Run the healthcheck's command by hand in a container of ${task.image}. If the program only needs longer to start, raise \`start_period\` or \`retries\` of its healthcheck.`,
    }),
  },
  {
    pattern: /no space left on device|disk quota exceeded/i,
    explain: (_found, _task, where) => ({
      cause: `The disk is full${where}, so tasks do not start there.`,
      hint: FREE_DISK,
    }),
  },
  {
    pattern: /no matching manifest|image operating system|cannot be used on this platform/i,
    explain: (_, { image }, where) => ({
      cause: `There is no ${image} for the platform of the node${where}.`,
      hint: 'Build the image for every platform of the swarm. Or keep the service on nodes that it was built for: `placement.constraints: [node.platform.arch == …]`.',
    }),
  },
  {
    pattern: /unauthorized|pull access denied|authentication required/i,
    explain: (_, { image }, where) => ({
      cause: `The registry refused ${image}${where}: it does not exist, or the login is missing.`,
      hint: `Check the name. ${IMAGES_HINT}`,
    }),
  },
  {
    pattern: /manifest unknown|manifest for .+ not found|repository .+ not found/i,
    explain: (_, { image }) => ({
      cause: `The registry knows no ${image}.`,
      hint: 'Check the tag, and that the image was pushed before this step.',
    }),
  },
  {
    pattern: /no such image/i,
    explain: (_, { image }, where) => ({
      cause: `The image ${image} is not there${where}, and could not be pulled.`,
      hint: `Check its name and tag, and that the nodes reach the registry. ${IMAGES_HINT}`,
    }),
  },
  {
    pattern: /range of CPUs is from \S+ to (\S+),/i,
    explain: ([, most], _, where) => ({
      cause: `The limit of CPUs is more than the node has${where}: ${most}.`,
      hint: 'Lower `deploy.resources.limits.cpus`, or keep the service on nodes that have as many (`placement.constraints`).',
    }),
  },
  {
    pattern: /unable to get (secret|config) from|(secret|config) .+ not found/i,
    explain: (found) => {
      const kind = (found[1] ?? found[2] ?? 'secret').toLowerCase();
      return {
        cause: `A ${kind} that the service uses is not in the swarm any more.`,
        hint: `Deploy again: the ${kind}s of the compose file are created anew. An \`external\` one must be created by hand first (\`docker ${kind} create\`).`,
      };
    },
  },
  {
    pattern: /bind source path does not exist: (.+)$/im,
    explain: ([, path], _, where) => ({
      cause: `The service mounts ${path}, which does not exist${where}.`,
      hint: 'A bind mount needs the path on every node that may run the task. Create it there, use a named volume, or hand files over as `configs`.',
    }),
  },
  {
    pattern: /invalid mount config|error while mounting volume|failed to mount local volume/i,
    explain: (_found, _task, where) => ({
      cause: `A volume of the service cannot be mounted${where}.`,
      hint: 'Check `volumes` of the service and the options of the volume on that node (`docker volume inspect`).',
    }),
  },
  {
    pattern: /error creating vxlan interface: file exists/i,
    explain: (_found, _task, where) => ({
      cause: `A VXLAN device of an earlier engine is left${where}, as one that was killed leaves it: the network of the service cannot be made.`,
      hint: 'Restart Docker Engine on that node. `ip -details link show type vxlan` shows the devices.',
    }),
  },
  {
    // As engines before 28 say it, and as later ones do.
    pattern:
      /bind for \S*?:(\d+) failed: port is already allocated|userland proxy: listen \w+ \S*?:(\d+): bind|bind host port (?:for )?\S*?:(\d+)[:/]\S+ address already in use|port is already allocated|address already in use/i,
    explain: ([, before28, ofProxy, port = before28 ?? ofProxy], _, where) => ({
      cause: `${port ? `Port ${port}` : 'A port of the service'} is taken${where} by something outside of the swarm.`,
      hint: 'Stop what listens there (`ss -ltnp` on the node), or publish another port. A `docker-proxy` that no container has (`docker ps`) was left by an engine that was killed. End it, or restart Docker Engine there.',
    }),
  },
  {
    pattern: /unable to set memory limit|memory limit .+ (?:too low|less than)/i,
    explain: () => ({
      cause: 'The memory limit of the service is too small for a container even to start.',
      hint: 'Raise `deploy.resources.limits.memory`.',
    }),
  },
  {
    pattern: /exec format error/i,
    explain: (_, { image }, where) => ({
      cause: `The program of ${image} is not built for the processor of the node${where}.`,
      hint: 'Build the image for the platform of the nodes (`docker buildx build --platform …`). A script without `#!` line gives the same error.',
    }),
  },
  {
    // As runc before 1.3 says it, and as later ones do.
    pattern:
      /open \/proc\/sys\/(\S+): no such file or directory|open sysctl (\S+) file: .*no such file or directory/i,
    explain: ([, path, name = path], _, where) => ({
      cause: `The kernel${where} has no setting ${(name ?? '').replaceAll('/', '.')}.`,
      hint: 'Check `sysctls` of the service for typing errors. The kernel of the node may lack the module that brings the setting.',
    }),
  },
  {
    // Other files may be missing, too: of a mount, a device, a setting.
    pattern:
      /exec:? "?([^":\s]+)"?.*(?:executable file not found|no such file or directory)|executable file not found/i,
    explain: ([, program], { image }) => ({
      cause: `The command of the service${program ? `, ${program},` : ''} is not in ${image}.`,
      hint: 'Check `command` and `entrypoint` for typing errors. A script may also name an interpreter that is missing, or have Windows line ends.',
    }),
  },
  {
    pattern: /exec: "?([^":]+)"?.*permission denied/i,
    explain: ([, program], { image }) => ({
      cause: `${program} in ${image} may not be executed.`,
      hint: 'Make it executable when the image is built (`chmod +x`), or name the right program in `command` or `entrypoint`.',
    }),
  },
  {
    pattern: /unable to find (user|group) ([^\s:]+)/i,
    explain: ([, kind, name], { image }) => ({
      cause: `${image} has no ${kind} named ${name}.`,
      hint: 'Use a number in `user`, or add the name to the image.',
    }),
  },
  {
    pattern: /network .+ not found|could not find network/i,
    explain: (_found, _task, where) => ({
      cause: `A network of the service is not there${where}.`,
      hint: 'It may have been removed by an earlier `docker stack rm` that was still going on. Deploy again.',
    }),
  },
];

/** What the engine's own words about a task say. */
export function causeByError(task: TaskView, { tasks }: ServiceVerdict): Cause | undefined {
  const error = task.error ?? '';
  for (const { pattern, explain } of KNOWN) {
    const found = pattern.exec(error);
    if (found) return explain(found, task, placesOf(task, tasks, pattern));
  }
  return undefined;
}

/** ` on node-1 and node-2`: every node that said the same. */
function placesOf(task: TaskView, tasks: readonly TaskView[], pattern: RegExp): string {
  const names = [task, ...tasks]
    .filter(({ error = '' }) => pattern.test(error))
    .flatMap(({ node }) => node ?? []);
  const unique = [...new Set(names)].sort();
  return unique.length === 0 ? '' : ` on ${new Intl.ListFormat('en').format(unique)}`;
}
