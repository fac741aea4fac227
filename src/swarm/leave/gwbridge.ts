import { answeredTime } from '../../base/answered-time.ts';
import { type Clock, systemClock, until } from '../../base/clock.ts';
import { ActionError } from '../../base/errors.ts';
import type { DriverLog } from '../../base/log.ts';
import type { RunOptions } from '../../exec/executor.ts';
import type { ConnectedMachine } from '../../machines/connect.ts';
import * as swarm from '../commands.ts';

type Host = Pick<ConnectedMachine, 'name' | 'ssh'>;

export interface GatewayOptions {
  readonly signal: AbortSignal;
  readonly log: DriverLog;
  readonly clock?: Clock | undefined;
}

/**
 * How long a host that has just joined may take to attach itself to the routing mesh, in ms. Seen
 * on a busy one: more than 5 s.
 */
const ATTACH_MS = 30_000;
/** How long the engine of a host that has left may take to let go of the bridge, in ms. */
const REMOVE_MS = 10_000;
/** How long an engine that left before it was attached may still make the bridge anew, in ms. */
const SETTLE_MS = 3_000;
const POLL_MS = 200;

/** One end of the bridge. */
interface End {
  /** Of a container, or the name of a sandbox of the engine's own. */
  readonly id: string;
  readonly name: string;
}

/**
 * Waits until a node is attached to the routing mesh, and gives whether it is. One that leaves
 * before it is keeps the network `ingress` and its end of the bridge: the engine makes them
 * although it has left. Warns where it is not attached after `ATTACH_MS`.
 */
export async function untilAttached(
  host: Host,
  { signal, log, clock: given = systemClock }: GatewayOptions,
): Promise<boolean> {
  const clock = answeredTime(given);
  const look = async () =>
    (await readEnds(host, signal))?.some(({ name }) => name === swarm.INGRESS_END) ?? false;
  const wait = { clock, signal, limitMs: ATTACH_MS, everyMs: POLL_MS };
  if (await until(look, (isAttached) => isAttached, wait)) return true;
  log.warning(
    `${host.name} is not attached to the routing mesh after ${ATTACH_MS / 1000} s. It leaves all the same; whether its engine then keeps docker_gwbridge is looked at.`,
  );
  return false;
}

/**
 * Removes the bridge that joining has made on a host which has left, and gives whether it has gone.
 * It stays, with a warning, where containers of somebody are attached to it. With `wasAttached`
 * false the engine may still make it anew, which is waited for. Throws `ActionError` where it stays
 * for another reason after `REMOVE_MS`: the engine itself holds it, or refuses.
 */
export async function removeGateway(
  host: Host,
  wasAttached: boolean,
  { signal, log, clock: given = systemClock }: GatewayOptions,
): Promise<boolean> {
  const clock = answeredTime(given);
  const end = clock.now() + REMOVE_MS;
  let goneSince: number | undefined;
  for (;;) {
    const refusal = await tryToRemove(host, signal);
    const now = clock.now();
    goneSince = refusal === undefined ? (goneSince ?? now) : undefined;
    if (goneSince !== undefined && (wasAttached || now - goneSince >= SETTLE_MS)) return true;
    if (refusal !== undefined) {
      const ends = (await readEnds(host, signal)) ?? [];
      const theirs = await containersAt(host, ends, signal);
      if (theirs.length > 0) {
        log.warning(
          `${host.name} keeps docker_gwbridge, which joining made, because containers are attached to it: ${theirs.join(', ')}. Once they have gone, run \`down\` again.`,
        );
        return false;
      }
      if (now > end) throw stays(host, ends, refusal);
    }
    await clock.sleep(POLL_MS, signal);
  }
}

/** What the engine said as it refused; undefined where the bridge has gone. */
async function tryToRemove({ ssh }: Host, signal: AbortSignal): Promise<string | undefined> {
  const { exitCode, stderr } = await ssh.run(swarm.removeGateway(), asking(signal));
  if (exitCode === 0 || /not found|No such network/i.test(stderr)) return undefined;
  return stderr.trim();
}

/** Undefined where there is no bridge. */
async function readEnds({ ssh }: Host, signal: AbortSignal): Promise<End[] | undefined> {
  const { exitCode, stdout } = await ssh.run(swarm.listGatewayEnds(), asking(signal));
  return exitCode === 0 ? pairs(stdout) : undefined;
}

/**
 * The names of the containers that are attached. What the list of containers does not know is the
 * engine's own, or left of a container.
 */
async function containersAt(
  { ssh }: Host,
  ends: readonly End[],
  signal: AbortSignal,
): Promise<string[]> {
  if (ends.length === 0) return [];
  const { stdout } = await ssh.run(swarm.listContainers(), { repeatable: true, signal });
  const attached = new Set(ends.map(({ id }) => id));
  return pairs(stdout)
    .filter(({ id }) => attached.has(id))
    .map(({ name }) => name);
}

function pairs(stdout: string): End[] {
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [id = '', ...words] = line.trim().split(' ');
      return { id, name: words.join(' ') };
    });
}

function stays({ name }: Host, ends: readonly End[], refusal: string): ActionError {
  const attached = ends.map((end) => end.name).join(', ');
  const isHeld = attached !== '';
  return new ActionError(
    `${name} has left the swarm, and docker_gwbridge, which joining made, is still there.`,
    {
      details: isHeld ? `${refusal}\nattached, and of no container: ${attached}` : refusal,
      hint: isHeld
        ? `The engine lets go of it when it starts anew. On ${name}: systemctl restart docker && docker network rm docker_gwbridge\nOr restart it, then run \`down\` again.`
        : `On ${name}: docker network rm docker_gwbridge\nOr run \`down\` again.`,
    },
  );
}

function asking(signal: AbortSignal): RunOptions {
  return { anyExitCode: true, repeatable: true, signal };
}
