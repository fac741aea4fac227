import { expect, test } from '@jest/globals';
import { EngineRefusal } from '../../../src/engine/api.ts';
import { setIngressMtu } from '../../../src/swarm/ingress.ts';
import { fakeEngine } from '../../support/fake-engine.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const OPTION = 'com.docker.network.driver.mtu';
const IPAM = { Driver: 'default', Config: [{ Subnet: '10.0.0.0/24', Gateway: '10.0.0.1' }] };
const { signal } = new AbortController();

function swarm(Options: Record<string, string> | null, services: readonly object[] = []) {
  const networks = [
    { Id: 'b', Name: 'bridge', Options: {}, IPAM: null },
    { Id: 'i', Name: 'ingress', Ingress: true, Options, IPAM },
  ];
  const engine = fakeEngine({ '/networks': networks, '/services': services });
  const said: string[] = [];
  const set = (isOurs = true) =>
    setIngressMtu(engine.api, {
      ...{ mtu: 1400, isOurs, signal, clock: virtualClock() },
      log: { info: (line) => said.push(line), warning: (line) => said.push(`warning: ${line}`) },
    });
  return { ...engine, said, set };
}

test('the network of the routing mesh is made anew with the MTU and the addresses it had', async () => {
  const { set, told, bodies, said } = swarm({
    'com.docker.network.driver.overlay.vxlanid_list': '4096',
  });
  await set();
  expect(told).toEqual(['DELETE /networks/i', 'POST /networks/create']);
  expect(bodies).toEqual([
    { Name: 'ingress', Driver: 'overlay', Ingress: true, Options: { [OPTION]: '1400' }, IPAM },
  ]);
  expect(said).toEqual(['The routing mesh (network ingress) was made anew with an MTU of 1400']);
});

test('where it has the MTU nothing is done', async () => {
  const { set, told, said } = swarm({ [OPTION]: '1400' });
  await set();
  expect([told, said]).toEqual([[], []]);
});

test('that of a swarm of others stays, and a warning has the commands', async () => {
  const { set, told, said } = swarm(null);
  await set(false);
  expect(told).toEqual([]);
  expect(said).toEqual([
    expect.stringMatching(
      /^warning: The routing mesh of this swarm, which was there before, .*docker network rm ingress, then docker network create --driver overlay --ingress --opt com\.docker\.network\.driver\.mtu=1400 ingress$/,
    ),
  ]);
});

test('while a service publishes ports by it, it stays and the service is named', async () => {
  const publishing = (Name: string, PublishMode: string) => ({
    Spec: { Name },
    Endpoint: { Ports: [{ PublishMode }] },
  });
  const { set, told, said } = swarm(null, [publishing('a', 'host'), publishing('b', 'ingress')]);
  await set();
  expect(told).toEqual([]);
  expect(said).toEqual([expect.stringContaining('because b publishes ports by it')]);
});

test('where the name stays taken, what to do is said', async () => {
  const { set, told, refuse } = swarm(null);
  refuse(
    'POST /networks/create',
    new EngineRefusal('POST /networks/create', 409, 'already exists'),
  );
  await expect(set()).rejects.toMatchObject({
    message: 'The network of the routing mesh could not be made anew.',
    details: 'already exists',
    hint: expect.stringContaining('On a manager: docker network create --driver overlay --ingress'),
  });
  expect(told.length).toBeGreaterThan(100);
});

test('where a run was cut off between removing and making it, it is made', async () => {
  const { set, told, bodies, answers } = swarm(null);
  answers['/networks'] = [];
  await set();
  expect(told).toEqual(['POST /networks/create']);
  expect(bodies).toMatchObject([{ Name: 'ingress', Options: { [OPTION]: '1400' } }]);
});
