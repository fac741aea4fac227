import { expect, test } from '@jest/globals';
import type { RenderedService } from '../../../src/compose/render/render.ts';
import type { Serving } from '../../../src/converge/serving.ts';
import type { ServiceVerdict, TaskView } from '../../../src/converge/verdict.ts';
import { serviceReports } from '../../../src/report/service-reports.ts';
import { serviceTable } from '../../../src/report/tables/service-table.ts';

const rendered = (name: string, mode: RenderedService['mode'] = 'replicated') => ({
  ...{ name, mode, replicas: 2, image: `${name}:2`, ports: [], restart: 'any', monitorMs: 0 },
});

const task = (state: string, changes: Partial<TaskView> = {}): TaskView => ({
  ...{ id: 't', slot: 1, node: 'one', state, image: 'web:2', ...changes },
});

const failed = (summary: string, tasks: readonly TaskView[]): ServiceVerdict => ({
  ...{ service: 'web', state: 'failed', class: 'crash-loop', reasons: [], running: 0, desired: 2 },
  ...{ summary, tasks },
});

const serving = (changes: Partial<Serving> = {}): Serving => ({
  ...{ service: 'web', running: 2, desired: 2, isAsBefore: false, isUnchanged: false },
  tasks: [1, 2].map((slot) => task('running', { slot, image: 'web:1', before: true })),
  ...changes,
});

/** The cells of the one service: state, image and nodes. */
function row(verdicts: readonly ServiceVerdict[], served: readonly Serving[]): string[] {
  const stack = { services: [rendered('web') as unknown as RenderedService] };
  const text = serviceTable(serviceReports({ stack, verdicts, serving: served }, 'failed'), []);
  const [, , cells = ''] = text.split('\n');
  return cells.slice(2, -2).split(' | ').slice(1);
}

test('an update that failed: what serves comes before what failed, and never as 0', () => {
  const verdict = failed('0/2 running, 3 failed', [task('failed')]);
  expect(row([verdict], [serving()])).toEqual([
    '2/2 running, old version<br>**new version: 0/2 running, 3 failed**',
    '`web:1`<br>new: `web:2`',
    'one ×2',
  ]);
});

test('a service that has gone back has nothing of the new version but what failed', () => {
  const verdict = failed('2/2 running, 3 failed, rolled back', [task('failed'), task('running')]);
  const cells = row([verdict], [serving({ isAsBefore: true })]);
  expect(cells[0]).toBe('2/2 running, old version<br>**new version: 3 failed, rolled back**');
  expect(cells[2]).toBe('one ×2');
});

test('a service that was not deployed any more runs as before', () => {
  const before = serving({ isAsBefore: true });
  expect(row([], [before])[0]).toBe('2/2 running, old version<br>new version: not deployed');
  const withheld: ServiceVerdict = {
    ...{ service: 'web', state: 'pending', reasons: [], running: 0, desired: 0, tasks: [] },
    summary: 'not deployed: waits for seed',
  };
  expect(row([withheld], [before])[0]).toBe(
    '2/2 running, old version<br>new version: not deployed: waits for seed',
  );
});

test('a service that was not to change runs, whatever became of the others', () => {
  const same = serving({ isAsBefore: true, isUnchanged: true });
  expect(row([], [same])[0]).toBe('2/2 running, unchanged');
  const verdict = { ...failed('1/2 running, 1 failed', [task('failed')]), running: 1 };
  expect(row([verdict], [same])[0]).toBe('**1/2 running, 1 failed**');
});

test('a run that was cut short before it asked does not say that nothing runs', () => {
  const stack = { services: [rendered('web') as unknown as RenderedService] };
  const stateOf = (facts: object) =>
    serviceTable(serviceReports({ stack, ...facts }, 'failed'), []);
  expect(stateOf({})).toContain('| `web` | not known |');
  expect(stateOf({ isNew: true })).toContain('| `web` | not deployed |');
  expect(stateOf({ serving: [] })).toContain('| `web` | not deployed |');
});

test('without anything that serves, all is as it was', () => {
  expect(row([failed('0/2 running, 3 failed', [task('failed')])], [])[0]).toBe(
    '**0/2 running, 3 failed**',
  );
});
