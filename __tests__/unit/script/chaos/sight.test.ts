import { expect, test } from '@jest/globals';
import { readContainers, readObjects } from '../../../../script/chaos/sight.ts';

const LABELS = { 'com.docker.stack.namespace': 'shop' };

const SERVICE = {
  ID: 's1',
  Version: { Index: 12 },
  Spec: {
    Name: 'shop_web',
    Labels: LABELS,
    EndpointSpec: {
      Ports: [
        { Protocol: 'tcp', TargetPort: 8080, PublishedPort: 8080, PublishMode: 'ingress' },
        { Protocol: 'tcp', TargetPort: 8080, PublishedPort: 8090, PublishMode: 'host' },
      ],
    },
  },
  Endpoint: { Ports: [{ Protocol: 'tcp', TargetPort: 8080, PublishedPort: 8080 }] },
};
const CONFIG = {
  ID: 'c1',
  Version: { Index: 3 },
  Spec: { Name: 'swarm-up-lock-shop', Labels: {} },
};
const NETWORK = { Id: 'n1', Name: 'bridge', Labels: null };
const NODE = {
  Description: { Hostname: 'host-1' },
  Spec: { Labels: { zone: 'a', 'swarm-up.labels': 'zone' } },
};

test('what a host prints is read, each kind by its mark', () => {
  const text = [
    '== service',
    JSON.stringify(SERVICE),
    '== config',
    JSON.stringify(CONFIG),
    '== secret',
    '== network',
    JSON.stringify(NETWORK),
    '== node',
    JSON.stringify(NODE),
    '',
  ].join('\n');
  expect(readObjects(text)).toEqual({
    objects: [
      {
        ...{ kind: 'service', id: 's1', name: 'shop_web', stack: 'shop', version: 12 },
        ports: ['8080/tcp', '8090/tcp'],
      },
      {
        ...{ kind: 'config', id: 'c1', name: 'swarm-up-lock-shop', stack: undefined, version: 3 },
        ports: [],
      },
      {
        ...{ kind: 'network', id: 'n1', name: 'bridge', stack: undefined, version: 0 },
        ports: [],
      },
    ],
    labels: ['host-1: zone=a'],
  });
});

test('a host that is in no swarm has nothing but networks', () => {
  const text = `== service\n== config\n== secret\n== network\n${JSON.stringify(NETWORK)}\n== node\n`;
  expect(readObjects(text).objects.map(({ name }) => name)).toEqual(['bridge']);
});

test('something else is not read as nothing', () => {
  expect(() => readObjects('== service\n{"ID":"s1"}')).toThrow();
  expect(() => readObjects('== service\nno JSON')).toThrow();
});

test('containers have a state, and a stack where they are of one', () => {
  expect(readContainers(2, 'c1 running shop\nc2 exited \n')).toEqual([
    { host: 2, id: 'c1', state: 'running', stack: 'shop' },
    { host: 2, id: 'c2', state: 'exited', stack: undefined },
  ]);
});
