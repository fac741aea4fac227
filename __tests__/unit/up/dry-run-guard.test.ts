import { Duplex } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { describeError } from '../../../src/base/errors.ts';
import { IN_NAMESPACES } from '../../../src/compose/policy/isolation.ts';
import * as stack from '../../../src/deploy/commands.ts';
import * as questions from '../../../src/deploy/node-questions.ts';
import { engineApi } from '../../../src/engine/api.ts';
import {
  AWAIT_SOCKET,
  CHOSEN_ENGINE,
  HIDDEN_ENGINE,
  INFO,
  PATH_OF_DOCKER,
} from '../../../src/engine/enter.ts';
import { installEngine } from '../../../src/engine/install.ts';
import type { Argv } from '../../../src/exec/argv.ts';
import type { Executor } from '../../../src/exec/executor.ts';
import { sudoDocker, withSudo } from '../../../src/exec/sudo.ts';
import { LIST_ADDRESSES } from '../../../src/machines/addresses.ts';
import { INCOMING_ADDRESS } from '../../../src/machines/advertised.ts';
import * as docker from '../../../src/machines/docker/commands.ts';
import { insideContainer } from '../../../src/machines/docker/inside.ts';
import * as qemu from '../../../src/machines/qemu/commands.ts';
import { clusterPlaces, machinePlaces } from '../../../src/machines/qemu/paths.ts';
import * as logs from '../../../src/stack/log-commands.ts';
import * as swarm from '../../../src/swarm/commands.ts';
import { dryRunGuard } from '../../../src/up/dry-run-guard.ts';

const DIAL: Argv = ['docker', 'system', 'dial-stdio'];
const { signal } = new AbortController();

/** An executor that does nothing, and remembers what it was asked for. */
function remembering(answer = ''): Executor & { readonly ran: Argv[]; readonly sent: string[] } {
  const ran: Argv[] = [];
  const sent: string[] = [];
  return {
    where: 'web-1',
    ran,
    sent,
    run: async (argv) => {
      ran.push(argv);
      return { exitCode: 0, stdout: '', stderr: '' };
    },
    open: async (argv) => {
      ran.push(argv);
      const stream: Duplex = new Duplex({
        read: () => {},
        write: (chunk: Buffer, _encoding, done) => {
          sent.push(chunk.toString());
          stream.push(answer);
          done();
        },
      });
      return stream;
    },
  };
}

const places = clusterPlaces('/state', 'shop');
const machine = machinePlaces(places, 1);
const node = {
  name: 'shop-1',
  network: 'shop',
  image: 'node',
  labels: {},
  privilege: 'privileged',
  kernelModules: undefined,
  cpus: undefined,
  memory: undefined,
  publish: [],
} as const;
const flags = {
  stack: 'shop',
  prune: true,
  resolveImage: 'always',
  withRegistryAuth: false,
  clientMajor: 28,
  without: [],
} as const;

const CHANGES: readonly Argv[] = [
  docker.createNode(node),
  docker.copyInto('shop-1'),
  docker.start('shop-1'),
  docker.removeContainers(['shop-1']),
  docker.createNetwork('shop', {}),
  docker.removeNetworks(['shop']),
  docker.createVolume('shop', {}),
  docker.removeVolumes(['shop']),
  docker.pullImage('node'),
  docker.buildImage('node', '/folder', {}),
  swarm.forceNewCluster('10.0.0.1'),
  swarm.leave(),
  swarm.probeIpvs(),
  swarm.removeContainers(['a']),
  swarm.promote(['a']),
  swarm.demote(['a']),
  swarm.setAvailability('a', 'drain'),
  swarm.removeNode('a'),
  swarm.labelNode('a', {}),
  swarm.removeGateway(),
  stack.stackDeploy(flags),
  stack.inTemporaryFolder('mark', stack.stackDeploy(flags)),
  stack.inTemporaryFolder('mark', INFO),
  qemu.createDisk(machine.disk, { path: '/base', format: 'raw' }, 1),
  qemu.convertImage(machine.disk, '/to'),
  qemu.createTap('tap', 0),
  ...qemu.plugIn(places, 'tap'),
  qemu.removeLink('tap'),
  qemu.removeNamespace(places),
  ['apt-get', 'install', '-y', 'docker.io'],
  ['docker', 'load', '--quiet'],
  ['docker', 'logout'],
  ['rm', '-rf', '/folder'],
  ['true'],
];

