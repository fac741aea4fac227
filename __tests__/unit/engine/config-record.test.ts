import { expect, test } from '@jest/globals';
import { EngineRefusal } from '../../../src/engine/api.ts';
import {
  changeConfigLabels,
  createConfig,
  listConfigs,
} from '../../../src/engine/config-record.ts';

const signal = new AbortController().signal;
const CONFIG = { Name: 'a', Labels: { b: 'c' }, Data: '' };

test('a name that is taken is no failure, and any other refusal is', async () => {
  const answering = (status: number) => ({
    post: async () => {
      throw new EngineRefusal('POST /configs/create', status, 'no');
    },
  });
  expect(await createConfig({ post: async () => {} }, CONFIG, signal)).toBe(true);
  expect(await createConfig(answering(409), CONFIG, signal)).toBe(false);
  await expect(createConfig(answering(500), CONFIG, signal)).rejects.toThrow(EngineRefusal);
});

test('labels are written over what was read, with all else that the engine said of it', async () => {
  const sent: unknown[] = [];
  const api = {
    get: async (_: string, __: unknown, schema: { parse(value: unknown): unknown }) =>
      schema.parse([
        {
          ...{ ID: 'i', Version: { Index: 7 }, CreatedAt: 't' },
          Spec: { Name: 'a', Labels: null, Templating: { Name: 'golang' } },
        },
      ]),
    post: async (...all: unknown[]) => void sent.push(...all.slice(0, 3)),
  };
  const [found] = await listConfigs(api as never, { label: ['b'] }, signal);
  expect(found?.Spec.Labels).toEqual({});
  if (found) await changeConfigLabels(api, found, { b: 'd' }, signal);
  expect(sent).toEqual([
    '/configs/i/update',
    { version: '7' },
    { Name: 'a', Labels: { b: 'd' }, Templating: { Name: 'golang' } },
  ]);
});
