import { expect, test } from '@jest/globals';
import type * as z from 'zod';
import { encryptionAdvice, isPublic, plainOverlays } from '../../../src/deploy/encryption.ts';
import type { EngineApi } from '../../../src/engine/api.ts';

test.each([
  ['203.0.113.7', true],
  ['172.32.0.1', true],
  ['2001:db8::7', true],
  ['10.0.0.4', false],
  ['172.31.255.255', false],
  ['192.168.1.1', false],
  ['100.64.0.1', false],
  ['169.254.1.1', false],
  ['127.0.0.1', false],
  ['fd00::4', false],
  ['fe80::1', false],
  ['web-1.example.com', false],
])('%s is public: %s', (address, expected) => {
  expect(isPublic(address)).toBe(expected);
});

test('networks with the option are left out, whatever it says', async () => {
  const answer = [
    { Name: 'shop_b', Options: null },
    { Name: 'shop_a', Options: { 'com.docker.network.driver.overlay.vxlanid_list': '4097' } },
    { Name: 'shop_c', Options: { encrypted: '' } },
  ];
  const asked: unknown[] = [];
  const api: EngineApi = {
    get: async <T>(path: string, query: Readonly<Record<string, string>>, schema: z.ZodType<T>) => {
      asked.push([path, JSON.parse(query.filters ?? '')]);
      return schema.parse(answer);
    },
    post: () => Promise.reject(new Error('nothing is changed')),
    delete: () => Promise.reject(new Error('nothing is deleted')),
    [Symbol.dispose]: () => {},
  };
  const plain = await plainOverlays(api, 'shop', new AbortController().signal);
  expect(plain).toEqual(['shop_a', 'shop_b']);
  expect(asked).toEqual([
    ['/networks', { driver: ['overlay'], label: ['com.docker.stack.namespace=shop'] }],
  ]);
});

test('the advice names the networks and the addresses', () => {
  const advice = encryptionAdvice(['shop_default'], ['web-1 (203.0.113.7)']);
  expect(advice).toMatch(/public addresses here: web-1 \(203\.0\.113\.7\)\. shop_default is not/);
  expect(advice).toContain('driver_opts: { encrypted: "" }');
});
