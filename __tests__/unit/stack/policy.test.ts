import { expect, test } from '@jest/globals';
import { ComposeError } from '../../../src/stack/findings.ts';
import { enforcePolicy } from '../../../src/stack/policy.ts';
import { composeProject, projectOf } from '../../support/compose-project.ts';

const POLICY = { maxServices: 2, maxTasks: 4 };

function refused(project: Parameters<typeof enforcePolicy>[0]): string[] {
  try {
    enforcePolicy(project, POLICY);
    return [];
  } catch (error) {
    if (error instanceof ComposeError) return error.findings.map(({ message }) => message);
    throw error;
  }
}

test.each([
  [
    'a mount of the node',
    { volumes: [{ type: 'bind', source: '/', target: '/host' }] },
    /`volumes`: \/ at \/host is of the node/,
  ],
  [
    'the socket of docker',
    { volumes: [{ type: 'bind', source: '/var/run/docker.sock', target: '/s' }] },
    /docker\.sock/,
  ],
  ['a named pipe', { volumes: [{ type: 'npipe', source: 'x', target: 'y' }] }, /of the node/],
  ['a cluster volume', { volumes: [{ type: 'cluster', source: 'x', target: 'y' }] }, /of the node/],
  ['capabilities', { cap_add: ['SYS_ADMIN'] }, /`cap_add`/],
  ['all rights', { privileged: true }, /`privileged`/],
  ['devices', { devices: ['/dev/sda'] }, /`devices`/],
  ['security options', { security_opt: ['seccomp:unconfined'] }, /`security_opt`/],
  ['the socket by its key', { use_api_socket: true }, /`use_api_socket`/],
  ['a credential spec', { credential_spec: { file: 'x' } }, /`credential_spec`/],
  ['the network of the node', { network_mode: 'host' }, /`network_mode: host`/],
  ['the processes of the node', { pid: 'host' }, /`pid: host`/],
  ['the users of the node', { userns_mode: 'host' }, /`userns_mode: host`/],
  ['a port of root', { ports: [{ target: 80, published: '443' }] }, /publishes 443/],
  [
    'a range that begins there',
    { ports: [{ target: 80, published: '1000-2000' }] },
    /publishes 1000-2000/,
  ],
  ['logs to somewhere', { logging: { driver: 'syslog' } }, /`logging`: syslog/],
  ['too many replicas', { deploy: { replicas: 5 } }, /5 replicas in all, at most 4/],
  ['too many by `scale`', { scale: 5 }, /5 replicas in all/],
])('%s is refused', (_name, service, message) => {
  expect(refused(projectOf(service))).toEqual([expect.stringMatching(message)]);
});

test.each([
  ['networks', { external: true }, /network x: `external`/],
  ['networks', { driver: 'macvlan' }, /network x: driver macvlan/],
  ['volumes', { external: true }, /volume x: `external`/],
  ['volumes', { driver: 'sshfs' }, /volume x: driver sshfs/],
  ['volumes', { driver_opts: { type: 'none', o: 'bind', device: '/' } }, /volume x: `driver_opts`/],
  ['configs', { external: true }, /config x: `external`/],
  ['secrets', { external: true }, /secret x: `external`/],
  ['secrets', { driver: 'vault' }, /secret x: driver vault/],
])('%s: %j is refused', (kind, object, message) => {
  const project = composeProject({ services: { web: { image: 'web' } }, [kind]: { x: object } });
  expect(refused(project)).toEqual([expect.stringMatching(message)]);
});

test('too many services are refused', () => {
  const web = { image: 'web' };
  expect(refused(composeProject({ services: { a: web, b: web, c: web } }))).toEqual([
    expect.stringMatching(/^3 services, at most 2/),
  ]);
});

test('what a stack keeps to itself is let through', () => {
  const web = {
    image: 'web',
    volumes: [
      { type: 'volume', source: 'data', target: '/data' },
      { type: 'tmpfs', target: '/tmp' },
    ],
    ports: [{ target: 80, published: '1024' }, { target: 81 }],
    cap_add: [],
    privileged: false,
    deploy: { replicas: 3 },
    logging: { driver: 'json-file' },
  };
  const project = composeProject({
    services: { web, api: { image: 'api', deploy: { mode: 'global' } } },
    networks: { front: { driver: 'overlay' }, back: null },
    volumes: { data: { driver: 'local' } },
    configs: { page: { content: 'x' } },
  });
  expect(refused(project)).toEqual([]);
});
