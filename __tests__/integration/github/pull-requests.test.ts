import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { ActionError } from '../../../src/base/errors.ts';
import { isClosed } from '../../../src/github/pull-requests.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

// As GitHub's REST description has them.
const OPEN: Answer = {
  status: 200,
  body: { number: 3, state: 'open', merged: false, draft: false },
};
const CLOSED: Answer = { status: 200, body: { number: 3, state: 'closed', merged: true } };
const REFUSED: Answer = {
  status: 403,
  headers: { 'x-ratelimit-remaining': '4999' },
  body: {
    message: 'Resource not accessible by integration',
    documentation_url: 'https://docs.github.com/rest/pulls/pulls#get-a-pull-request',
    status: '403',
  },
};
const MISSING: Answer = { status: 404, body: { message: 'Not Found', status: '404' } };
const BUSY: Answer = { status: 502, body: '<html>Bad Gateway</html>' };
const LIMITED: Answer = {
  status: 403,
  headers: { 'retry-after': '7', 'x-ratelimit-remaining': '0' },
  body: { message: 'You have exceeded a secondary rate limit.' },
};
const LIMITED_LONG: Answer = { ...LIMITED, headers: { 'retry-after': '3600' } };

/** Asks a server that gives these answers, one after the other. */
async function asking(...answers: readonly Answer[]) {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const answer = answers[requests.length] ?? { status: 500, body: 'one question too many' };
    requests.push(request);
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const clock = virtualClock();
  try {
    const github = {
      apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      repository: 'acme/shop',
      token: 'ghs_secret',
    };
    const result = await isClosed(github, '3', {
      signal: new AbortController().signal,
      clock,
    }).catch((error: unknown) => error);
    return { result, requests, waitedMs: clock.now() };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('asks as the REST description says', async () => {
  const { result, requests } = await asking(CLOSED);
  expect(result).toBe(true);
  expect(requests[0]?.url).toBe('/repos/acme/shop/pulls/3');
  expect(requests[0]?.headers).toMatchObject({
    authorization: 'Bearer ghs_secret',
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
  });
  expect((await asking(OPEN)).result).toBe(false);
});

test('what passes is asked again, after the time that GitHub names', async () => {
  expect(await asking(BUSY, LIMITED, OPEN)).toMatchObject({ result: false, waitedMs: 8_000 });
});

test.each([
  ['no permission', REFUSED, 1, 'Resource not accessible by integration', 'pull-requests: read'],
  ['no such pull request', MISSING, 1, 'Not Found', undefined],
  ['a limit that lasts', LIMITED_LONG, 1, 'secondary rate limit', undefined],
  ['a server that stays busy', BUSY, 3, 'Bad Gateway', undefined],
])('%s is an error with the words of GitHub', async (_name, answer, times, details, hint) => {
  const { result, requests } = await asking(answer, answer, answer);
  expect(requests).toHaveLength(times);
  if (!(result instanceof ActionError)) throw new Error(`no ActionError: ${String(result)}`);
  expect(result.message).toMatch(new RegExp(`^Status ${answer.status} from http`));
  expect(result.details).toContain(details);
  if (hint === undefined) expect(result.hint).toBeUndefined();
  else expect(result.hint).toContain(hint);
  expect(`${result.message}${result.details}${result.hint}`).not.toContain('ghs_secret');
});

test('a server that is not there is asked three times', async () => {
  const clock = virtualClock();
  const github = { apiUrl: 'http://127.0.0.1:1', repository: 'acme/shop', token: 'x' };
  const options = { signal: new AbortController().signal, clock };
  await expect(isClosed(github, '3', options)).rejects.toThrow('No answer from http://127.0.0.1:1');
  expect(clock.now()).toBe(2_000);
});

test('an answer of another form is an error, too', async () => {
  const { result } = await asking({ status: 200, body: { state: 'half open' } });
  expect(result).toBeInstanceOf(ActionError);
});
