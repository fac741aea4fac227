import { expect, test } from '@jest/globals';
import { readAccess, regionOf } from '../../../../src/machines/amazonec2/access.ts';
import { generateKeyPair } from '../../../../src/ssh/keys/generate.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 'secret' };
const CLUSTER = { cluster: 'shop', repository: '42' };

const access = (variables: Record<string, string>, inputs: Record<string, string> = {}) =>
  readAccess({
    ...{ read: (name) => inputs[name] ?? '', variables, purpose: 'make', warn: () => {} },
    problem: (input, _shown, reason) => {
      throw new Error(`${input}: ${reason}`);
    },
  });

test('credentials of the variables are those of the run', async () => {
  const { credentials } = access({ ...KEYS, AWS_SESSION_TOKEN: 'session' });
  expect(await credentials()).toEqual({
    ...{ accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'session' },
  });
});

test('long-lived keys give the same key in each run, and each cluster has another', () => {
  const [one, other] = [access(KEYS), access(KEYS)];
  expect(one.keyFrom).toBe('secret');
  const keys = one.keyOf(CLUSTER).authorizedKeys;
  expect(other.keyOf(CLUSTER).authorizedKeys).toEqual(keys);
  expect(one.keyOf({ ...CLUSTER, cluster: 'other' }).authorizedKeys).not.toEqual(keys);
});

test('with credentials that end, a run has one key of its own', () => {
  const session = { ...KEYS, AWS_SESSION_TOKEN: 'session' };
  const [one, other] = [access(session), access(session)];
  expect(one.keyFrom).toBe('run');
  expect(one.keyOf(CLUSTER)).toBe(one.keyOf(CLUSTER));
  expect(one.keyOf(CLUSTER).authorizedKeys).not.toEqual(other.keyOf(CLUSTER).authorizedKeys);
});

test('without credentials in variables, the key is one of the run, too', () => {
  expect(access({}).keyFrom).toBe('run');
});

test('a key that was given is the only one', () => {
  const { privateKey, publicKey } = generateKeyPair('');
  const given = access(KEYS, { 'ssh-private-key': privateKey });
  expect(given.keyFrom).toBe('input');
  expect(given.keyOf(CLUSTER).authorizedKeys).toEqual([publicKey.trim()]);
});

test('the region is that of the option, or of the variables', () => {
  expect(regionOf('eu-west-1', access({ AWS_REGION: 'us-east-1' }))).toBe('eu-west-1');
  expect(regionOf(undefined, access({ AWS_REGION: 'us-east-1' }))).toBe('us-east-1');
  expect(regionOf(undefined, access({ AWS_DEFAULT_REGION: 'us-east-2' }))).toBe('us-east-2');
  expect(() => regionOf(undefined, access({}))).toThrow('The region of AWS is not given.');
});
