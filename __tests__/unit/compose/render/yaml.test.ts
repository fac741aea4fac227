import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { stackText } from '../../../../src/compose/render/yaml.ts';
import { anyCharacter } from '../../../support/any-character.ts';
import {
  composeProject,
  dockerInterpolates,
  projectOf,
  rendered,
} from '../../../support/compose-project.ts';

test('a dollar is written twice in values, and once in keys, which Docker does not interpolate', () => {
  const text = stackText({ services: { web: { labels: { a$b: '$c $$ $D' } } } });
  expect(parse(text)).toEqual({ services: { web: { labels: { a$b: '$$c $$$$ $$D' } } } });
});

test('a text stays a text, a number a number, and keys that old YAML takes for something else are quoted', () => {
  expect(stackText({ version: '3.9', replicas: 2, off: 'no', '1': 'yes', web_1: null })).toBe(
    '"1": "yes"\nversion: "3.9"\nreplicas: 2\n"off": "no"\nweb_1: null\n',
  );
});

test('maps and lists within each other, empty ones, and a key that is too long for one line', () => {
  const long = 'k'.repeat(1_100);
  const file = {
    list: [{ a: 1, b: [2, { c: null }] }, [], {}, [['x'], 'y']],
    map: { deep: { er: true }, none: {}, list: [], left: undefined },
    [long]: { under: 'it' },
  };
  const text = stackText(file);
  expect(text).toBe(`list:
  - a: 1
    b:
      - 2
      - c: null
  - []
  - {}
  - - - "x"
    - "y"
map:
  deep:
    er: true
  none: {}
  list: []
? ${long}
:
  under: "it"
`);
  expect(parse(text)).toEqual({ ...file, map: { deep: { er: true }, none: {}, list: [] } });
});

test('characters that the reader of docker refuses are escaped', () => {
  const value = 'a\u0001\u007f\u0085\u2028\u2029\ufeff\uffff😀\n'; // raw NEL and LS would be line breaks
  const text = stackText({ value });
  expect(text).toBe('value: "a\\u0001\\u007f\\u0085\\u2028\\u2029\\ufeff\\uffff😀\\n"\n');
  expect(parse(text)).toEqual({ value });
});

const anyText = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.string({ unit: fc.constantFrom('$', '{', '}', 'A', ':', '-', '\\', '"', '\n', ' ', '#') }),
);

/**
 * Swarm itself fills in what is between `{{` and `}}` of a variable, so that other braces are
 * refused there.
 */
const withoutTemplate = (text: string) => text.replaceAll(/\{{2,}/g, '{');

test('every value arrives as it is written', async () => {
  await fc.assert(
    fc.asyncProperty(anyText, async (value) => {
      const variable = withoutTemplate(value);
      const { web } = await rendered(
        projectOf({
          command: [value, value],
          environment: { VALUE: variable },
          labels: { label: value },
          healthcheck: { test: ['CMD', value] },
          deploy: { labels: { label: value } },
        }),
      );
      expect(web.command).toEqual([value, value]);
      expect(web.environment).toEqual({ VALUE: variable });
      expect(web.labels).toEqual({ label: value });
      expect(web.healthcheck.test).toEqual(['CMD', value]);
      expect(web.deploy.labels).toEqual({ label: value });
    }),
    { numRuns: 200 },
  );
});

/** JavaScript itself takes it for something else, so that no map has it. */
const anyKey = anyText.filter((key) => key !== '' && key !== '__proto__');

test('every map arrives with its keys, every number as a number', async () => {
  const map = fc.dictionary(anyKey, anyText);
  // As much memory as a container needs at least.
  const number = fc.integer({ min: 6 * 2 ** 20, max: 2 ** 31 });
  await fc.assert(
    fc.asyncProperty(map, map, number, fc.boolean(), async (labels, options, count, flag) => {
      const environment = Object.fromEntries(
        Object.entries(labels).map(([key, text]) => [key, withoutTemplate(text)]),
      );
      const { web, file } = await rendered(
        composeProject({
          services: {
            web: {
              image: 'x',
              labels,
              environment,
              logging: { driver: 'x', options },
              ulimits: { nofile: count, nproc: { soft: count, hard: count } },
              init: flag,
              deploy: { replicas: count, resources: { limits: { pids: count } } },
              mem_limit: String(count),
            },
          },
          volumes: { data: { driver: 'x', driver_opts: options, labels } },
        }),
      );
      const kept = (value: object) => (Object.keys(value).length > 0 ? value : undefined);
      expect(web.labels).toEqual(kept(labels));
      expect(web.environment).toEqual(kept(environment));
      expect(web.logging.options).toEqual(options);
      expect(web.init).toBe(flag);
      expect(web.ulimits).toEqual({ nofile: count, nproc: { soft: count, hard: count } });
      expect(web.deploy.replicas).toBe(count);
      expect(web.deploy.resources.limits).toEqual({ pids: count, memory: String(count) });
      expect(file.volumes.data.labels).toEqual(kept(labels));
    }),
  );
});

test.each([
  ['$$', '$'],
  ['$$$$', '$$'],
  [`a$\{B}c`, 'ac'],
  ['$B.', '.'],
])('the model of what Docker does to %j in this test', (written, understood) => {
  expect(dockerInterpolates(written)).toBe(understood);
});

test('the model of what Docker does refuses a lone dollar', () => {
  expect(() => dockerInterpolates('5$ ')).toThrow('Invalid interpolation format');
});
