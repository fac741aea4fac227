import { expect, test } from '@jest/globals';
import { keptLog } from '../../../src/down/kept-log.ts';
import { recordedLog } from '../../support/recorded-log.ts';

test('lines of two that go on at once stand in the groups of each, once it is done', async () => {
  const { log, lines } = recordedLog();
  const [one, two] = [keptLog(log), keptLog(log)];
  const firstIsOver = Promise.withResolvers<void>();
  const first = one.log.group('one', async () => {
    one.log.info('a');
    await firstIsOver.promise;
    one.log.warning('b');
  });
  await two.log.group('two', async () => two.log.info('c'));
  two.log.info('after two');
  expect(lines).toEqual([]);
  await two.write();
  firstIsOver.resolve();
  await first;
  await one.write();
  expect(lines).toEqual(['[two]', '| c', 'after two', '[one]', '| a', '| warning: b']);
});

test('what a group throws comes through, and later lines stand outside of it', async () => {
  const { log, lines } = recordedLog();
  const kept = keptLog(log);
  const failed = kept.log.group('one', async () => {
    kept.log.info('a');
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  kept.log.error('b');
  await kept.write();
  expect(lines).toEqual(['[one]', '| a', 'error: b']);
});
