import { expect, test } from '@jest/globals';
import type * as z from 'zod';
import { readServices } from '../../../src/stack/present.ts';

test('services come by name, whatever order the engine lists them in', async () => {
  const answer = ['web', 'api', 'db'].map((name) => ({
    ID: `id-${name}`,
    Version: { Index: 1 },
    Spec: { Name: `shop_${name}`, Mode: { Global: {} }, TaskTemplate: {} },
  }));
  const api = {
    get: async <T>(_path: string, _query: object, schema: z.ZodType<T>) => schema.parse(answer),
  };
  const found = await readServices(api, new AbortController().signal);
  expect(found.map(({ Spec }) => Spec.Name)).toEqual(['shop_api', 'shop_db', 'shop_web']);
});
