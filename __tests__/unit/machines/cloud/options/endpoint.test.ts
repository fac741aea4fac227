import { expect, test } from '@jest/globals';
import { endpoint } from '../../../../../src/machines/cloud/options/endpoint.ts';

test.each([
  ['https://api.hetzner.cloud/v1', 'https://api.hetzner.cloud/v1'],
  ['https://api.test/', 'https://api.test'],
  ['http://127.0.0.1:4010', 'http://127.0.0.1:4010'],
  ['http://[::1]:4010/v1/', 'http://[::1]:4010/v1'],
])('%s', (given, read) => {
  expect(endpoint.parse(given)).toBe(read);
});

test.each([
  'http://api.hetzner.cloud/v1',
  'http://localhost.example.com',
  'ftp://127.0.0.1',
  'https://me:secret@api.test',
  'https://api.test/v1?a=b',
  'api.hetzner.cloud',
  '',
])('%j is no endpoint', (given) => {
  expect(endpoint.safeParse(given).error?.issues[0]?.message).toMatch(/^give a URL that begins/);
});
