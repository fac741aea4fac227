import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, decode, parseStrictYaml } from '../../../src/compose/policy/strict-yaml.ts';
import type { Argv } from '../../../src/exec/argv.ts';
import { runner } from '../../../src/exec/runner.ts';

// Compose is a process of its own, and other tests run beside.
jest.setTimeout(60_000);

// Compose must load the same from what is written out as from what was read: else the policy would
// judge another file.

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'canonical-'));
  for (const name of ['original', 'canonical']) mkdirSync(join(folder, name));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function loaded(name: string, text: string): Promise<unknown> {
  const file = join(folder, name, 'compose.yaml');
  writeFileSync(file, text);
  const argv: Argv = [
    'docker',
    'compose',
    '--project-name',
    'same',
    '-f',
    file,
    'config',
    '--format',
    'json',
  ];
  const { stdout, stderr } = await runner.run(argv, { anyExitCode: true });
  return stdout === '' ? stderr.replaceAll(name, '…') : JSON.parse(stdout);
}

function isStrict(text: string): boolean {
  try {
    parseStrictYaml(decode(Buffer.from(text)));
    return true;
  } catch {
    return false;
  }
}

/** How a value stands in a file; each is below `key:` at the same indentation. */
const numberLike = fc.string({
  unit: fc.constantFrom(...'0123456789._+-eExXoObBaAfF:~'),
  minLength: 1,
  maxLength: 8,
});
const word = fc.constantFrom(
  ...['yes', 'no', 'on', 'off', 'y', 'n', 'null', 'Null', '~', 'true', 'TRUE', 'tRUE', 'False'],
  ...['0440', '0o17', '1_000', '0b11', '1e3', '1.0', '3.80', '-0', '.5', '12e03', 'a b  c', 'a #b'],
);
const quoted = fc.string({ unit: 'grapheme', maxLength: 20 });
const line = fc.string({
  unit: fc.constantFrom(...'ab :#-\'"\\{}[]!|>%@,?'),
  maxLength: 12,
});
const lines = fc.array(line, { minLength: 1, maxLength: 5 });
const block = fc.tuple(fc.constantFrom('|', '>', '|-', '>-', '|+', '>+'), lines);
const value = fc.oneof(
  numberLike,
  word,
  line,
  quoted.map((text) => `'${text.replaceAll("'", "''")}'`),
  quoted.map((text) => JSON.stringify(text)),
  block.map(([style, of]) => `${style}\n${of.map((one) => `        ${one}`).join('\n')}`),
  lines.map((of) => of.filter((one) => one.trim() !== '').join('\n        ')),
);

const FORMS = ['environment', 'labels'] as const;

test('the model of the canonical form is that of the original, whatever the values are', async () => {
  for (let round = 0; round < 8; round += 1) {
    const entries = fc
      .sample(value, { numRuns: 150, seed: 4711 + round })
      .map((text, at) => `      k${at}: ${text.replaceAll('$', '')}\n`)
      .filter((entry) => isStrict(`services:\n  web:\n    labels:\n${entry}`));
    expect(entries.length).toBeGreaterThan(60);
    const form = FORMS[round % 2];
    const text = `services:\n  web:\n    image: x\n    ${form}:\n${entries.join('')}`;
    const original = await loaded('original', text);
    const canonical = await loaded(
      'canonical',
      canonicalJson(parseStrictYaml(decode(Buffer.from(text)))),
    );
    expect(canonical).toEqual(original);
  }
}, 120_000);

test('so is that of anchors, merge keys and numbers of every kind where Compose wants numbers', async () => {
  const text = [
    'x-base: &base',
    '  restart: always',
    '  labels: &labels {a: one, b: two}',
    '  ports: &ports [{target: 80, published: "8080"}]',
    'x-more: &more {labels: {a: lost}, tty: true, init: True}',
    'services:',
    '  web:',
    '    <<: [*base, *more]',
    '    image: web',
    '    mem_limit: 1.5e8',
    '    cpus: 0.50',
    '    labels: {<<: *labels, b: three}',
    '    configs: [{source: c, target: /c, mode: 0440}]',
    '  api: {<<: *base, image: api, ports: *ports, deploy: {replicas: 0x2}}',
    'configs: {c: {content: "x\\u2028\\U0001F600\\ty"}}',
    '',
  ].join('\n');
  const canonical = canonicalJson(parseStrictYaml(decode(Buffer.from(text))));
  expect(await loaded('canonical', canonical)).toEqual(await loaded('original', text));
});
