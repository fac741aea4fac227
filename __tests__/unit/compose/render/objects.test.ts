import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ComposeError } from '../../../../src/compose/findings.ts';
import { objectName } from '../../../../src/compose/render/names.ts';
import { renderStack } from '../../../../src/compose/render/render.ts';
import { objectNames, readWanted } from '../../../../src/deploy/wanted.ts';
import { anyCharacter } from '../../../support/any-character.ts';
import { composeProject, rendered } from '../../../support/compose-project.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'objects-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const web = { image: 'x' };

/** printf hello | sha256sum */
const HELLO = '2cf24dba5fb0';
const HELLO_HASH = `${HELLO}a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824`;
const versionOf = (key: string) => ({
  'swarm-up.object': key,
  'swarm-up.sha256': HELLO_HASH,
});

async function refusal(model: object): Promise<string | undefined> {
  const project = composeProject({ services: { web }, ...model }, { workspace: folder });
  const error = await rendered(project).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ComposeError);
  return (error as ComposeError).details;
}

test('content, environment and file travel beside the stack file under a name with their hash', async () => {
  const file = join(folder, 'hello');
  await writeFile(file, 'hello');
  const { file: parsed, stack } = await rendered(
    composeProject(
      {
        services: { web },
        configs: {
          inline: { name: 'stk_inline', content: 'hello' },
          named: { name: 'mine', content: 'hello', labels: { a: 'b' } },
          outside: { name: 'there', external: true },
        },
        secrets: {
          variable: { name: 'stk_variable', environment: 'TOKEN' },
          onDisk: { name: 'stk_onDisk', file },
          driven: { name: 'stk_driven', driver: 'vault', driver_opts: { path: 'a' } },
        },
      },
      { environment: new Map([['TOKEN', 'to$ken\n']]) },
    ),
  );
  expect(parsed.configs).toEqual({
    inline: {
      name: `stk_inline_${HELLO}`,
      file: `./configs/stk_inline_${HELLO}`,
      labels: versionOf('inline'),
    },
    named: {
      name: `mine_${HELLO}`,
      file: `./configs/mine_${HELLO}`,
      labels: { a: 'b', ...versionOf('named') },
    },
    outside: { name: 'there', external: true },
  });
  expect(parsed.secrets).toEqual({
    variable: expect.objectContaining({
      name: expect.stringMatching(/^stk_variable_[0-9a-f]{12}$/),
    }),
    onDisk: {
      name: `stk_onDisk_${HELLO}`,
      file: `./secrets/stk_onDisk_${HELLO}`,
      labels: versionOf('onDisk'),
    },
    driven: { driver: 'vault', driver_opts: { path: 'a' } },
  });
  expect(stack.files.map(({ path, content }) => [path, Buffer.from(content).toString()])).toEqual([
    [`configs/stk_inline_${HELLO}`, 'hello'],
    [`configs/mine_${HELLO}`, 'hello'],
    [parsed.secrets.variable.file.slice(2), 'to$ken\n'],
    [`secrets/stk_onDisk_${HELLO}`, 'hello'],
  ]);
  expect(stack.secretContents).toEqual([
    { name: 'variable', content: 'to$ken\n' },
    { name: 'onDisk', content: 'hello' },
  ]);
});

test('the labels of the owner are on configs and secrets, beside those of the file', async () => {
  const project = composeProject({
    services: { web },
    configs: { page: { content: 'hello', labels: { a: 'b' } } },
    secrets: { there: { external: true, name: 'there' } },
  });
  const stack = await renderStack(project, {
    stackName: 'stk',
    owner: { 'swarm-up.run': '7/job' },
  });
  const { configs, secrets } = readWanted(stack);
  expect(configs.page?.labels).toEqual({
    a: 'b',
    'swarm-up.run': '7/job',
    ...versionOf('page'),
  });
  expect(secrets.there).toEqual({ external: true, name: 'there', labels: {} });
  expect([...objectNames('stk', readWanted(stack))]).toEqual([`stk_page_${HELLO}`]);
});

test('bytes of any kind stay as they are', async () => {
  const file = join(folder, 'bytes');
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  await writeFile(file, bytes);
  const { stack } = await rendered(
    composeProject({ services: { web }, secrets: { bytes: { file } } }),
  );
  expect(Buffer.compare(Buffer.from(stack.files[0]?.content ?? []), bytes)).toBe(0);
});

test('on a Windows runner the line ends of a config are told at its place, and of a secret not', async () => {
  const file = join(folder, 'crlf');
  await writeFile(file, 'one\r\ntwo\r\n');
  const given = { services: { web }, configs: { conf: { file } }, secrets: { key: { file } } };
  const { platform } = process;
  Object.defineProperty(process, 'platform', { value: 'win32' });
  try {
    const { stack } = await rendered(composeProject(given));
    expect(stack.findings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^config conf: .* has Windows line ends \(CRLF\)/),
    ]);
  } finally {
    Object.defineProperty(process, 'platform', { value: platform });
  }
});

