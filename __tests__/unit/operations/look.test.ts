import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { look } from '../../../src/operations/look.ts';
import { fakeEngine } from '../../support/fake-engine.ts';

/** One look at what a real swarm answered, whose one service is `app`. */
async function lookAt(name: string) {
  const file = new URL(`../../fixtures/swarm/${name}.json`, import.meta.url);
  const { services, tasks, nodes } = JSON.parse(readFileSync(file, 'utf8'));
  const { api } = fakeEngine({ '/services': services, '/tasks': tasks, '/nodes': nodes });
  const stack = String(services[0].Spec.Name).replace(/_app$/, '');
  const [seen] = await look(api, stack, new AbortController().signal);
  if (!seen) throw new Error('a service');
  const { verdict, isWhole, update } = seen;
  return { state: verdict.state, class: verdict.class, isWhole, update: update?.State };
}

const RUNS = { state: 'converged', class: 'converged', isWhole: true };
const PENDING = { state: 'pending', class: undefined, isWhole: false };
const failed = (name: string) => ({ state: 'failed', class: name, isWhole: false });

describe('one look, without the patience of `up`', () => {
  test.each([
    ['first-deploy-running', RUNS],
    ['first-deploy-starting', PENDING],
    ['crash-loop', failed('crash-loop')],
    ['image-missing', failed('image')],
    ['constraint-unsatisfiable', failed('unschedulable')],
    ['global-running', RUNS],
    ['replicated-job-failed', failed('job-failed')],
    ['one-shot-complete', RUNS],
  ])('%s', async (name, expected) => {
    expect(await lookAt(name)).toMatchObject(expected);
  });

  test('what the engine has rolled back is said, and runs', async () => {
    expect(await lookAt('rollback-completed')).toEqual({
      ...{ state: 'failed', class: 'rolled-back', isWhole: true },
      update: 'rollback_completed',
    });
  });

  test('an update that is still going on is not whole', async () => {
    expect(await lookAt('update-half-done')).toMatchObject({ ...PENDING, update: 'updating' });
  });
});
