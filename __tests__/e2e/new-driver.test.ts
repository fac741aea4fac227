import { randomUUID } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { privilegeFlags } from '../../src/machines/docker/commands.ts';
import { generateKeyPair } from '../../src/ssh/keys/generate.ts';
import { testCluster } from '../support/cluster.ts';
import { docker } from '../support/engine.ts';
import { NODE_IMAGE } from '../support/sshd.ts';

const ROOT = join(import.meta.dirname, '../..');
const LINE = "  example: async () => (await import('./example/driver.ts')).exampleDriver,\n";

/** This action with one more driver, run from its sources. */
let action = '';

beforeAll(() => {
  action = mkdtempSync(join(tmpdir(), 'new-driver-'));
  cpSync(join(ROOT, 'src'), join(action, 'src'), { recursive: true });
  cpSync(join(ROOT, 'action.yml'), join(action, 'action.yml'));
  writeFileSync(join(action, 'package.json'), '{ "type": "module" }\n');
  symlinkSync(join(ROOT, 'node_modules'), join(action, 'node_modules'));
  for (const stage of ['main', 'post']) {
    mkdirSync(join(action, 'dist', stage), { recursive: true });
    writeFileSync(join(action, 'dist', stage, 'index.js'), `import '../../src/${stage}.ts';\n`);
  }
  const example = join(ROOT, '__tests__/support/example-driver');
  const folder = join(action, 'src/machines/example');
  cpSync(example, folder, { recursive: true });
  const source = readFileSync(join(folder, 'driver.ts'), 'utf8');
  writeFileSync(join(folder, 'driver.ts'), source.replaceAll("'../../../src/", "'../../"));
  const drivers = join(action, 'src/machines/drivers.ts');
  const text = readFileSync(drivers, 'utf8');
  writeFileSync(drivers, text.replace(/^ {2}docker: /m, `${LINE}  docker: `));
});

afterAll(() => rmSync(action, { recursive: true, force: true }));

test('a driver is one folder and one line: up, a preview that stays, status, sweep and post', async () => {
  await using cluster = testCluster('example', { action });
  const key = generateKeyPair('example');
  const env = { EXAMPLE_PUBLIC_KEY: key.publicKey, EXAMPLE_TOKEN: `token-${randomUUID()}` };
  const options = {
    image: NODE_IMAGE,
    flags: [
      ...privilegeFlags('capabilities'),
      '--tmpfs=/run',
      '--tmpfs=/tmp:exec',
      '--volume=/var/lib/docker',
    ],
  };
  const given = { driver: 'example', 'ssh-private-key': key.privateKey };
  const making = { ...given, 'driver-options': JSON.stringify(options), 'compose-file': '-' };
  const machines = () => docker('ps', '--all', '--quiet', '--filter=label=example');

  const unset = await cluster.up(making, { EXAMPLE_PUBLIC_KEY: '' });
  expect(unset.lines.join('\n')).toContain('EXAMPLE_PUBLIC_KEY is not set.');
  const wrong = await cluster.up({ ...making, 'driver-options': 'imag: x' }, env);
  expect(wrong.lines.join('\n')).toContain(
    'driver example has no option `imag`. Did you mean `image`?',
  );
  expect(await machines()).toBe('');

  const kept = await cluster.up({ ...making, teardown: 'never', ttl: '1h' }, env);
  expect(kept.conclusion).toBe('success');
  expect(kept.lines.join('\n')).toContain('2 machines, for nothing an hour');
  expect(kept.masks).toContain(env.EXAMPLE_TOKEN);
  expect((await cluster.post(kept, making, 'success', env)).conclusion).toBe('success');
  expect((await machines()).split('\n')).toHaveLength(2);

  const status = await cluster.up({ ...given, command: 'status' }, env);
  expect(status.lines.join('\n')).toMatch(/2 nodes/);
  // An option that finding does not need stops no removal.
  const odd = { ...given, 'driver-options': 'imag: x' };
  const swept = await cluster.up({ ...odd, command: 'sweep', 'dry-run': 'true' }, env);
  expect(swept.outputs.clusters).toContain(cluster.name);
  const down = await cluster.up({ ...odd, command: 'down' }, env);
  expect(down.lines.join('\n')).toContain(`container example-${cluster.name}-1`);
  expect(await machines()).toBe('');

  const gone = await cluster.up({ ...making, nodes: '1' }, env);
  expect(gone.conclusion).toBe('success');
  const post = await cluster.post(gone, { ...odd }, 'success', env);
  expect(post.lines.join('\n')).toContain(`Nothing of cluster ${cluster.name} is left.`);
  expect(await machines()).toBe('');
}, 120_000);
