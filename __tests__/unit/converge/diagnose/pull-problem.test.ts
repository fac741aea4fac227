import { expect, test } from '@jest/globals';
import type * as z from 'zod';
import { readPullProblem } from '../../../../src/converge/diagnose/pull-problem.ts';
import { type EngineApi, EngineRefusal } from '../../../../src/engine/api.ts';

function engine(answer: unknown) {
  const asked: string[] = [];
  const api: Pick<EngineApi, 'get'> = {
    get: async <T>(
      path: string,
      _query: Readonly<Record<string, string>>,
      schema: z.ZodType<T>,
    ) => {
      asked.push(path);
      if (answer instanceof Error) throw answer;
      return schema.parse(answer);
    },
  };
  return { api, asked };
}

const { signal } = new AbortController();
const problem = (words: string) =>
  readPullProblem(engine(new EngineRefusal('/distribution/x/json', 500, words)).api, 'x:1', signal);

test.each([
  [
    'Get "https://ghcr.io/v2/": dial tcp: lookup ghcr.io: no such host',
    'dial tcp: lookup ghcr.io: no such host',
  ],
  [
    'Get "https://10.0.0.9:5000/v2/": http: server gave HTTP response to HTTPS client',
    'http: server gave HTTP response to HTTPS client',
  ],
  [
    'Get "https://r.example/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    'tls: failed to verify certificate: x509: certificate signed by unknown authority',
  ],
  [
    'dial tcp 10.0.0.9:5000: connect: connection refused',
    'dial tcp 10.0.0.9:5000: connect: connection refused',
  ],
])('%s', async (words, expected) => {
  expect(await problem(words)).toBe(expected);
});

test.each(['unauthorized: authentication required', 'manifest unknown', 'denied'])(
  '%s may be for want of a login, which only the deployment has',
  async (words) => {
    expect(await problem(words)).toBeUndefined();
  },
);

test('a registry that answers is no reason, and neither is what is no answer at all', async () => {
  const { api, asked } = engine({ Descriptor: {} });
  expect(await readPullProblem(api, 'acme/web:1', signal)).toBeUndefined();
  expect(asked).toEqual(['/distribution/acme/web:1/json']);
  expect(await readPullProblem(engine(new Error('stream ended')).api, 'x', signal)).toBeUndefined();
});
