import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { type RenderedStack, renderStack } from '../../../src/compose/render/render.ts';
import { stackText } from '../../../src/compose/render/yaml.ts';
import { runner } from '../../../src/exec/runner.ts';
import { anyCharacter } from '../../support/any-character.ts';
import type { Parsed } from '../../support/compose-project.ts';
import { loadProject } from '../../support/load-project.ts';

// Any value goes through real `docker compose config` before and real `docker stack config` behind,
// and is the same then. Many values are in one file, because each process costs more than they do.

let folder = '';
let stack: RenderedStack;
let file: Parsed;

/**
 * What a text cannot begin with or hold on its way: a process has no NUL, and go-yaml prints no
 * line break at the beginning of a text.
 */
const value = fc
  .oneof(
    fc.string({ unit: anyCharacter }),
    fc.string({
      unit: fc.constantFrom('$', '{', '}', 'A', ':', '-', '?', '\\', '"', "'", '\n', ' '),
    }),
    fc.constantFrom(
      'yes',
      'no',
      'null',
      '~',
      '1e3',
      '0x1f',
      '012',
      '1_000',
      '2001-01-01',
      '.inf',
      '<<',
      '=',
      '!!str a',
      '# a',
      '- a',
      'a: b',
      '%YAML',
      '...',
      '---',
    ),
  )
  .map((text) => `>${text.replaceAll('\0', '')}`);

const COUNT = 120;
const sample = <T>(arbitrary: fc.Arbitrary<T>, seed: number) =>
  fc.sample(arbitrary, { numRuns: COUNT, seed });

const values = sample(value, 11);
/** Of labels, and of files in containers. */
const names = [...new Set(['long'.repeat(500), ...sample(value, 12)])].slice(0, COUNT);
const variables = sample(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,20}$/), 13);

const numbered = (texts: readonly string[], key = 'key') =>
  Object.fromEntries(texts.map((text, at) => [`${key}${at}`, text]));
// Of those that a container has for itself.
const sysctls = numbered(values, 'net.key');
const labels = Object.fromEntries(names.map((name, at) => [name, values[at] ?? '']));
/** Swarm itself fills in what is between `{{` and `}}` of a variable. */
const environment = Object.fromEntries(
  variables.map((name, at) => [name, (values[at] ?? '').replaceAll(/\{{2,}/g, '{')]),
);
const configs = Object.fromEntries(
  values.map((content, at) => [`config${at}`, { content }] as const),
);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'any-value-'));
  const compose = {
    services: {
      web: {
        image: 'x',
        command: values,
        entrypoint: values,
        environment,
        labels,
        deploy: { labels },
        healthcheck: { test: ['CMD', ...values] },
        logging: { driver: 'x', options: numbered(values) },
        hostname: values[0],
        working_dir: `/${values[1]}`,
        user: values[2],
        sysctls,
        volumes: ['data:/data'],
        configs: Object.keys(configs).map((source, at) => ({
          source,
          target: `/${at}${names[at]}`,
        })),
      },
    },
    configs,
    volumes: { data: { driver: 'x', driver_opts: numbered(values), labels } },
  };
  await writeFile(join(folder, 'compose.yaml'), stackText(compose));
  const source = { workspace: folder, files: [], profiles: [], env: {}, projectName: 'stk' };
  stack = await renderStack(await loadProject(runner, source), { stackName: 'stk' });
  for (const { path, content } of stack.files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const path = join(folder, 'stack.yml');
  await writeFile(path, stack.text);
  const { stdout } = await runner.run(['docker', 'stack', 'config', '-c', path]);
  file = parse(stdout, { version: '1.1' });
}, 60_000);

afterAll(async () => {
  await rm(folder, { recursive: true });
});

test.each([
  ['command', values],
  ['entrypoint', values],
  ['environment', environment],
  ['labels', labels],
  ['sysctls', sysctls],
  ['hostname', values[0]],
  ['working_dir', `/${values[1]}`],
  ['user', values[2]],
])('%s', (key, expected) => {
  expect(file.services.web[key]).toEqual(expected);
});

test('labels of the service, tests of its health, options of its log', () => {
  const { deploy, healthcheck, logging } = file.services.web;
  expect(deploy.labels).toEqual(labels);
  expect(healthcheck.test).toEqual(['CMD', ...values]);
  expect(logging.options).toEqual(numbered(values));
});

test('options and labels of a volume', () => {
  expect(file.volumes.data).toMatchObject({ driver_opts: numbered(values), labels });
});

test('contents of configs, and where they are to stand', () => {
  const contents = new Map(
    stack.files.map(({ path, content }) => [path, new TextDecoder().decode(content)]),
  );
  const targets = file.services.web.configs as { source: string; target: string }[];
  expect(targets).toHaveLength(COUNT);
  for (const { source, target } of targets) {
    const at = Number(source.slice('config'.length));
    expect(target).toBe(`/${at}${names[at]}`);
    const path = file.configs[source].file.slice(folder.length + 1);
    expect(contents.get(path)).toBe(values[at]);
  }
});
