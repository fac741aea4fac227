import { expect, test } from '@jest/globals';
import type * as z from 'zod';
import type { EngineApi } from '../../../src/engine/api.ts';
import { stackReader } from '../../../src/stack/snapshot.ts';

test('asks for the stack by its label, and for those tasks only that are of the present spec', async () => {
  const asked: string[] = [];
  const api: Pick<EngineApi, 'get'> = {
    get: async <T>(path: string, query: Readonly<Record<string, string>>, schema: z.ZodType<T>) => {
      asked.push(`${path} ${query.filters ?? ''}`);
      return schema.parse([]);
    },
  };
  const reader = stackReader(api, 'web');
  const { signal } = new AbortController();

  expect(await reader.read(signal)).toEqual({ services: [], tasks: [], nodes: [] });
  expect(await reader.history(signal)).toEqual([]);
  expect(asked).toEqual([
    '/services {"label":["com.docker.stack.namespace=web"]}',
    '/tasks {"label":["com.docker.stack.namespace=web"],"_up-to-date":["true"]}',
    '/nodes {}',
    '/tasks {"label":["com.docker.stack.namespace=web"]}',
  ]);
});