test('another template driver is another object', async () => {
  const names = await Promise.all(
    [{}, { template_driver: 'golang' }].map(async (changes) => {
      const configs = { page: { content: 'hello', ...changes } };
      const { file } = await rendered(composeProject({ services: { web }, configs }));
      return file.configs.page.name;
    }),
  );
  expect(new Set(names).size).toBe(2);
});

test.each([
  ['a missing file', { file: 'nowhere' }, 'there is no such file on the runner'],
  ['a folder', { file: '.' }, 'it is a folder'],
  ['a variable that is not set', { environment: 'NOT_SET' }, 'the variable NOT_SET is not set'],
  ['nothing at all', {}, 'none of `file`'],
  ['empty content', { content: '' }, 'keeps no empty secrets'],
  ['too much content', { content: 'x'.repeat(512_000) }, 'is 512000 bytes'],
])('a secret with %s is refused', async (_, secret, reason) => {
  const file = 'file' in secret ? { file: join(folder, secret.file) } : {};
  const details = await refusal({ secrets: { token: { ...secret, ...file } } });
  expect(details).toContain('secret token: ');
  expect(details).toContain(reason);
  expect(details).not.toContain(folder);
});

test('a config may be larger than a secret', async () => {
  const configs = { page: { content: 'x'.repeat(1_023_999) } };
  const { stack } = await rendered(composeProject({ services: { web }, configs }));
  expect(stack.files).toHaveLength(1);
  expect(await refusal({ configs: { page: { content: 'x'.repeat(1_024_000) } } })).toContain(
    'below 1024000 bytes',
  );
});

test.each([
  ['numbers of older versions', 0o440],
  ['digits of newer versions', '0440'],
])('what a service refers to, with the mode as %s', async (_, mode) => {
  const { file } = await rendered(
    composeProject({
      services: {
        web: {
          image: 'x',
          configs: [
            { source: 'page' },
            { source: 'page', target: '/etc/page', uid: '1', gid: '2', mode },
          ],
          secrets: [
            { source: 'token', target: '/run/secrets/token', mode },
            { source: 'token', target: '/elsewhere/token' },
          ],
        },
      },
      configs: { page: { content: 'x' } },
      secrets: { token: { content: 'x' } },
    }),
  );
  expect(file.services.web.configs).toEqual([
    { source: 'page' },
    { source: 'page.2', target: '/etc/page', uid: '1', gid: '2', mode: 288 },
  ]);
  expect(file.services.web.secrets).toEqual([
    { source: 'token', target: 'token', mode: 288 },
    { source: 'token.2', target: '/elsewhere/token' },
  ]);
});

test('a service that has an object at several paths gets copies of it, each with a name of its own', async () => {
  const { file, stack } = await rendered(
    composeProject({
      services: {
        web: {
          image: 'x',
          secrets: [
            { source: 'token', target: '/run/secrets/one' },
            { source: 'token', target: '/two' },
            { source: 'token', target: '/three' },
          ],
          configs: [{ source: 'page', target: '/one' }, { source: 'page' }],
        },
        other: { image: 'x', secrets: [{ source: 'token', target: '/one' }] },
      },
      configs: { page: { name: 'x'.repeat(64), content: 'hello', labels: { a: 'b' } } },
      secrets: {
        token: { content: 'hello' },
        'token.2': { content: 'hello', name: 'stk_token.2' },
      },
    }),
  );
  const { web, other } = file.services;
  const sources = (references: { source: string }[]) => references.map(({ source }) => source);
  expect(sources(web.secrets)).toEqual(['token', 'token..2', 'token.3']);
  expect(web.configs[1]).toEqual({ source: 'page.2', target: 'page' });
  expect(sources(other.secrets)).toEqual(['token']);
  expect(Object.keys(file.secrets)).toEqual(['token', 'token..2', 'token.3', 'token.2']);
  const all = [...Object.values(file.secrets), ...Object.values(file.configs)];
  const names = all.map((object) => (object as { name: string }).name);
  expect(new Set(names).size).toBe(6);
  expect(file.secrets['token.3']).toMatchObject({
    name: expect.stringMatching(/^stk_token\.3_[0-9a-f]{12}$/),
    labels: { 'swarm-up.object': 'token.3' },
  });
  expect(file.configs['page.2'].labels).toMatchObject({ a: 'b', 'swarm-up.object': 'page.2' });
  expect(stack.files.map(({ content }) => Buffer.from(content).toString())).toEqual(
    Array(6).fill('hello'),
  );
  expect(stack.findings).toEqual([]);
});