/** Forms of reads that would write, or tell what nobody has looked at. */
const NEAR: readonly Argv[] = [
  ['docker', 'compose', '-f', 'a.yaml', 'config', '--format', 'json', '--output', 'b.yaml'],
  ['docker', 'compose', '-f', 'a.yaml', '-o', 'b.yaml', 'config', '--format', 'json'],
  ['docker', 'compose', '-f', 'a.yaml', 'config', '--lock-image-digests'],
  ['docker', 'compose', '-f', 'a.yaml', 'up'],
  ['docker', 'compose', 'version', '--short', '--format', 'json'],
  [...logs.taskLogs('abc', 5), '--follow'],
  ['docker', 'service', 'logs', '--follow', '--timestamps', '--tail=5', 'shop_web'],
  ['docker', 'service', 'logs', '--timestamps', '--tail=5', '--follow'],
  ['docker', 'service', 'logs', '--timestamps', 'shop_web'],
  ['docker', 'compose', '-f', 'config', '--format', 'json'],
  ['docker-compose', '-f', 'a.yaml', 'up'],
  ['/opt/not-docker-compose', 'config', '--format', 'json'],
  ['env', '-u', 'A', 'docker', 'compose', 'config', '--format', 'json'],
  ['env', 'DOCKER_HOST=tcp://other', 'docker', 'compose', 'config', '--format', 'json'],
  [...IN_NAMESPACES, '/root', '/root/x', '/usr', '--', 'docker', 'compose', '-f', 'a.yaml', 'up'],
  [...IN_NAMESPACES, '/root', '/root/x', '/usr', '--', 'rm', 'a'],
  [...IN_NAMESPACES, '/root', '/root/x', '/usr', '--'],
  [...IN_NAMESPACES, '/root', '--', 'test', '-x', '-o'],
  ['unshare', '--user', 'sh', '-c', 'rm a', 'sh', '--', 'test', '-x', '/plugin'],
  ['docker-credential-pass', 'erase'],
  ['docker-credential-pass', 'store'],
  ['docker-credential-pass', 'get', 'more'],
  ['docker', '--host', 'tcp://other', 'info', '--format', '{{json .}}'],
  ['docker', 'container', 'inspect', '--size', 'a'],
  ['docker', 'exec', '--interactive', 'shop-1', 'docker', 'swarm', 'leave', '--force'],
  ['docker', 'exec', '--interactive', '--privileged', ...INFO],
  ['docker', 'exec', '--interactive', 'shop-1', 'docker', 'exec', '--interactive', 'a', ...INFO],
  ['sudo', '-n', 'ls', '/proc/sys/fs/binfmt_misc'],
  ['sudo', '-n', 'sh', '-c', 'rm a'],
  ['ls', '/proc/sys/fs/binfmt_misc', '/root'],
  ['sh', '-c', 'echo "$SSH_CONNECTION"; rm a'],
  ['sh', '-c', `${questions.missingPaths([])[2]}\nrm a`, 'swarm-up'],
  ['sh', '-c', 'rm a', 'swarm-up', '/a'],
  DIAL,
];

const ON_MACHINES: readonly Argv[] = [
  INFO,
  AWAIT_SOCKET,
  HIDDEN_ENGINE,
  PATH_OF_DOCKER,
  CHOSEN_ENGINE,
  INCOMING_ADDRESS,
  LIST_ADDRESSES,
  questions.existingVolumes(['data', '-strange']),
  questions.inspectVolumes(['data', '-strange']),
  questions.missingPaths(['/a b', '-c', '$(rm a)']),
  questions.listEmulators(),
  logs.taskLogs('abc', 30),
  logs.serviceLogs('shop_web', { tail: 100 }),
  logs.serviceLogs('shop_web', { tail: 100, sinceMs: 90_500 }),
  swarm.hasIpvs(),
];

const JSON_CONFIG = ['config', '--format', 'json'] as const;

const ON_RUNNER: readonly Argv[] = [
  ...ON_MACHINES,
  docker.engineVersion(),
  docker.listContainers('shop'),
  docker.inspectContainers(['a', 'b']),
  ['docker', 'image', 'inspect', 'ghcr.io/acme/shop:1@sha256:0', 'b'],
  ['docker-credential-ecr-login', 'get'],
  [
    'docker',
    'compose',
    '-f',
    'a',
    '-f',
    'b',
    '--profile',
    'x',
    '--project-name',
    'y',
    ...JSON_CONFIG,
  ],
  ['docker-compose', 'version', '--short'],
  ['docker-compose', '-f', 'a', ...JSON_CONFIG],
  ['C:\\Program Files\\Docker\\cli-plugins\\docker-compose.exe', '-f', 'a', ...JSON_CONFIG],
  [...IN_NAMESPACES, '/root', '/root/x', '/usr', '--', '/opt/bin/docker-compose', ...JSON_CONFIG],
  [...IN_NAMESPACES, '/root', '/root/x', '/usr', '--', 'test', '-x', '/plugin'],
  [
    ...IN_NAMESPACES,
    ...['/root', '/root/x', '/usr', '--', 'docker', 'compose', '-f', '-', ...JSON_CONFIG],
  ],
  insideContainer('shop-1', INFO),
  insideContainer('shop-1', questions.missingPaths(['/a'])),
];

const titled = (commands: readonly Argv[]) =>
  commands.map((argv) => [argv.join(' ').replace(/\s+/g, ' ').slice(0, 90), argv] as const);

