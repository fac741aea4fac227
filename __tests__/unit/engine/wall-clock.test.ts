import { expect, test } from '@jest/globals';
import { askTime, skewOf } from '../../../src/engine/wall-clock.ts';
import { fakeEngine } from '../../support/fake-engine.ts';

const { signal } = new AbortController();
const NOW = Date.parse('2026-11-24T10:00:00Z');

/** An engine whose clock is off by `offMs`, and which takes `answerMs` to answer. */
async function asked(offMs: number, answerMs = 0) {
  let now = NOW;
  const { api } = fakeEngine({});
  const slow: typeof api = {
    ...api,
    get: async (path, _query, schema) => {
      expect(path).toBe('/info');
      now += answerMs;
      return schema.parse({ SystemTime: new Date(now - answerMs / 2 + offMs).toISOString() });
    },
  };
  return await askTime('web-1', slow, { signal, now: () => new Date(now) });
}

test.each([
  [0, undefined],
  [29_000, undefined],
  [-29_000, undefined],
  [31_000, '31.0 s ahead of that of this runner'],
  [-31_000, '31.0 s behind that of this runner'],
  [7_260_000, '2 h 1 min ahead of'],
  [-86_400_000, '1 d behind'],
])('a clock that is %d ms off: %s', async (offMs, said) => {
  const clock = await asked(offMs);
  expect(clock.time.getTime()).toBe(NOW + offMs);
  if (said === undefined) expect(skewOf(clock)).toBeUndefined();
  else expect(skewOf(clock)).toContain(`The clock of web-1 is ${said}`);
  if (said !== undefined) expect(skewOf(clock)).toContain('timedatectl set-ntp true');
});

test('a slow answer is no skew', async () => {
  expect(skewOf(await asked(34_000, 10_000))).toBeUndefined();
  expect(skewOf(await asked(36_000, 10_000))).toContain('36.0 s ahead');
});

test.each(['', 'soon', undefined])(
  'an engine that gives no time (%s) is not believed',
  async (SystemTime) => {
    const { api } = fakeEngine({ '/info': { SystemTime } });
    await expect(askTime('web-1', api, { signal, now: () => new Date() })).rejects.toThrow();
  },
);
