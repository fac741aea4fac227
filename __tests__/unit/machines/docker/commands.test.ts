import { expect, test } from '@jest/globals';
import { quote } from '../../../../src/exec/quote.ts';
import * as docker from '../../../../src/machines/docker/commands.ts';
import { ownerLabels } from '../../../../src/machines/ownership.ts';

const node: docker.NodeContainer = {
  name: 'shop-1',
  network: 'shop',
  image: 'swarm-up-node:abc',
  labels: ownerLabels({ cluster: 'shop', repository: '42', run: '7/test/up' }),
  privilege: 'privileged',
  kernelModules: undefined,
  cpus: undefined,
  memory: undefined,
  publish: [],
};
const LABELS =
  '--label=swarm-up.cluster=shop --label=swarm-up.repository=42 --label=swarm-up.run=7/test/up';
const VOLUME =
  '--mount=type=volume,target=/var/lib/docker,volume-label=swarm-up.cluster=shop,volume-label=swarm-up.repository=42,volume-label=swarm-up.run=7/test/up';
const BEGIN = `docker create --name=shop-1 --hostname=shop-1 --network=shop --restart=no ${LABELS}`;

test.each([
  [
    'a node',
    docker.createNode(node),
    `${BEGIN} --privileged --tmpfs=/run --tmpfs=/tmp:exec ${VOLUME} swarm-up-node:abc`,
  ],
  [
    'a node where not all rights can be granted',
    docker.createNode({ ...node, privilege: 'capabilities' }),
    `${BEGIN} --cap-add=ALL --cap-drop=SYS_RESOURCE --security-opt=seccomp=unconfined --security-opt=apparmor=unconfined --security-opt=systempaths=unconfined '--device-cgroup-rule=a *:* rwm' --cgroupns=host --volume=/sys/fs/cgroup:/sys/fs/cgroup:rw --tmpfs=/run --tmpfs=/tmp:exec ${VOLUME} swarm-up-node:abc`,
  ],
  [
    'a node with limits, ports and modules',
    docker.createNode({
      ...node,
      cpus: 1.5,
      memory: '2g',
      kernelModules: '/lib/modules',
      publish: [
        { port: 8080, protocol: 'tcp', hostPort: 8080 },
        { port: 53, protocol: 'udp', hostPort: 0 },
      ],
    }),
    `${BEGIN} --privileged --tmpfs=/run --tmpfs=/tmp:exec ${VOLUME} --mount=type=bind,source=/lib/modules,target=/lib/modules,readonly --cpus=1.5 --memory=2g --publish=127.0.0.1:8080:8080/tcp --publish=127.0.0.1::53/udp swarm-up-node:abc`,
  ],
  [
    'a node whose ports others reach',
    docker.createNode({
      ...node,
      bind: '::',
      publish: [{ port: 8080, protocol: 'tcp', hostPort: 18080 }],
    }),
    `${BEGIN} --privileged --tmpfs=/run --tmpfs=/tmp:exec ${VOLUME} '--publish=[::]:18080:8080/tcp' swarm-up-node:abc`,
  ],
  ['copying in', docker.copyInto('shop-1'), 'docker cp - shop-1:/'],
  ['starting', docker.start('shop-1'), 'docker start shop-1'],
  [
    'the network',
    docker.createNetwork('shop', { a: 'b' }),
    'docker network create --driver=bridge --label=a=b shop',
  ],
  [
    'listing containers',
    docker.listContainers('shop'),
    'docker ps --all --quiet --no-trunc --filter=label=swarm-up.cluster=shop',
  ],
  [
    'listing networks',
    docker.listNetworks({ cluster: 'shop', repository: '42' }),
    "docker network ls --format '{{.Name}}' --filter=label=swarm-up.cluster=shop --filter=label=swarm-up.repository=42",
  ],
  ['removing', docker.removeContainers(['a', 'b']), 'docker rm --force --volumes a b'],
])('%s', (_name, argv, line) => {
  expect(quote(argv)).toBe(line);
});

test('no published port is bound to another address than 127.0.0.1', () => {
  const argv = docker.createNode({
    ...node,
    publish: [{ port: 80, protocol: 'tcp', hostPort: 0 }],
  });
  const published = argv.filter((word) => word.startsWith('--publish'));
  expect(published).toEqual(['--publish=127.0.0.1::80/tcp']);
});
