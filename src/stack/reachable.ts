import type { Driver } from '../machines/driver.ts';
import type { Member } from '../swarm/form.ts';
import type { PublishedEndpoint } from './verify.ts';

/** The endpoints with the ports by which the runner reaches them, which the driver may have to lead there first. Places without a way are left out. */
export async function reachable(
  driver: Pick<Driver, 'lead'>,
  members: readonly Member[],
  endpoints: readonly PublishedEndpoint[],
): Promise<readonly PublishedEndpoint[]> {
  const ways = new Map(
    await Promise.all(
      members.map(async ({ machine }) => {
        const ports = endpoints.flatMap(({ places, protocol }) =>
          places
            .filter(({ node }) => node === machine.name)
            .map(({ port }) => `${port}/${protocol}`),
        );
        return [machine.name, await driver.lead?.(machine, ports)] as const;
      }),
    ),
  );
  return endpoints.map((endpoint) => ({
    ...endpoint,
    places: endpoint.places.flatMap((place) => {
      const there = ways.get(place.node);
      if (there === undefined) return [place];
      const port = there.get(`${place.port}/${endpoint.protocol}`);
      return port === undefined ? [] : [{ ...place, port }];
    }),
  }));
}
