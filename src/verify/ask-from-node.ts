import type { Argv } from '../exec/argv.ts';
import type { ConnectedMachine } from '../machines/connect.ts';
import type { Driver } from '../machines/driver.ts';
import type { Member } from '../swarm/form.ts';
import type { Place, PublishedEndpoint } from './verify.ts';

/**
 * How long a node may take to say whether one of its ports answers, in ms; it gives up earlier
 * itself.
 */
const ASK_MS = 20_000;

/**
 * The endpoints with the ports by which the runner reaches them, which the driver may have to lead
 * there first. Places without a way are left out. A connection that somebody else accepts on the
 * way proves nothing, so the node itself is asked for one.
 */
export async function reachable(
  driver: Pick<Driver, 'lead'>,
  members: readonly Member[],
  endpoints: readonly PublishedEndpoint[],
): Promise<readonly PublishedEndpoint[]> {
  const led = new Map<string, (place: Place, protocol: string) => Place[]>();
  await Promise.all(
    members.map(async ({ machine }) => {
      const ports = endpoints.flatMap(({ places, protocol }) =>
        places.filter(({ node }) => node === machine.name).map(({ port }) => `${port}/${protocol}`),
      );
      const forwards = await driver.lead?.(machine, ports);
      if (forwards === undefined) return;
      led.set(machine.name, (place, protocol) => {
        const port = forwards.get(`${place.port}/${protocol}`);
        const ask: Place['ask'] = (signal) => askOn(machine, place.port, signal);
        return port === undefined ? [] : [{ ...place, port, ask }];
      });
    }),
  );
  return endpoints.map((endpoint) => ({
    ...endpoint,
    places: endpoint.places.flatMap(
      (place) => led.get(place.node)?.(place, endpoint.protocol) ?? [place],
    ),
  }));
}

async function askOn(
  { ssh, advertise }: Pick<ConnectedMachine, 'ssh' | 'advertise'>,
  port: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const options = { signal, timeoutMs: ASK_MS, anyExitCode: true };
  const { exitCode, stdout, stderr } = await ssh.run(askForConnection(advertise, port), options);
  if (exitCode === 0) return undefined;
  return `${stderr}${stdout}`.trim() || `no connection on the node (exit code ${exitCode})`;
}

/** Ends with exit code 0 where something accepts a connection there. */
export function askForConnection(address: string, port: number): Argv {
  const script =
    'command -v bash >/dev/null || exec nc -z -w 3 "$1" "$2"; exec bash -c \'exec 3<>"/dev/tcp/$1/$2"\' bash "$1" "$2"';
  return ['timeout', '5', 'sh', '-c', script, 'sh', address, String(port)];
}
