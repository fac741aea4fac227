import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ActionError } from '../../../src/base/errors.ts';
import type { ServiceVerdict } from '../../../src/converge/converge.ts';
import type { State } from '../../../src/down/state.ts';
import type { Inputs } from '../../../src/inputs/inputs.ts';
import { reportOf } from '../../../src/report/facts.ts';
import type { Report } from '../../../src/report/report.ts';
import { composeProject, rendered } from '../../support/compose-project.ts';
import { parseInputs } from '../../support/inputs.ts';

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
  expect(report('failed')).toEqual(['db 1/1 1/1 running', 'web 0/2 not known']);
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

const commands = ['docker exec shop-pr-3-1 docker stack ps shop'];
const state = (changes: Partial<State>): State => ({
  ...{
    driver: 'docker',
    cluster: 'shop-pr-3',
    repository: undefined,
    teardown: 'auto',
    made: true,
  },
  ...{ stack: 'shop', sshFolder: undefined, stage: 'failed', ...changes },
});

function report(changes: Partial<State>, error?: unknown) {
  const name = changes.driver ?? 'docker';
  const driver = { name, makesMachines: name === 'docker' };
  return reportOf(
    { cluster: 'shop-pr-3', driver } as unknown as Inputs,
    { commands },
    {
      ...{ status: error ? 'failed' : 'converged', timeline: [], warnings: [], error },
      endsWithJob: false,
      state: state({ ...(error === undefined && { stage: 'succeeded' }), ...changes }),
    },
  );
}

const FAILED = new ActionError('x');

test('of a cluster that goes with the job there are no commands, but how to keep it', () => {
  const found = report({}, FAILED);
  expect(found.commands).toBeUndefined();
  expect(found.teardown?.text).toMatch(
    /removes the cluster\. With `teardown: on-success` it stays/,
  );
  expect(found.teardown?.removal).toBeUndefined();
});

test.each<[Partial<State>, string]>([
  [{ teardown: 'on-success' }, '`cluster: shop-pr-3`'],
  [{ teardown: 'never' }, '`cluster: shop-pr-3`'],
  [{ driver: 'ssh', made: false }, '`stack-name: shop`'],
])('of one that stays (%j) there are commands, and how to remove it', (changes, what) => {
  const found = report(changes, FAILED);
  expect(found.commands).toEqual(commands);
  expect(found.teardown?.text).toMatch(/^The cluster stays after the job/);
  expect(found.teardown?.removal).toContain(what);
});

test('what goes after a success is not told how to be removed', () => {
  const { teardown } = report({ teardown: 'on-success' });
  expect(teardown).toEqual({ text: 'The post step of this job removes the cluster.' });
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
