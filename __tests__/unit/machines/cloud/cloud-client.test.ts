import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { type CloudAccess, cloudClient } from '../../../../src/machines/cloud/cloud-client.ts';
import { CloudError } from '../../../../src/machines/cloud/cloud-error.ts';
import { recordedLog } from '../../../support/recorded-log.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const TOKEN = 'sesame-open-3141';
const NOON = Date.parse('2026-12-01T12:00:00Z');

type Step = Response | Error | ((init: RequestInit) => Promise<Response>);

/** A client whose vendor answers one step after another, and then `{}`. */
function talk(steps: Step[], more: Partial<CloudAccess> = {}) {
  const clock = virtualClock();
  const { log, lines } = recordedLog();
  const asked: { url: string; init: RequestInit; at: number }[] = [];
  const answer = async (url: unknown, init: RequestInit = {}) => {
    asked.push({ url: String(url), init, at: clock.now() });
    const step = steps.shift() ?? Response.json({});
    if (step instanceof Error) throw step;
    return typeof step === 'function' ? await step(init) : step;
  };
  const client = cloudClient({
    ...{ vendor: 'Acme', endpoint: 'https://api.test/v1', token: TOKEN, log, clock },
    ...{ fetch: answer as typeof fetch, now: () => NOON + clock.now(), random: () => 0 },
    ...more,
  });
  return { client, clock, lines, asked };
}

const bounds = (deadline = 600_000, signal = new AbortController().signal) => ({
  deadline,
  signal,
});
const GET = { method: 'GET', path: '/servers', answer: z.unknown() } as const;
const POST = {
  method: 'POST',
  path: '/servers',
  body: { name: 'a' },
  answer: z.unknown(),
} as const;
const refused = (status: number, code: string, headers = {}) =>
  Response.json({ error: { code, message: `It is ${code}` } }, { status, headers });
const failed = () => new TypeError('fetch failed', { cause: new Error('ECONNRESET') });

test('the token, the query and the body are sent to the endpoint', async () => {
  const { client, asked } = talk([Response.json({ id: 3 })]);
  const answer = z.object({ id: z.number() });
  const query = { id: [1, 2], name: undefined, page: 1 };
  expect(await client.call({ ...POST, query, answer }, bounds())).toEqual({ id: 3 });
  expect(asked[0]?.url).toBe('https://api.test/v1/servers?id=1&id=2&page=1');
  expect(asked[0]?.init).toMatchObject({
    method: 'POST',
    body: '{"name":"a"}',
    redirect: 'manual',
    headers: { Authorization: `Bearer ${TOKEN}` },
  });
});

test('an answer without a body reads as undefined', async () => {
  const { client } = talk([new Response(null, { status: 204 })]);
  const call = { method: 'DELETE', path: '/servers/1', answer: z.undefined() } as const;
  expect(await client.call(call, bounds())).toBeUndefined();
});

test('an answer of another form is an error that names the place', async () => {
  const { client } = talk([Response.json({ id: 'x' })]);
  const answer = z.object({ id: z.number() });
  await expect(client.call({ ...GET, answer }, bounds())).rejects.toMatchObject({
    message: 'Acme answered GET /servers in another form than expected.',
    details: expect.stringMatching(/^id: /),
  });
});

test('a refusal has status, code and words of the vendor, and no token', async () => {
  const { client, asked } = talk([refused(409, 'uniqueness_error')]);
  const error = await client.call(POST, bounds()).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(CloudError);
  expect(error).toMatchObject({
    ...{ call: 'POST /servers', httpStatus: 409, code: 'uniqueness_error' },
    ...{ details: 'It is uniqueness_error' },
    message: 'Acme answered POST /servers with status 409 (uniqueness_error).',
  });
  expect(JSON.stringify(error) + String(error)).not.toContain(TOKEN);
  expect(asked).toHaveLength(1);
});

test.each([
  [{ id: 'not_found', message: 'No such droplet' }, 'not_found', 'No such droplet'],
  ['<h1>Bad gateway</h1>', undefined, '"<h1>Bad gateway</h1>"'],
])('the refusal %j', async (body, code, details) => {
  const { client } = talk([Response.json(body, { status: 404 })]);
  await expect(client.call(GET, bounds())).rejects.toMatchObject({ code, details });
});

test.each(['GET', 'PUT', 'DELETE'] as const)('%s is repeated after a fault', async (method) => {
  const { client, asked } = talk([failed(), refused(502, 'bad_gateway')]);
  await client.call({ ...GET, method }, bounds());
  expect(asked.map(({ at }) => at)).toEqual([0, 1_000, 3_000]);
});

test('a fault that stays is given up after half a minute', async () => {
  const { client, asked, clock } = talk(Array.from({ length: 20 }, failed));
  await expect(client.call(GET, bounds())).rejects.toMatchObject({
    ...{ message: 'No answer from Acme to GET /servers.', details: 'ECONNRESET' },
    httpStatus: undefined,
  });
  expect([asked.length, clock.now()]).toEqual([6, 31_000]);
});

