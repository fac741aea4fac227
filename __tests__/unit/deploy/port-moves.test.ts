import { describe, expect, test } from '@jest/globals';
import { renderStack } from '../../../src/compose/render/render.ts';
import {
  describeMove,
  freePorts,
  portMoves,
  portsBetween,
} from '../../../src/deploy/port-moves.ts';
import { readWanted } from '../../../src/deploy/wanted.ts';
import type { PresentService } from '../../../src/stack/present.ts';
import { composeProject } from '../../support/compose-project.ts';
import { fakeEngine } from '../../support/fake-engine.ts';
import { presentService, presentWith } from '../../support/present.ts';

type Published = readonly [port: number, mode?: 'ingress' | 'host', protocol?: string];

function holding(name: string, ...ports: readonly Published[]): PresentService {
  const Ports = ports.map(([PublishedPort, PublishMode = 'ingress', Protocol = 'tcp']) => ({
    ...{ PublishedPort, PublishMode, Protocol, TargetPort: 80 },
  }));
  return presentService(name, { EndpointSpec: { Ports } });
}

async function moves(
  file: Readonly<Record<string, readonly Published[]>>,
  services: readonly PresentService[],
  prune = true,
) {
  const model = Object.fromEntries(
    Object.entries(file).map(([name, ports]) => [
      name,
      {
        image: 'x',
        ports: ports.map(([published, mode = 'ingress', protocol = 'tcp']) => ({
          ...{ target: 80, published: String(published), mode, protocol },
        })),
      },
    ]),
  );
  const wanted = readWanted(
    await renderStack(composeProject({ services: model }), { stackName: 'shop' }),
  );
  const found = portMoves(wanted, presentWith({ services }), { stack: 'shop', prune });
  return { found, said: found.map((move) => describeMove('shop', move)) };
}

describe('portMoves', () => {
  test('two services that exchange their ports both let go first', async () => {
    const { said } = await moves({ blue: [[8102]], green: [[8101]] }, [
      holding('shop_blue', [8101]),
      holding('shop_green', [8102]),
    ]);
    expect(said).toEqual([
      'port 8102/tcp: from service green to service blue',
      'port 8101/tcp: from service blue to service green',
    ]);
  });

  test('a service that was renamed gives its port to the new one, if the old one goes', async () => {
    const services = [holding('shop_web', [8104])];
    expect((await moves({ proxy: [[8104]] }, services)).said).toEqual([
      'port 8104/tcp: from service web to service proxy',
    ]);
    expect((await moves({ proxy: [[8104]] }, services, false)).said).toEqual([]);
  });

  test.each<[string, Readonly<Record<string, readonly Published[]>>, readonly PresentService[]]>([
    ['what stays where it is', { web: [[80]] }, [holding('shop_web', [80])]],
    ['another protocol', { dns: [[53, 'ingress', 'udp']] }, [holding('shop_old', [53])]],
    ['a port of the node itself, twice', { a: [[80, 'host']] }, [holding('shop_b', [80, 'host'])]],
    ['what another stack has', { web: [[80]] }, [holding('blog_web', [80])]],
  ])('%s does not move', async (_what, file, services) => {
    expect((await moves(file, services)).said).toEqual([]);
  });

  test('a port of the node that becomes one of the mesh moves', async () => {
    const { said } = await moves({ web: [[80]] }, [holding('shop_old', [80, 'host'])]);
    expect(said).toHaveLength(1);
  });
});

test('a holder keeps its other ports, and all else of its spec', async () => {
  const web = holding('shop_web', [80], [443], [53, 'ingress', 'udp']);
  const { found } = await moves({ proxy: [[443]], dns: [[53]] }, [web]);
  const engine = fakeEngine({});
  await freePorts(engine.api, found, new AbortController().signal);
  expect(engine.told).toEqual(['POST /services/id-shop_web/update']);
  const Ports = web.Spec.EndpointSpec?.Ports?.filter(({ PublishedPort }) => PublishedPort !== 443);
  expect(engine.bodies).toEqual([{ ...web.Spec, EndpointSpec: { Ports } }]);
});

test('on the way back the same ports are let go of', () => {
  const [blue, green] = [holding('shop_blue', [8102]), holding('shop_green', [8101])];
  const before = [holding('shop_blue', [8101]), holding('shop_green', [8102])];
  const found = portsBetween(
    [blue, green],
    before.map(({ Spec }) => Spec),
  );
  expect(found.map(({ port, from, to }) => [port.published, from.Spec.Name, to])).toEqual([
    [8101, 'shop_green', 'shop_blue'],
    [8102, 'shop_blue', 'shop_green'],
  ]);
  expect(
    portsBetween(
      before,
      before.map(({ Spec }) => Spec),
    ),
  ).toEqual([]);
});
