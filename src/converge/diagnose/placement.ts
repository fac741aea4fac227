import type { ServiceVerdict } from '../verdict.ts';
import type { Cause } from './cause.ts';

/** What a task holds until it has ended, of which `start-first` needs twice as much for a while. */
const stillHeld = (what: string): string =>
  `If \`update_config.order\` is \`start-first\`, the task that is to go still has ${what}: write \`stop-first\`.`;

/** The scheduler's filters, in its own words (swarmkit manager/scheduler/filter.go). */
const FILTERS: readonly (readonly [RegExp, Cause])[] = [
  [
    /scheduling constraints not satisfied/,
    {
      cause: 'no node satisfies its `placement.constraints`',
      hint: 'Compare `docker node inspect --format "{{.Spec.Labels}}" NODE` with the constraints, and correct either.',
    },
  ],
  [
    /insufficient resources/,
    {
      cause: 'no node has as much memory or as many CPUs free as it reserves',
      hint: `${stillHeld('what it reserved')} Else lower \`deploy.resources.reservations\`, or use more or larger nodes.`,
    },
  ],
  [
    /port already in use/,
    {
      cause: 'the host port it publishes is in use on every node that could run it',
      hint: `${stillHeld('the port')} With \`mode: host\` each node can run one task with that port. Use fewer replicas, more nodes, another port, or \`mode: ingress\`.`,
    },
  ],
  [
    /max replicas per node/,
    {
      cause: 'every node already runs as many of its tasks as `max_replicas_per_node` allows',
      hint: `${stillHeld('its place')} Else use fewer replicas, more nodes, or raise \`placement.max_replicas_per_node\`.`,
    },
  ],
  [
    /unsupported platform/,
    {
      cause: 'no node has a platform that its image is built for',
      hint: 'Build the image for the platform of the nodes (`docker buildx build --platform …`).',
    },
  ],
  [
    /missing plugin/,
    {
      cause: 'no node has the volume, network or log plugin that it needs',
      hint: 'Install the plugin on the nodes (`docker plugin install`).',
    },
  ],
  [
    /not available for new tasks/,
    {
      cause: 'the nodes that could run it take no tasks (paused, drained or down)',
      hint: 'Make them active again: `docker node update --availability active NODE`.',
    },
  ],
];

const NO_NODE = /^no suitable node/;
/** As `idleNodes` words it. */
const IDLE = /^(\S+) takes no tasks: (\S+)$/;

/** ` (node-1 is drained)`, and the commands that take that back. */
function idleIn(reasons: readonly string[]): { readonly names: string; readonly hint: string } {
  const found = reasons.flatMap((reason) => {
    const [, node, why] = IDLE.exec(reason) ?? [];
    return node && why ? [{ node, why }] : [];
  });
  const words: Readonly<Record<string, string>> = { drain: 'drained', pause: 'paused' };
  const names = found.map(({ node, why }) => `${node} is ${words[why] ?? why}`).join(', ');
  const active = found.filter(({ why }) => why in words);
  const commands = active.map(({ node }) => `\`docker node update --availability active ${node}\``);
  return {
    names: names && ` (${names})`,
    hint: commands.length === 0 ? '' : ` Make it active again: ${commands.join(', ')}.`,
  };
}

/**
 * Why tasks have no node. With `onlyKnown` nothing is said where no task complains; a global
 * service that was placed nowhere has no task to complain.
 */
export function causeByPlacement(verdict: ServiceVerdict): Cause;
export function causeByPlacement(verdict: ServiceVerdict, onlyKnown: true): Cause | undefined;
export function causeByPlacement(verdict: ServiceVerdict, onlyKnown = false): Cause | undefined {
  const idle = idleIn(verdict.reasons);
  const error = verdict.reasons.find((reason) => NO_NODE.test(reason));
  if (error === undefined) {
    return onlyKnown
      ? undefined
      : {
          cause: `There is no node for this service: none satisfies its \`placement.constraints\`, or none takes tasks${idle.names}.`,
          hint: `Compare the constraints with \`docker node ls\` and the labels of the nodes.${idle.hint}`,
        };
  }
  const found = FILTERS.filter(([pattern]) => pattern.test(error)).map(([, cause]) => cause);
  if (found.length === 0) {
    return {
      cause: 'There is no suitable node for a task of this service.',
      hint: "See the engine's own words, and `docker node ls`.",
    };
  }
  const waiting = verdict.desired - verdict.running;
  return {
    cause: `${waiting} of ${verdict.desired} tasks have no node: ${found.map(({ cause }) => cause).join('; ')}${idle.names}.`,
    hint: `${found.map(({ hint }) => hint).join(' ')}${idle.hint}`,
  };
}
