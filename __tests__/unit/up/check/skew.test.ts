import { expect, test } from '@jest/globals';
import { warnOfSkew } from '../../../../src/up/check/skew.ts';
import { fakeEngine } from '../../../support/fake-engine.ts';
import { recordedLog } from '../../../support/recorded-log.ts';

const EXPIRES = '2026-11-25T10:00:00Z';
const NOW = new Date('2026-11-24T10:00:00Z');

/** What an `up` with this expiry says where the clock of the manager shows that time. */
async function said(expires: string | undefined, SystemTime: string, makesMachines = false) {
  const { log, lines } = recordedLog();
  const owner = { cluster: 'shop', repository: '42', run: '7', expires };
  const context = {
    ...{ owner, driver: { makesMachines, onRunner: 'container' }, reporter: { log } },
    signal: new AbortController().signal,
  } as unknown as Parameters<typeof warnOfSkew>[0];
  const { api } = fakeEngine({ '/info': { SystemTime } });
  await warnOfSkew(context, { manager: { name: 'web-1', api } }, () => NOW);
  return lines.join('\n');
}

test.each([
  ['2026-11-24T12:00:00.123456789Z', '2 h ahead of'],
  ['2026-11-24T07:00:00+00:00', '3 h behind'],
])('a runner that writes an expiry by another clock than %s says so', async (time, direction) => {
  expect(await said(EXPIRES, time)).toContain(`The clock of web-1 is ${direction} that of this`);
});

test('it says nothing where the clocks agree, nothing expires, or the machines are of its own making', async () => {
  expect(await said(EXPIRES, '2026-11-24T10:00:01Z')).toBe('');
  expect(await said(undefined, '2026-11-24T12:00:00Z')).toBe('');
  expect(await said(EXPIRES, '2026-11-24T12:00:00Z', true)).toBe('');
});
