import { expect, test } from '@jest/globals';
import {
  describeTarget,
  parseVerify,
  VerifyFault,
  type VerifyTarget,
} from '../../../src/verify/target.ts';

const parsed = (line: string): VerifyTarget => {
  const target = parseVerify(line);
  if (target instanceof VerifyFault) throw new Error(target.why);
  return target;
};

test.each([
  ['443/health', { port: 443, path: '/health', status: undefined }],
  ['8080/it\'s?a="b"  401', { port: 8080, path: '/it\'s?a="b"', status: 401 }],
  [
    'https://shop.example.com/',
    {
      ...{ port: 443, path: '/', status: undefined },
      ...{ name: 'shop.example.com', tls: { insecure: false } },
    },
  ],
  [
    'HTTPS://Shop.example.com:8443/health?full=1 204 insecure',
    {
      ...{ port: 8443, path: '/health?full=1', status: 204 },
      ...{ name: 'shop.example.com', tls: { insecure: true } },
    },
  ],
  [
    'http://[::1]:8080 header="X-Tenant: a b" header=\'X-Quote: "q"\' contains="all is well"',
    {
      ...{ port: 8080, path: '/', status: undefined, name: '[::1]' },
      headers: { 'X-Tenant': 'a b', 'X-Quote': '"q"' },
      contains: 'all is well',
    },
  ],
  ['8080/ contains=ok', { port: 8080, path: '/', status: undefined, contains: 'ok' }],
])('%s is read', (line, target) => {
  expect(parsed(line)).toEqual(target);
});

test.each([
  ['https://', 'not an address'],
  ['https://shop.example.com:0/', 'not an address'],
  ['https://shop.example.com:99999/', 'not an address'],
  ['ftp://shop.example.com/', 'not a port with a path'],
  ['https://bob:swordfish@shop.example.com/', 'Write `header="Authorization: Basic …"`'],
  ['8080/ insecure', '`insecure` is about certificates'],
  ['8080/ 200 201', 'two statuses'],
  ['8080/ inscure', '`inscure` is not understood'],
  ['8080/ contains=""', '`contains` is not understood'],
  ['8080/ contains="a" contains="b"', '`contains` twice'],
  ['8080/ contains="a', 'A value with blanks has quotes'],
  ['8080/ contains=all is well', '`is` is not understood'],
  ['8080/ header="swordfish"', 'Write `header="Name: value"`'],
  ['8080/ header="Host: shop.example.com"', 'belongs into the address'],
  ['8080/ header="Content-Length: 5"', 'cannot be given'],
  ['8080/ header="X-A: swordfish\u0007"', 'Write `header="Name: value"`'],
])('%s is refused, without a value of it that may be secret', (line, why) => {
  const fault = parseVerify(line);
  expect(fault).toBeInstanceOf(VerifyFault);
  expect(fault).toMatchObject({ why: expect.stringContaining(why) });
  expect(JSON.stringify(fault)).not.toContain('swordfish');
});

test('a target is called as it was written', () => {
  expect(describeTarget(parsed('8080/health'))).toBe('8080/health');
  expect(describeTarget(parsed('https://shop.example.com/a 401'))).toBe(
    'https://shop.example.com:443/a',
  );
});
