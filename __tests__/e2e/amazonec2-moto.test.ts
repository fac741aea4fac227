import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { runner } from '../../src/exec/runner.ts';
import { permissionsOf, permissionText } from '../../src/machines/amazonec2/api/security-rules.ts';
import { newInstance } from '../../src/machines/amazonec2/create-instance.ts';
import { destroyCluster } from '../../src/machines/amazonec2/destroy.ts';
import { listClusters, listMachines } from '../../src/machines/amazonec2/find.ts';
import { amazonec2Options } from '../../src/machines/amazonec2/options.ts';
import { preflight } from '../../src/machines/amazonec2/preflight.ts';
import { renew } from '../../src/machines/amazonec2/renew.ts';
import {
  amazonec2Trial,
  makeCluster,
  OWNER,
} from '../support/clouds/amazonec2/amazonec2-cluster.ts';
import { docker } from '../support/engine.ts';
import { until } from '../support/until.ts';

// The calls of the driver against moto, which others have written: a second witness beside the
// stand-in of the project. It starts no machines, and ends an instance at once.

const IMAGE = 'localhost/swarm-up-moto';
const PACKAGES = 'python3-moto python3-flask python3-flask-cors';
const BUILD_MS = 300_000;

/** moto's server in a container: where it answers. */
async function motoServer(): Promise<AsyncDisposable & { readonly endpoint: string }> {
  const install = 'DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends';
  await runner.run(['docker', 'build', '--quiet', '--tag', IMAGE, '-'], {
    stdin: `FROM debian:trixie-slim\nRUN apt-get update -qq && ${install} ${PACKAGES} >/dev/null\n`,
    ...{ env: { DOCKER_BUILDKIT: '0' }, timeoutMs: BUILD_MS },
  });
  const name = `moto-${randomBytes(4).toString('hex')}`;
  const server = ['python3', '-m', 'moto.server', '-H', '0.0.0.0', '-p', '5000'];
  const [program = '', ...args] = server;
  await docker('run', '--detach', `--name=${name}`, `--entrypoint=${program}`, IMAGE, ...args);
  const remove = async () => {
    await docker('rm', '--force', '--volumes', name);
  };
  const format = '{{.NetworkSettings.Networks.bridge.IPAddress}}';
  const endpoint = `http://${await docker('inspect', '--format', format, name)}:5000`;
  try {
    await until('moto answers', () =>
      fetch(endpoint).then(
        () => true,
        () => false,
      ),
    );
  } catch (error) {
    await remove();
    throw error;
  }
  return { endpoint, [Symbol.asyncDispose]: remove };
}

test('moto takes each call of a whole life, and nothing is left', async () => {
  await using moto = await motoServer();
  await using trial = await amazonec2Trial({}, moto.endpoint);
  // moto has not the images of today.
  const [image] = await trial.work().api.images('099720109477', '*', 'x86_64');
  const given = { image: image?.imageId, 'instance-type': 't3.small', 'root-size': 20 };
  const wanted = { cluster: OWNER, machines: 2, ttlMs: undefined };
  const options = amazonec2Options.parse(given);
  const { places, network } = await preflight(trial.work(), options, wanted);
  expect(await listClusters(trial.work())).toEqual([]);
  // The preflight passes over most of what is said of its dry runs; here they are to succeed.
  const labels = { Name: 'tried' };
  const about = { labels, userData: '', securityGroup: undefined };
  const { api } = trial.work();
  for (const place of places) await api.tryInstance(newInstance(options, place, about));
  await api.trySecurityGroup('tried', network.vpc.vpcId, labels);
  expect(await api.instances({})).toEqual([]);
  expect(await api.securityGroups({ 'group-name': ['tried'] })).toEqual([]);
  const made = await makeCluster(trial.work(), OWNER, 2, { ports: [80, 81], given });
  const sorted = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id).sort();
  expect(sorted(await listMachines(trial.work(), OWNER, 'public'))).toEqual(sorted(made));
  expect(made.map(({ address }) => address)).not.toContain('');

  await makeCluster(trial.work(), OWNER, 2, { ports: [443], given });
  const [group] = await trial.work().api.securityGroups({ 'tag:swarm-up.cluster': ['shop'] });
  const open = group ? permissionsOf(group).map(permissionText) : [];
  expect(open.filter((rule) => rule.endsWith('/0')).sort()).toEqual([
    ...['tcp 22-22 0.0.0.0/0', 'tcp 22-22 ::/0'],
    ...['tcp 443-443 0.0.0.0/0', 'tcp 443-443 ::/0'],
  ]);

  const expires = '2026-12-09T12:00:00Z';
  await renew(trial.work(), { ...OWNER, expires });
  expect(await listClusters(trial.work())).toMatchObject([{ owner: { ...OWNER, expires } }]);
  await destroyCluster(trial.work(), OWNER);
  expect(await listClusters(trial.work())).toEqual([]);
}, 400_000);
