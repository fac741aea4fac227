import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { parseInputs } from '../../../src/inputs.ts';
import { reportOf } from '../../../src/report/facts.ts';
import type { Report } from '../../../src/report/report.ts';
import type { ServiceVerdict } from '../../../src/stack/converge.ts';
import { composeProject, rendered } from '../../support/compose-project.ts';

const { inputs: declared } = parse(readFileSync('action.yml', 'utf8')) as {
  inputs: Record<string, { default?: string }>;
};

const inputsOf = (given: Readonly<Record<string, string>>) =>
  parseInputs((name) => given[name] ?? declared[name]?.default ?? '', {});

test('of a service that nobody has waited for no number is told, but of one that others waited for', async () => {
  const { stack } = await rendered(
    composeProject({ services: { db: { image: 'db' }, web: { image: 'web', scale: 2 } } }),
  );
  const db: ServiceVerdict = {
    ...{ service: 'db', state: 'converged', summary: '1/1 running', reasons: [] },
    ...{ running: 1, desired: 1, tasks: [] },
  };
  const run = {
    timeline: [],
    warnings: [],
    error: undefined,
    state: undefined,
    endsWithJob: false,
  };
  const report = (status: 'deployed' | 'failed') =>
    reportOf(inputsOf({}), { stack, verdicts: [db] }, { ...run, status }).services.map(
      ({ name, running, desired, summary }) => `${name} ${running}/${desired} ${summary}`,
    );
  expect(report('deployed')).toEqual(['db 1/1 1/1 running', 'web 0/0 deployed, not waited for']);
  expect(report('failed')).toEqual(['db 1/1 1/1 running', 'web 0/2 not deployed']);
});

test('of a runner that goes with the job nothing is said to stay', () => {
  const state = {
    ...({ driver: 'docker', cluster: 'shop', teardown: 'never', made: true } as const),
    stage: 'succeeded',
  } as const;
  const run = { status: 'converged', timeline: [], warnings: [], error: undefined, state } as const;
  const text = (endsWithJob: boolean) =>
    reportOf(inputsOf({}), {}, { ...run, endsWithJob }).teardown?.text;
  expect(text(true)).toBe('The cluster is gone with the runner once this job has ended.');
  expect(text(false)).toBe('The cluster stays after the job: `teardown: never`.');
});

test('the address of a proxy is told of what runs, with the names in it', async () => {
  const { stack } = await rendered(composeProject({ services: { web: { image: 'web' } } }));
  const inputs = inputsOf({ cluster: 'shop-pr-7', url: 'https://{stack}.{cluster}.example.com/a' });
  const run = { timeline: [], warnings: [], error: undefined, state: undefined };
  const url = (status: Report['status'], facts = { stack }) =>
    reportOf(inputs, facts, { ...run, status, endsWithJob: false }).url;
  expect(url('converged')).toBe('https://stk.shop-pr-7.example.com/a');
  expect(url('deployed')).toBe('https://stk.shop-pr-7.example.com/a');
  expect(url('failed')).toBeUndefined();
  expect(url('superseded')).toBeUndefined();
});