describe('an executor that only reads', () => {
  test.each(titled([...CHANGES, ...NEAR]))('refuses %s', async (_title, argv) => {
    const inner = remembering();
    for (const executor of [dryRunGuard(inner), withSudo(dryRunGuard(inner))]) {
      await expect(executor.run(argv)).rejects.toThrow(
        'The dry run refused what is not known to only read on web-1.',
      );
    }
    expect(inner.ran).toEqual([]);
  });

  test.each(titled(ON_RUNNER))('runs %s', async (_title, argv) => {
    const inner = remembering();
    await dryRunGuard(inner).run(argv);
    expect(inner.ran).toEqual([argv]);
  });

  test.each(titled(ON_MACHINES))('runs on a machine, with sudo too, %s', async (_title, argv) => {
    const inner = remembering();
    await dryRunGuard(inner).run(argv);
    await withSudo(dryRunGuard(inner)).run(argv);
    expect(inner.ran).toEqual([argv, sudoDocker(argv)]);
  });

  test('names the command, says that it is our fault, and shows no long script whole', async () => {
    const log = { info: () => {}, warning: () => {} };
    const inner = remembering();
    const short = await dryRunGuard(inner)
      .run(['docker', 'swarm', 'leave'])
      .catch((error: unknown) => error);
    expect(describeError(short)).toBe(
      [
        'The dry run refused what is not known to only read on web-1.',
        '  docker swarm leave',
        'Nothing was changed. This is a fault of Swarm Up and not of your inputs: please report it with these lines.',
      ].join('\n'),
    );
    const scripted = await installEngine(dryRunGuard(inner), 'root', { log, signal }).catch(
      (error: unknown) => error,
    );
    expect(describeError(scripted).length).toBeLessThan(700);
    expect(inner.ran).toEqual([]);
  });

  test('opens a way to the engine and to nothing else', async () => {
    const inner = remembering();
    const executor = dryRunGuard(inner);
    for (const argv of [['docker', 'save', 'a'], ['sh'], INFO] as const) {
      await expect(executor.open(argv)).rejects.toThrow('not known to only read');
    }
    expect(inner.ran).toEqual([]);
    await executor.open(DIAL);
    await executor.open(insideContainer('shop-1', DIAL));
    await withSudo(executor).open(DIAL);
    expect(inner.ran).toEqual([DIAL, insideContainer('shop-1', DIAL), ['sudo', '-n', ...DIAL]]);
  });
});

describe('the engine of a dry run', () => {
  const body = '[{"ID":"a"}]';
  const answer = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

  test('answers questions', async () => {
    const inner = remembering(answer);
    using api = engineApi(dryRunGuard(inner));
    const schema = z.array(z.object({ ID: z.string() }));
    expect(await api.get('/services', { status: 'true' }, schema)).toEqual([{ ID: 'a' }]);
    expect(await api.get('/services/a', {}, schema)).toEqual([{ ID: 'a' }]);
    expect(inner.sent).toHaveLength(2);
  });

  test.each(['/containers/a/attach/ws', '/images/get', '/events', '/services/a/logs'])(
    'is not asked for %s',
    async (path) => {
      const inner = remembering(answer);
      using api = engineApi(dryRunGuard(inner));
      await expect(api.get(path, {}, z.unknown())).rejects.toThrow('not known to only read');
      expect(inner.ran).toEqual([]);
    },
  );

  test('is told nothing', async () => {
    const inner = remembering(answer);
    using api = engineApi(dryRunGuard(inner));
    const told = [
      api.post('/swarm/unlock', {}, { UnlockKey: 'swordfish' }),
      api.post('/configs/create', {}, {}),
      api.delete('/services/a'),
    ];
    for (const [at, result] of (await Promise.allSettled(told)).entries()) {
      const words = result.status === 'rejected' ? describeError(result.reason) : '';
      expect(words).toContain(['POST /swarm/unlock', 'POST /configs', 'DELETE /services/a'][at]);
      expect(words).not.toContain('swordfish');
    }
    expect(inner.ran).toEqual([]);
  });

  test.each([
    'POST /swarm/leave HTTP/1.1\r\nHost: docker\r\n\r\n',
    'GET /services HTTP/1.1\r\nHost: docker\r\n\r\nPOST /swarm/leave HTTP/1.1\r\n\r\n',
    'GET /services HTTP/1.1\r\nContent-Length: 3\r\n\r\n',
    'GET /containers/a/attach/ws HTTP/1.1\r\nHost: docker\r\n\r\n',
    'GET /services HTTP/1.1\r\nUpgrade: tcp\r\n\r\n',
    'GET /services HTTP/1.1\r\n',
  ])('gets nothing else by its stream either: %j', async (text) => {
    const inner = remembering(answer);
    const stream = await dryRunGuard(inner).open(DIAL);
    const failed = new Promise<Error>((resolve) => stream.once('error', resolve));
    stream.write(text);
    expect((await failed).message).toContain('not known to only read');
    expect(inner.sent).toEqual([]);
  });
});
