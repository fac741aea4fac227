import { expect, test } from '@jest/globals';
import { renderStack } from '../../../../src/compose/render/render.ts';
import { ConvergeError, type ServiceVerdict } from '../../../../src/converge/converge.ts';
import { namingWaiters, tellWaits } from '../../../../src/up/deploy/waves.ts';
import { composeProject } from '../../../support/compose-project.ts';

const completed = (on: string) => ({ [on]: { condition: 'service_completed_successfully' } });

const FAILED: ServiceVerdict = {
  service: 'migrate',
  state: 'failed',
  class: 'job-failed',
  summary: '0/1 completed, 1 failed',
  reasons: ['task: non-zero exit (3)'],
  running: 0,
  desired: 1,
  tasks: [],
};

test('the error says what failed, what was not deployed, and what waited for it', async () => {
  const stack = await renderStack(
    composeProject({
      services: {
        cache: { image: 'x' },
        migrate: { image: 'x' },
        seed: { image: 'x' },
        web: { image: 'x', depends_on: completed('migrate') },
        proxy: { image: 'x', depends_on: ['web'] },
        other: { image: 'x', depends_on: completed('seed') },
      },
    }),
    { stackName: 'shop' },
  );
  const error = new ConvergeError(
    'Stack shop did not converge: migrate (job-failed)',
    { status: 'job-failed', details: 'migrate: 0/1 completed', hint: 'Read its log.' },
    [FAILED],
  );
  const told = namingWaiters(error, stack, ['web', 'proxy', 'other']);
  expect(told).toMatchObject({
    message:
      'Stack shop did not converge: migrate (job-failed). Not deployed: web (waits for migrate), proxy (waits for migrate), other',
    status: 'job-failed',
    hint: 'Read its log.',
    details: 'migrate: 0/1 completed',
  });
  // With a cause it would count as one that the swarm did not answer.
  expect(told.cause).toBeUndefined();
  expect(told.verdicts.map(({ service, summary }) => `${service}: ${summary}`)).toEqual([
    'migrate: 0/1 completed, 1 failed',
    'cache: deployed, not waited for',
    'seed: deployed, not waited for',
    'web: not deployed: waits for migrate',
    'proxy: not deployed: waits for migrate',
    'other: not deployed',
  ]);
});

test('with `wait: false` what other services wait for is named, and nothing where none does', async () => {
  const told = async (conditions: object) => {
    const said: string[] = [];
    const services = { migrate: { image: 'x' }, web: { image: 'x', depends_on: conditions } };
    const stack = await renderStack(composeProject({ services }), { stackName: 'shop' });
    tellWaits(stack, (message) => said.push(message));
    return said;
  };
  expect(await told(completed('migrate'))).toEqual([
    'wait: migrate is waited for all the same, since other services depend on them (`depends_on` with a condition).',
  ]);
  expect(await told({ migrate: { condition: 'service_started' } })).toEqual([]);
});

test('of the last wave nothing is added', () => {
  const error = new ConvergeError('Stack shop did not converge', {}, [FAILED]);
  expect(namingWaiters(error, { services: [], dependencies: new Map() }, [])).toBe(error);
});
