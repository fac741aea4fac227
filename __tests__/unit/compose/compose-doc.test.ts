import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { composeModel } from '../../../src/compose/model.ts';
import { service } from '../../../src/compose/service-model.ts';
import {
  NETWORKS_REFUSED,
  NETWORKS_WARNED,
  REFUSED,
  TRANSLATED,
  WARNED,
} from '../../support/compose-cases.ts';

// The tables of docs/compose.md say what the other tests see: each row has its case there, and each
// case and each key its row.

type Outcome = 'kept' | 'translated' | 'no effect' | 'warning' | 'refused';

interface Row {
  /** As the cases are called: a key, and after a colon what is special about it. */
  readonly name: string;
  readonly key: string;
  readonly outcome: Outcome;
  /** Everything that the row says. */
  readonly text: string;
}

const page = readFileSync('docs/compose.md', 'utf8');

function rowsOf(heading: string): Row[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [text = ''] = section.split('\n## ', 1);
  return text.split('\n').flatMap((line) => {
    const [, names, outcome, why] = /^\| (`.*?) +\| (\S.*?) +\|(.*)\|$/.exec(line) ?? [];
    if (names === undefined || outcome === undefined) return [];
    // `, ` also stands within what is special; a name begins with a code span.
    return names.split(/, (?=`)/).map((cell) => {
      const name = cell.replaceAll('`', '').replace('.NAME.', '.default.');
      const key = name.replace(/:.*/, '');
      return { name, key, outcome: outcome as Outcome, text: line + why };
    });
  });
}

const services = rowsOf('Keys of a service');
const networks = rowsOf('Networks');
const others = rowsOf('Volumes, configs, secrets');

const named = (rows: readonly Row[], outcome: Outcome) =>
  rows.filter((row) => row.outcome === outcome).map(({ name }) => name);

const sorted = (names: readonly string[]) => [...names].sort();

test('what is left out with a warning, and what is refused, is what the page says', () => {
  expect(sorted(named(services, 'warning'))).toEqual(sorted(Object.keys(WARNED)));
  expect(sorted(named(services, 'refused'))).toEqual(sorted(Object.keys(REFUSED)));
  expect(sorted(named(networks, 'warning'))).toEqual(sorted(Object.keys(NETWORKS_WARNED)));
  expect(sorted(named(networks, 'refused'))).toEqual(sorted(Object.keys(NETWORKS_REFUSED)));
});

/** These have tests of their own, in render-stack, render-objects and render-order. */
const ELSEWHERE = ['image', 'configs', 'secrets', 'depends_on'];

const rest = services.filter(
  ({ key, outcome }) => !['warning', 'refused'].includes(outcome) && !ELSEWHERE.includes(key),
);

test.each(rest)('$name: $outcome', ({ key, outcome }) => {
  const cases = Object.values(TRANSLATED).filter((one) => key in one.service);
  expect(cases).not.toEqual([]);
  const kept = cases.some(({ expected }) => key in expected);
  expect(kept).toBe(outcome === 'kept' || key === 'extra_hosts');
  if (outcome === 'translated') {
    expect(cases.some(({ expected }) => Object.keys(expected).length > 0)).toBe(true);
  }
});

test('every key of a service has a row, and those below it are named in one', () => {
  for (const [key, schema] of Object.entries(shapeOf(service))) {
    const own = services.filter((row) => row.key === key || row.key.startsWith(`${key}.`));
    expect({ key, rows: own.length }).not.toEqual({ key, rows: 0 });
    if (!['ports', 'volumes', 'networks'].includes(key)) continue;
    const text = own.map((row) => row.text).join('\n');
    const missing = Object.keys(shapeOf(schema)).filter((below) => !text.includes(below));
    expect({ key, missing }).toEqual({ key, missing: [] });
  }
});

test('every key of networks, volumes, configs and secrets has a row', () => {
  const model = composeModel.shape;
  const missing = (schema: z.ZodType, rows: readonly Row[]) =>
    Object.keys(shapeOf(schema)).filter((key) => !rows.some(({ text }) => text.includes(key)));
  expect(missing(model.networks, networks)).toEqual([]);
  for (const kind of ['volumes', 'configs', 'secrets'] as const) {
    expect(
      missing(
        model[kind],
        others.filter(({ name }) => name.startsWith(kind)),
      ),
    ).toEqual([]);
  }
});

/** The keys of the object that a schema is, a list of it or a map to it. */
function shapeOf(schema: unknown): Readonly<Record<string, unknown>> {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodArray) return shapeOf(schema.element);
  if (schema instanceof z.ZodRecord) return shapeOf(schema.valueType);
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault
  ) {
    return shapeOf(schema.unwrap());
  }
  throw new Error('This schema is of no kind that is known here.');
}