test.each([[failed()], [refused(503, 'unavailable')]])(
  'a POST is not sent again after %s',
  async (step) => {
    const { client, asked } = talk([step]);
    await expect(client.call(POST, bounds())).rejects.toBeInstanceOf(CloudError);
    expect(asked).toHaveLength(1);
  },
);

test('a POST that does nothing more the second time is sent again', async () => {
  const { client, asked } = talk([failed()]);
  await client.call({ ...POST, isRepeatable: true }, bounds());
  expect(asked).toHaveLength(2);
});

test('a POST is sent again after a code that says that nothing was done', async () => {
  const { client, asked } = talk([refused(409, 'conflict')], { retriedCodes: ['conflict'] });
  await client.call(POST, bounds());
  expect(asked).toHaveLength(2);
});

test('after 429 any call waits as long as is named, and tells so once', async () => {
  const limited = () => refused(429, 'rate_limit_exceeded', { 'retry-after': '180' });
  const { client, asked, lines } = talk([limited(), limited()]);
  await client.call(POST, bounds());
  expect(asked.map(({ at }) => at)).toEqual([0, 180_000, 360_000]);
  expect(lines).toEqual(['Rate limit of Acme reached; the run waits until 12:03 UTC.']);
});

test('RateLimit-Reset counts by the time of the vendor, and never more than a minute', async () => {
  const headers = (inSeconds: number) => ({
    date: 'Tue, 01 Dec 2026 09:00:00 GMT',
    'ratelimit-reset': String(Date.parse('2026-12-01T09:00:00Z') / 1_000 + inSeconds),
  });
  const limited = (seconds: number) => refused(429, 'rate_limit_exceeded', headers(seconds));
  const { client, asked } = talk([limited(7), limited(3_000)]);
  await client.call(GET, bounds());
  expect(asked.map(({ at }) => at)).toEqual([0, 7_000, 67_000]);
});

test('429 is waited for until the deadline, and never beyond it', async () => {
  const limited = Array.from({ length: 500 }, () => refused(429, 'rate_limit_exceeded'));
  const { client, clock } = talk(limited);
  await expect(client.call(GET, bounds(300_000))).rejects.toMatchObject({ httpStatus: 429 });
  expect(clock.now()).toBeGreaterThan(290_000);
  expect(clock.now()).toBeLessThan(300_000);
});

test('a time that is named beyond the deadline is not waited for', async () => {
  const { client, clock } = talk([refused(429, 'limit', { 'retry-after': '180' })]);
  await expect(client.call(GET, bounds(60_000))).rejects.toMatchObject({ httpStatus: 429 });
  expect(clock.now()).toBe(0);
});

test('an abort ends the wait between two attempts with its reason', async () => {
  const controller = new AbortController();
  const end = async () => {
    controller.abort(new Error('cancelled'));
    return refused(429, 'limit');
  };
  const { client, asked } = talk([end]);
  await expect(client.call(GET, bounds(600_000, controller.signal))).rejects.toThrow('cancelled');
  expect(asked).toHaveLength(1);
});

test('the answer of a POST is taken although the run was aborted meanwhile', async () => {
  const controller = new AbortController();
  const { client } = talk([
    async (init) => {
      controller.abort(new Error('cancelled'));
      init.signal?.throwIfAborted();
      return Response.json({ id: 3 });
    },
  ]);
  expect(await client.call(POST, bounds(600_000, controller.signal))).toEqual({ id: 3 });
});

test('a dry run asks and changes nothing', async () => {
  const { client, asked } = talk([], { readsOnly: true });
  await client.call(GET, bounds());
  await expect(client.call(POST, bounds())).rejects.toThrow(/Acme/);
  expect(asked).toHaveLength(1);
});

test.each(['', 'two words', `${TOKEN}\n`])('the token %j is refused and not shown', (token) => {
  const make = () => talk([], { token });
  expect(make).toThrow('The token for Acme is empty, or has blanks or other characters.');
});

test('the clock of the vendor is read of each answer that has a date', async () => {
  const date = (at: number) => ({ headers: { date: new Date(NOON + at).toUTCString() } });
  const { client } = talk([
    Response.json({}, date(7_200_000)),
    Response.json({}, { headers: { date: 'soon' } }),
    Response.json({}, { ...date(-60_000), status: 404 }),
  ]);
  expect(client.vendorClock()).toBeUndefined();
  await client.call(GET, bounds());
  expect(client.vendorClock()).toEqual({ offset: 7_200_500, plusMinus: 500 });
  await client.call(GET, bounds());
  expect(client.vendorClock()?.offset).toBe(7_200_500);
  await client.call(GET, bounds()).catch(() => {});
  expect(client.vendorClock()?.offset).toBe(-59_500);
});
