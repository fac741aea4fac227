import { chmodSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { runner } from '../../src/exec/runner.ts';
import { testCluster } from '../support/cluster.ts';
import { inside } from '../support/engine.ts';
import { type Hosts, startHosts } from '../support/hosts.ts';
import { type Registry, startRegistry } from '../support/registry.ts';

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

test('a private image is pulled on every node by the logins of the run, and a wrong password is told before anything changes', async () => {
  await using hosts = await startHosts(2);
  await using registry = await startRegistry(hosts.network, `${hosts.network}-registry`);
  await using cluster = testCluster('registry');
  const image = `${registry.host}/private/hello:1`;
  await push(hosts, registry, image);
  cluster.write('compose.yaml', `services: {web: {image: '${image}', deploy: {mode: global}}}\n`);
  const [a, b] = hosts.addresses;
  const env = { NODE_EXTRA_CA_CERTS: registry.authorityFile };
  const given = {
    driver: 'ssh',
    hosts: `${a} manager\n${b}`,
    'ssh-private-key': hosts.privateKey,
    'ssh-known-hosts': hosts.knownHosts,
    'stack-name': 'shop',
    'stable-for': '0s',
    teardown: 'always',
  };
  const before = await Promise.all([hosts.state(1), hosts.state(2)]);

  const refused = await cluster.up(
    { ...given, registries: `${registry.host} ci wrong-password` },
    env,
  );
  expect(refused.outputs.status).toBe('image');
  expect(refused.annotations.map(({ message }) => message).join('\n')).toContain(
    `${image}: ${registry.host} refuses ci of \`registries\`: HTTP 401`,
  );
  expect(refused.lines.join('\n')).not.toContain('wrong-password');
  const pulled = await cluster.up(
    { ...given, registries: `${registry.host} ${registry.user} ${registry.password}` },
    env,
  );
  expect(pulled.conclusion).toBe('success');
  expect(
    await hosts.on(1, "docker service ps shop_web --format '{{.CurrentState}}' | cut -d' ' -f1"),
  ).toBe('Running\nRunning');
  for (const host of [1, 2]) {
    expect(await hosts.on(host, `docker image ls -q ${registry.host}/private/hello | wc -l`)).toBe(
      '1',
    );
    expect(await hosts.on(host, 'ls -A /tmp; ls /root/.docker 2>/dev/null')).toBe('');
  }
  expect(pulled.lines.join('\n')).not.toContain(registry.password);

  cluster.write(
    'docker-credential-test',
    `#!/bin/sh\n[ "$1 $(cat)" = "get ${registry.host}" ] && printf '{"Username":"ci","Secret":"%s"}' '${registry.password}'\n`,
  );
  chmodSync(join(cluster.workspace, 'docker-credential-test'), 0o755);
  cluster.write(
    'config.json',
    JSON.stringify({
      credHelpers: { [registry.host]: 'test' },
      cliPluginsExtraDirs: [join(homedir(), '.docker/cli-plugins')],
    }),
  );
  cluster.write('compose.yaml', `services: {api: {image: '${image}'}}\n`);
  const helped = await cluster.up(
    { ...given, 'registry-auth': 'true' },
    {
      ...env,
      DOCKER_CONFIG: cluster.workspace,
      PATH: `${cluster.workspace}:${process.env.PATH}`,
    },
  );
  expect(helped.lines.join('\n')).toContain(`${image}  ${registry.host} lets ci have it`);
  expect(helped.conclusion).toBe('success');
  expect(helped.lines.join('\n')).not.toContain(registry.password);

  expect((await cluster.post(helped, given)).conclusion).toBe('success');
  for (const host of [1, 2]) await hosts.on(host, 'docker image rm $(docker image ls -q)');
  expect(await Promise.all([hosts.state(1), hosts.state(2)])).toEqual(before);
}, 240_000);

/**
 * What an earlier workflow would have done: from the engine of the first host, which then knows
 * nothing of it any more.
 */
async function push(hosts: Hosts, registry: Registry, image: string): Promise<void> {
  const [first = ''] = hosts.names;
  for (const name of hosts.names) {
    await inside(
      name,
      `mkdir -p '/etc/docker/certs.d/${registry.host}'; cat >'/etc/docker/certs.d/${registry.host}/ca.crt' <<'X'\n${registry.authority}\nX`,
    );
  }
  await runner.run([
    'sh',
    '-c',
    'docker save "$1" | docker exec -i "$2" docker load',
    'sh',
    HELLO_IMAGE,
    first,
  ]);
  const said = await inside(
    first,
    `set -e; docker tag ${HELLO_IMAGE} ${image}
    echo '${registry.password}' | docker login --username ${registry.user} --password-stdin ${registry.host}
    docker push --quiet ${image}; docker logout ${registry.host}; rm -r /root/.docker
    docker image rm ${image} ${HELLO_IMAGE}`,
  );
  expect(said).toContain(`Deleted`);
}
