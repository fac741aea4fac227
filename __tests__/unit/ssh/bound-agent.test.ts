import { createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { boundAgent } from '../../../src/ssh/bound-agent.ts';
import { generateKeyPair } from '../../../src/ssh/keys/generate.ts';
import { readPrivateKeys, signingKey } from '../../../src/ssh/keys/private-key.ts';
import { isSignedBy, signature } from '../../../src/ssh/keys/signature.ts';
import { readStrings, sshStrings } from '../../../src/ssh/keys/wire.ts';

const { signal } = new AbortController();
const newKey = () => {
  const [key] = readPrivateKeys(generateKeyPair('key').privateKey);
  if (!key) throw new Error('a key');
  return key;
};
const [USER, HOST, OTHER] = [newKey(), newKey(), newKey()];
const SESSION = randomBytes(32);

/** What the agent answers to these requests on one connection; the kind of each answer. */
async function answers(...requests: readonly Buffer[]): Promise<number[]> {
  return (await messages(requests)).map(([kind = 0]) => kind);
}

async function messages(requests: readonly Buffer[], pieces = 1): Promise<Buffer[]> {
  const destination = { user: 'deploy', hostKey: HOST.blob };
  const agent = await boundAgent({ privateKeys: [USER] }, destination, signal);
  const stream = await new Promise<Duplex>((resolve, reject) =>
    agent.getStream?.((error, made) => (made ? resolve(made as Duplex) : reject(error))),
  );
  const bytes = sshStrings(...requests);
  const size = Math.ceil(bytes.length / pieces);
  for (let at = 0; at < bytes.length; at += size) stream.write(bytes.subarray(at, at + size));
  stream.end();
  return readStrings(Buffer.concat(await stream.toArray())) ?? [];
}

const IDENTITIES = Buffer.of(11);
const [FAILURE, SUCCESS, LISTED, SIGNED] = [5, 6, 12, 14];

function bind({
  host = HOST,
  by = HOST,
  session = SESSION,
  forwarding = 0,
  name = 'session-bind@openssh.com',
} = {}): Buffer {
  const proof = sshStrings('ssh-ed25519', signature(signingKey(by), 'ssh-ed25519', session));
  return Buffer.concat([
    Buffer.of(27),
    sshStrings(name, host.blob, session, proof),
    Buffer.of(forwarding),
  ]);
}

interface Login {
  readonly session?: Buffer;
  readonly kind?: number;
  readonly user?: string;
  readonly service?: string;
  readonly method?: string;
  readonly has?: number;
  readonly algorithm?: string;
  readonly key?: Buffer;
  readonly host?: Buffer | undefined;
  readonly more?: readonly string[];
}

const BOUND = { method: 'publickey-hostbound-v00@openssh.com', host: HOST.blob };

function login({ session = SESSION, kind = 50, user = 'deploy', ...rest }: Login = {}): Buffer {
  const { service = 'ssh-connection', method = 'publickey', has = 1, host, more = [] } = rest;
  const { algorithm = 'ssh-ed25519', key = USER.blob } = rest;
  return Buffer.concat([
    ...[sshStrings(session), Buffer.of(kind), sshStrings(user, service, method), Buffer.of(has)],
    sshStrings(algorithm, key, ...(host ? [host] : []), ...more),
  ]);
}

function sign(data: Buffer, key = USER.blob): Buffer {
  return Buffer.concat([Buffer.of(13), sshStrings(key, data), Buffer.alloc(4)]);
}

describe('boundAgent', () => {
  test('lists its keys, and signs the login of the session that it is bound to', async () => {
    const [listed, bound, signed] = await messages([IDENTITIES, bind(), sign(login())]);
    expect(listed?.[0]).toBe(LISTED);
    expect(readStrings(listed?.subarray(5) ?? Buffer.of())).toEqual([USER.blob, Buffer.of()]);
    expect(bound).toEqual(Buffer.of(SUCCESS));
    expect(signed?.[0]).toBe(SIGNED);
    const [whole = Buffer.of()] = readStrings(signed?.subarray(1) ?? Buffer.of()) ?? [];
    expect(isSignedBy(USER.blob, login(), whole)).toBe(true);
    expect(isSignedBy(USER.blob, login({ user: 'root' }), whole)).toBe(false);
    expect(isSignedBy(OTHER.blob, login(), whole)).toBe(false);
  });

  test('signs the login that names its host, too, and however the bytes arrive', async () => {
    expect(await answers(bind(), sign(login(BOUND)))).toEqual([SUCCESS, SIGNED]);
    const whole = await messages([IDENTITIES, bind(), sign(login(BOUND))]);
    const inPieces = await messages([IDENTITIES, bind(), sign(login(BOUND))], 400);
    expect(inPieces).toEqual(whole);
  });

  test.each<[string, Buffer]>([
    ['another host', bind({ host: OTHER, by: OTHER })],
    ['the host, proved by another', bind({ by: OTHER })],
    ['a session that leads further', bind({ forwarding: 1 })],
    ['another extension', bind({ name: 'restrict-destination-v00@openssh.com' })],
    ['nothing', Buffer.of(27)],
  ])('is not bound to %s', async (_, request) => {
    expect(await answers(request, sign(login()))).toEqual([FAILURE, FAILURE]);
  });

  test('is bound once: a second session is none of its own', async () => {
    const session = randomBytes(32);
    const second = bind({ session });
    expect(await answers(bind(), second, sign(login({ session })), sign(login()))).toEqual([
      ...[SUCCESS, FAILURE, FAILURE, SIGNED],
    ]);
  });

  test.each<[string, Buffer]>([
    ['of another session', sign(login({ session: randomBytes(32) }))],
    ['of another user', sign(login({ user: 'root' }))],
    ['to another service', sign(login({ service: 'ssh-userauth' }))],
    ['by another method', sign(login({ method: 'hostbased' }))],
    ['without a signature', sign(login({ has: 0 }))],
    ['that is another message', sign(login({ kind: 51 }))],
    ['by SHA-1', sign(login({ algorithm: 'ssh-rsa' }))],
    ['by an algorithm of another key', sign(login({ algorithm: 'rsa-sha2-512' }))],
    ['with a key that it does not have', sign(login({ key: OTHER.blob }), OTHER.blob)],
    ['with another key inside', sign(login({ key: OTHER.blob }))],
    ['to another host', sign(login({ ...BOUND, host: OTHER.blob }))],
    ['to a host that it should name', sign(login({ method: BOUND.method }))],
    ['with a host that it should not name', sign(login({ host: HOST.blob }))],
    ['with more behind it', sign(login({ ...BOUND, more: ['more'] }))],
    ['of bytes that are none', sign(randomBytes(40))],
    ['of nothing', Buffer.of(13)],
    ['of a half', sign(login().subarray(0, 60))],
  ])('signs no login %s', async (_, request) => {
    expect(await answers(bind(), request, sign(login()))).toEqual([SUCCESS, FAILURE, SIGNED]);
  });

  test('signs nothing without a session, and does nothing else', async () => {
    const others = [17, 18, 19, 20, 22, 23, 25, 26, 255].map((kind) => Buffer.of(kind, 0, 0, 0, 0));
    expect(await answers(sign(login()), ...others, Buffer.of())).toEqual(
      Array.from({ length: others.length + 2 }, () => FAILURE),
    );
  });

  test('ends with a request that is too long to be one', async () => {
    expect(await messages([randomBytes(300 * 1024)], 3).catch(String)).toBe(
      'Error: A request to the agent is too long.',
    );
  });
});

describe('signature', () => {
  test.each([
    ['ecdsa-sha2-nistp256', 'P-256'],
    ['ecdsa-sha2-nistp384', 'P-384'],
    ['ecdsa-sha2-nistp521', 'P-521'],
  ])('%s holds, with whatever zeros in front', (algorithm, namedCurve) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve });
    const [key] = readPrivateKeys(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    const blob = key?.blob ?? Buffer.of();
    for (let at = 0; at < 40; at += 1) {
      const data = Buffer.of(at);
      const whole = sshStrings(algorithm, signature(privateKey, algorithm, data));
      expect(isSignedBy(blob, data, whole)).toBe(true);
      expect(isSignedBy(blob, Buffer.of(at + 1), whole)).toBe(false);
    }
  });

  test.each([
    ['nothing', Buffer.of()],
    ['a name alone', sshStrings('ssh-ed25519')],
    ['an algorithm that is not known', sshStrings('ssh-dss', randomBytes(40))],
    ['one of another key', sshStrings('rsa-sha2-256', randomBytes(256))],
    ['random bytes', sshStrings('ssh-ed25519', randomBytes(64))],
    ['too few bytes', sshStrings('ssh-ed25519', randomBytes(3))],
  ])('%s is none', (_, whole) => {
    expect(isSignedBy(USER.blob, SESSION, whole)).toBe(false);
  });

  test('by an algorithm that no key signs by is refused', () => {
    const key = createPrivateKey(
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
    );
    expect(() => signature(key, 'ssh-dss', SESSION)).toThrow('No key signs by ssh-dss.');
  });
});