test('the copies of two objects, one of which is called as a copy of the other would be, are not mixed up', async () => {
  const twice = (source: string) => [
    { source, target: `/${source}/one` },
    { source, target: `/${source}/two` },
  ];
  const secrets = [...twice('token'), ...twice('token.2')];
  const { file, stack } = await rendered(
    composeProject({
      services: { web: { image: 'x', secrets } },
      secrets: { token: { content: 'one' }, 'token.2': { content: 'other' } },
    }),
  );
  const contents = new Map(
    stack.files.map(({ path, content }) => [`./${path}`, Buffer.from(content).toString()]),
  );
  const seen = file.services.web.secrets.map(({ source, target }: Record<string, string>) => [
    target,
    contents.get(file.secrets[source ?? ''].file),
  ]);
  expect(seen).toEqual([
    ['/token/one', 'one'],
    ['/token/two', 'one'],
    ['/token.2/one', 'other'],
    ['/token.2/two', 'other'],
  ]);
  expect(Object.keys(file.secrets)).toHaveLength(4);
});

test.each([
  ['external', { external: true, name: 'there' }],
  ['of a driver', { driver: 'vault' }],
])('a secret that is %s is not copied, but warned of', async (_, token) => {
  const secrets = [
    { source: 'token', target: '/one' },
    { source: 'token', target: '/two' },
    { source: 'token', target: '/three' },
  ];
  const { file, stack } = await rendered(
    composeProject({ services: { web: { image: 'x', secrets } }, secrets: { token } }),
  );
  expect(file.services.web.secrets).toEqual(secrets);
  expect(Object.keys(file.secrets)).toEqual(['token']);
  expect(stack.findings.map(({ message }) => message)).toEqual([
    expect.stringContaining('service web: `secrets` has token at several paths'),
  ]);
});

test.each([
  [0o440, 0o440],
  ['0440', 0o440],
  [440, 0o440], // what Compose 2.26 makes of "0440"
  [400, 0o400],
  [0o400, 0o400],
  [0o644, 0o644],
])('mode %j means what its author wrote', async (mode, expected) => {
  const services = { web: { image: 'x', secrets: [{ source: 'token', mode }] } };
  const { web } = await rendered(
    composeProject({ services, secrets: { token: { content: 'x' } } }),
  );
  expect(web.secrets).toEqual([{ source: 'token', mode: expected }]);
});

test.each([
  ['in no list of configs, so that Compose drops it', {}],
  ['in a list of configs, too', { spec: { name: 'spec', external: true } }],
])('a config with Windows credentials, %s', async (_, configs) => {
  const services = { web: { image: 'x', credential_spec: { config: 'spec' } } };
  const { file } = await rendered(composeProject({ services, configs }));
  expect(file.services.web.credential_spec).toEqual({ config: 'spec' });
  expect(file.configs).toEqual({ spec: { external: true, name: 'spec' } });
});

test.each([
  ['of the file', { content: 'x' }],
  ['external by another name', { external: true, name: 'other' }],
])('Windows credentials in a config %s are refused', async (_, spec) => {
  const services = { web: { image: 'x', credential_spec: { config: 'spec' } } };
  const project = composeProject({ services, configs: { spec } });
  await expect(rendered(project)).rejects.toMatchObject({
    details: expect.stringContaining('service web: `credential_spec.config` has to name'),
  });
});

test.each([
  ['stk_page', 'stk_page_0123456789ab'],
  ['x'.repeat(64), `${'x'.repeat(51)}_0123456789ab`],
  ['../etc/a b', 'etc-a-b_0123456789ab'],
])('the name of %s in the swarm', (readable, expected) => {
  expect(objectName(readable, '0123456789abcdef')).toBe(expected);
});

test('the name of an object is one that Swarm takes, whatever it is called, and ends with its hash', () => {
  // swarmkit manager/controlapi/common.go, isValidConfigOrSecretName
  const valid = /^[a-zA-Z0-9]+(?:[a-zA-Z0-9-_.]*[a-zA-Z0-9])?$/;
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: anyCharacter }), fc.string()), (readable) => {
      const name = objectName(readable.repeat(3), '0123456789abcdef');
      expect(name).toMatch(valid);
      expect(name.length).toBeLessThanOrEqual(64);
      expect(name.endsWith('0123456789ab')).toBe(true);
    }),
  );
});

test('any content arrives, and has a name of its own', async () => {
  const contents = fc.uniqueArray(fc.string({ unit: anyCharacter, minLength: 1 }), {
    minLength: 1,
  });
  await fc.assert(
    fc.asyncProperty(contents, async (all) => {
      const configs = Object.fromEntries(
        all.map((content, at) => [`c${at}`, { name: 'c', content }]),
      );
      const { stack } = await rendered(composeProject({ services: { web }, configs }));
      expect(stack.files.map(({ content }) => Buffer.from(content))).toEqual(
        all.map((content) => Buffer.from(content)),
      );
      expect(new Set(stack.files.map(({ path }) => path)).size).toBe(all.length);
    }),
  );
});
