import { expect, test } from '@jest/globals';
import type { ServiceReport } from '../../../src/report/report.ts';
import { stillServing } from '../../../src/report/still-serving.ts';
import { renderSummary } from '../../../src/report/summary.ts';
import { failure, service } from '../../support/reports.ts';

const said = (...services: readonly ServiceReport[]) => stillServing({ ...failure, services });
const web = (changes: Partial<ServiceReport>) =>
  service('web', [], { running: 0, desired: 2, class: 'crash-loop', ...changes });
const api = service('api', [], { running: 0, desired: 2, before: { running: 1, desired: 2 } });
const seed = service('seed', [], { mode: 'replicated-job', running: 0, desired: 1 });

test('services that still run in the old version are named with their numbers', () => {
  expect(said(web({ before: { running: 2, desired: 2 } }), api, seed)).toEqual([
    'The old version still serves: web 2/2, api 1/2.',
  ]);
});

test('so are those of which nothing runs, where others do', () => {
  expect(said(web({}), api, seed)).toEqual([
    'The old version still serves: api 1/2.',
    'Nothing runs of: web.',
  ]);
});

test('of a first deployment, and of what has been replaced, nothing is said', () => {
  expect(said(web({}), seed)).toEqual([]);
});

test('many services are counted', () => {
  const many = Array.from({ length: 30 }, (_, at) => ({ ...api, name: `s${at}` }));
  expect(said(...many)[0]).toMatch(
    /^The old version still serves: s0 1\/2, .* s19 1\/2 and 10 more\.$/,
  );
});

test('it is the first thing in the summary, before the reasons', () => {
  const text = renderSummary({ ...failure, services: [web({}), api] });
  expect(text).toContain(
    '> [!NOTE]\n> **The old version still serves:** `api` 1/2.<br>**Nothing runs of:** `web`.\n\n### `api`: crash-loop',
  );
  expect(renderSummary(failure)).not.toContain('[!NOTE]');
});
