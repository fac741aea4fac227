import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import * as z from 'zod';
import { readActionFile } from '../../script/action-file.ts';
import { DRIVER_NAMES, loadDriver } from '../../src/machines/drivers.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const DOCUMENTS = ['README.md', ...globSync('docs/**/*.md', { cwd: REPOSITORY }).sort()];
const action = readActionFile(REPOSITORY);

function read(path: string): string {
  return readFileSync(join(REPOSITORY, path), 'utf8');
}

/** Without code blocks: a `#` in a shell script is no heading, and a bracket no link. */
function prose(path: string): string {
  return read(path).replace(/^( *)```[\s\S]*?^\1```$/gm, '');
}

function codeSpans(text: string): string[] {
  return [...text.matchAll(/(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)/gs)].map(([, , inner = '']) =>
    inner.replaceAll('\n', ' ').replace(/^ (.*) $/, '$1'),
  );
}

describe('docs/troubleshooting.md', () => {
  /** Quotes that a literal escapes are written in the page as the log shows them. */
  const lines = globSync('src/**/*.ts', { cwd: REPOSITORY }).flatMap((path) =>
    read(path)
      .replace(/\\([`'$])/g, '$1')
      .split('\n'),
  );
  const page = prose('docs/troubleshooting.md');
  const messages = [
    ...[...page.matchAll(/^### .*`.*$/gm)].map(([heading]) => codeSpans(heading)),
    ...[...page.matchAll(/^Also: [\s\S]*?(?=\n\n)/gm)].map(([also]) => codeSpans(also)),
  ].flat();

  const partsOf = (message: string) => message.split(/\s*…\s*/);

  /**
   * Whether one line has all that stands between the values, in order: what `…` stands for is an
   * expression there.
   */
  const says = (line: string, parts: readonly string[]) => {
    let from = 0;
    return parts.every((part) => {
      const at = line.indexOf(part, from);
      from = at + part.length;
      return at >= 0;
    });
  };

  test('has entries', () => {
    expect(messages.length).toBeGreaterThan(50);
  });

  test.each(messages)('%s is what a source says', (message) => {
    // Less than that would be found by chance.
    expect(message.replaceAll(/[…\s]/g, '').length).toBeGreaterThanOrEqual(8);
    const parts = partsOf(message);
    expect(lines.some((line) => says(line, parts))).toBe(true);
  });

  test('explains every message of the drivers of clouds', () => {
    const sources = globSync(
      'src/machines/{hetzner,digitalocean,command,docker-machine,terraform,user-made,cloud}/**/*.ts',
      {
        cwd: REPOSITORY,
      },
    );
    const said = sources.flatMap((path) =>
      [...read(path).matchAll(/new ActionError\(\s*(['`])((?:\\.|(?!\1).)*)\1/gs)].map(
        ([, , literal = '']) => literal.replace(/\\([`'$])/g, '$1'),
      ),
    );
    expect(said.length).toBeGreaterThan(20);
    // Made of nothing but values: what failed, and the vendor's reason.
    const composed = [`\${doing}: \${reasonOf(error)}.`, `\${doing}: \${reason}.`];
    const explained = messages.map((message) => partsOf(message));
    const isExplained = (line: string) => explained.some((parts) => says(line, parts));
    expect(said.filter((line) => !composed.includes(line) && !isExplained(line))).toEqual([]);
  });

  test('explains no message twice', () => {
    expect(messages.filter((one, at) => messages.indexOf(one) !== at)).toEqual([]);
  });
});

describe.each(DOCUMENTS)('%s', (document) => {
  test('shows only inputs and outputs that the action has', () => {
    const text = read(document);
    const named = [...text.matchAll(/steps\.swarm\.outputs\.([a-z-]+)/g)].map(([, name]) => name);
    // Named after the services, so that no file can declare them.
    const outputs = named.filter((name) => !name?.startsWith('url-'));
    const unknown = {
      inputs: snippetInputs(text).filter((name) => !(name in action.inputs)),
      outputs: outputs.filter((name) => !(String(name) in action.outputs)),
    };
    expect(unknown).toEqual({ inputs: [], outputs: [] });
  });
});

test.each(DRIVER_NAMES)(
  'docs/drivers/%s.md has exactly the options of the driver',
  async (name) => {
    const definition = await loadDriver(name);
    const shape = definition?.options instanceof z.ZodObject ? definition.options.shape : {};
    const documented = optionRows(name).map(({ option }) => option);
    expect(documented.toSorted()).toEqual(Object.keys(shape).toSorted());
  },
);

test.each([
  ['hetzner', { network: null }],
  ['digitalocean', { 'vpc-uuid': null }],
])('the page of %s says the defaults that its options have', async (driver, without) => {
  const said = optionRows(driver).map(({ option, value }) => [option, parse(value || 'null')]);
  const defaults = (await loadDriver(driver))?.options.parse({});
  expect(Object.fromEntries(said)).toEqual({ ...without, ...Object(defaults) });
});

/** The rows of the table of options on the page of a driver. */
function optionRows(driver: string): { readonly option: string; readonly value: string }[] {
  const page = read(`docs/drivers/${driver}.md`);
  const table = /^\| `driver-options`[\s\S]*?(?=\n\n)/m.exec(page)?.[0] ?? '';
  const bare = (cell = '') => cell.trim().replaceAll('`', '');
  return table
    .split('\n')
    .slice(2)
    .map((row) => row.split('|'))
    .map(([, option, value]) => ({ option: bare(option), value: bare(value) }));
}

test.each(['hetzner', 'digitalocean', 'command', 'terraform'])(
  'the page of %s shows the example as it is',
  (driver) => {
    const example = read(`examples/workflows/${driver}-preview.yml`);
    expect(read(`docs/drivers/${driver}.md`)).toContain(`\`\`\`yaml\n${example}\`\`\``);
  },
);

test('README.md names every input', () => {
  const spans = codeSpans(read('README.md'));
  expect(Object.keys(action.inputs).filter((name) => !spans.includes(name))).toEqual([]);
});

/** The keys below `with` of this action's steps, and of snippets that begin with `with`. */
function snippetInputs(text: string): string[] {
  return [...text.matchAll(/^( *)```yaml\n([\s\S]*?)^\1```$/gm)].flatMap(([, , yaml = '']) =>
    inputsIn(parse(yaml, { logLevel: 'silent' }), true),
  );
}

function inputsIn(value: unknown, whole = false): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => inputsIn(one));
  if (typeof value !== 'object' || value === null) return [];
  const { uses, with: given } = value as { uses?: unknown; with?: unknown };
  const ours = typeof uses === 'string' ? uses.startsWith('swarm-up/') : whole;
  return [
    ...(ours && typeof given === 'object' && given !== null ? Object.keys(given) : []),
    ...Object.values(value).flatMap((one) => inputsIn(one)),
  ];
}
