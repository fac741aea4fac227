import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { describeError } from '../../../src/base/errors.ts';
import type { Executor } from '../../../src/exec/executor.ts';
import { runner } from '../../../src/exec/runner.ts';
import { runnerConfigPath, runnerLogins } from '../../../src/registry/runner-logins.ts';

const folder = mkdtempSync(join(tmpdir(), 'docker-config-'));
const path = join(folder, 'config.json');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = { PATH: `${folder}:${process.env.PATH}` };
const withHelpers: Executor = {
  ...runner,
  run: (argv, options) => runner.run(['env', `PATH=${env.PATH}`, ...argv], options),
};

function helper(name: string, script: string): void {
  const file = join(folder, `docker-credential-${name}`);
  writeFileSync(file, `#!/bin/sh\nkey=$(cat)\n${script}\n`);
  chmodSync(file, 0o755);
}

async function loginsOf(config: unknown, ...registries: string[]) {
  writeFileSync(path, typeof config === 'string' ? config : JSON.stringify(config));
  const { signal } = new AbortController();
  const logins = await runnerLogins(withHelpers, path, registries, signal);
  return logins.map(({ registry, proof }) => ({ registry, ...proof }));
}

const auth = Buffer.from('me:pass:word').toString('base64');

test.each([
  ['by its host', { 'ghcr.io': { auth } }, 'ghcr.io'],
  ['by an address', { 'https://ghcr.io/v2/': { auth } }, 'ghcr.io'],
  ['of Docker Hub', { 'https://index.docker.io/v1/': { auth } }, 'docker.io'],
])('a login %s', async (_name, auths, registry) => {
  expect(await loginsOf({ auths }, registry)).toEqual([
    { registry, user: 'me', password: 'pass:word' },
  ]);
});

test('only the registries that are asked for, and nothing where there is no login or no config', async () => {
  const auths = { 'ghcr.io': { auth }, 'quay.io': { auth }, 'empty.io': {} };
  expect(await loginsOf({ auths }, 'empty.io', 'other.io')).toEqual([]);
  expect(await loginsOf({ auths: { 'ghcr.io': { identitytoken: 'T' } } }, 'ghcr.io')).toEqual([
    { registry: 'ghcr.io', identityToken: 'T' },
  ]);
  const { signal } = new AbortController();
  expect(await runnerLogins(runner, join(folder, 'nothing'), ['ghcr.io'], signal)).toEqual([]);
});

test('helpers: the one of the registry before the one for all; a token; none that it knows', async () => {
  helper('all', `printf '{"ServerURL":"x","Username":"all","Secret":"%s"}' "$key"`);
  helper('one', `printf '{"ServerURL":"x","Username":"<token>","Secret":"T"}'`);
  helper('none', 'echo credentials not found in native keychain; exit 1');
  const config = { credsStore: 'all', credHelpers: { 'one.io': 'one', 'none.io': 'none' } };
  expect(await loginsOf(config, 'docker.io', 'one.io', 'none.io')).toEqual([
    { registry: 'docker.io', user: 'all', password: 'https://index.docker.io/v1/' },
    { registry: 'one.io', identityToken: 'T' },
  ]);
});

test('what cannot be read is told without a word of it', async () => {
  const told = (config: unknown) =>
    loginsOf(config, 'ghcr.io').then(
      () => 'nothing',
      (error: unknown) => describeError(error),
    );
  expect(await told('{"auths": "secret"')).toMatch(
    /docker config of the runner cannot be read: .*config.json\n/,
  );
  expect(await told('{"auths": "secret"}')).not.toContain('secret"');
  helper('broken', 'echo the cloud is away >&2; exit 1');
  expect(await told({ credsStore: 'broken' })).toMatch(
    /docker-credential-broken did not give the login of ghcr.io.\n {2}the cloud is away\n/,
  );
  helper('odd', 'echo secret');
  expect(await told({ credsStore: 'odd' })).not.toContain('secret');
});

test('the config is where DOCKER_CONFIG says', () => {
  expect(runnerConfigPath({ DOCKER_CONFIG: '/x' })).toBe('/x/config.json');
  expect(runnerConfigPath({})).toMatch(/\.docker\/config\.json$/);
});
