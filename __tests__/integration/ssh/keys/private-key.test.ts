import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import ssh2 from 'ssh2';
import { ActionError, describeError } from '../../../../src/base/errors.ts';
import type { Argv } from '../../../../src/exec/argv.ts';
import { runner } from '../../../../src/exec/runner.ts';
import { readPrivateKeys } from '../../../../src/ssh/keys/private-key.ts';

const PASSPHRASE = 'open sesame';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'swarm-up-keys-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** Runs a shell line in the folder and gives the file `key` that it made. */
async function make(line: string): Promise<string> {
  const argv: Argv = [
    'sh',
    '-ec',
    `cd "$0" && rm -f key key.pub && { ${line}; } >/dev/null 2>&1`,
    folder,
  ];
  await runner.run(argv);
  return readFile(join(folder, 'key'), 'utf8');
}

const keygen = (type: string, more = '', passphrase = ''): string =>
  `ssh-keygen -q -t ${type} -N '${passphrase}' ${more} -C 'the comment' -f key`;

/** The fingerprint as ssh-keygen sees it. */
async function fingerprintOf(text: string, passphrase = ''): Promise<string> {
  await runner.run(['sh', '-ec', 'umask 077; cat > "$0"', join(folder, 'check')], { stdin: text });
  const argv: Argv = [
    'sh',
    '-ec',
    'cd "$0"; ssh-keygen -y -P "$1" -f check > check.pub; ssh-keygen -lf check.pub',
    folder,
    passphrase,
  ];
  return (await runner.run(argv)).stdout.split(' ')[1] ?? '';
}

const refusal = (text: string, passphrase?: string): string => {
  try {
    readPrivateKeys(text, passphrase);
  } catch (error) {
    if (error instanceof ActionError) return describeError(error);
    throw error;
  }
  throw new Error('It should have been refused.');
};

/** No 12 characters of the key in what is said. */
const quotes = (said: string, text: string): boolean =>
  text
    .split(/\s+/)
    .filter((word) => /^[A-Za-z0-9+/=]{16,}$/.test(word))
    .some((word) => said.includes(word.slice(0, 12)));

describe('a key that is made by', () => {
  test.each([
    ['ssh-keygen: ed25519', keygen('ed25519')],
    ['ssh-keygen: RSA', keygen('rsa', '-b 2048')],
    ['ssh-keygen: ECDSA 256', keygen('ecdsa', '-b 256')],
    ['ssh-keygen: ECDSA 384', keygen('ecdsa', '-b 384')],
    ['ssh-keygen: ECDSA 521', keygen('ecdsa', '-b 521')],
    ['ssh-keygen: RSA as PKCS#1', keygen('rsa', '-b 2048 -m PEM')],
    ['ssh-keygen: RSA as PKCS#8', keygen('rsa', '-b 2048 -m PKCS8')],
    ['ssh-keygen: ECDSA as SEC1', keygen('ecdsa', '-m PEM')],
    ['ssh-keygen: ECDSA as PKCS#8', keygen('ecdsa', '-b 384 -m PKCS8')],
    ['openssl: RSA', 'openssl genrsa -out key 2048'],
    ['openssl: RSA, traditional', 'openssl genrsa -traditional -out key 2048'],
    ['openssl: EC with parameters', 'openssl ecparam -name prime256v1 -genkey -out key'],
    ['openssl: EC', 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out key'],
  ])('%s', async (_name, line) => {
    const text = await make(line);
    const [key, ...more] = readPrivateKeys(text);
    expect(more).toEqual([]);
    expect(key?.isEncrypted).toBe(false);
    expect(key?.fingerprint).toBe(await fingerprintOf(text));
    // What is handed on is what every OpenSSH client reads.
    expect(key?.fingerprint).toBe(await fingerprintOf(key?.text ?? ''));
  });

  test('openssl: ed25519, which older versions of ssh-keygen cannot read', async () => {
    const text = await make('openssl genpkey -algorithm ed25519 -out key');
    const [key] = readPrivateKeys(text);
    expect(key?.type).toBe('ssh-ed25519');
    expect(key?.fingerprint).toBe(await fingerprintOf(key?.text ?? ''));
    const { stdout } = await runner.run([
      'sh',
      '-ec',
      'openssl pkey -in "$0" -pubout -outform DER | tail -c 32 | base64',
      join(folder, 'key'),
    ]);
    expect(key?.blob.subarray(-32).toString('base64')).toBe(stdout.trim());
  });

  test.each([
    ['ssh-keygen: ed25519', keygen('ed25519', '-a 4', PASSPHRASE)],
    ['ssh-keygen: RSA', keygen('rsa', '-b 2048 -a 4', PASSPHRASE)],
    [
      'ssh-keygen: ECDSA with AES-GCM',
      keygen('ecdsa', '-a 4 -Z aes256-gcm@openssh.com', PASSPHRASE),
    ],
    ['ssh-keygen: RSA as PKCS#1', keygen('rsa', '-b 2048 -m PEM', PASSPHRASE)],
    ['ssh-keygen: ECDSA as PKCS#8', keygen('ecdsa', '-m PKCS8', PASSPHRASE)],
    [
      'openssl: RSA with 3DES',
      `openssl genrsa -traditional -des3 -passout 'pass:${PASSPHRASE}' -out key 2048`,
    ],
  ])('%s, with a passphrase', async (_name, line) => {
    const text = await make(line);
    const [key] = readPrivateKeys(text, PASSPHRASE);
    expect(key?.isEncrypted).toBe(true);
    expect(key?.fingerprint).toBe(await fingerprintOf(text, PASSPHRASE));
    expect(key?.fingerprint).toBe(await fingerprintOf(key?.text ?? ''));
    const without = refusal(text);
    expect(without).toMatch(/it is encrypted, and there is no passphrase\n.*`ssh-passphrase`/);
    const wrong = refusal(text, 'open barley');
    expect(wrong).toMatch(/the passphrase is not the right one/);
    expect(quotes(without + wrong, text)).toBe(false);
    expect(wrong).not.toContain('barley');
  });

  test('a passphrase does not hurt a key that has none', async () => {
    const text = await make(keygen('ed25519'));
    expect(readPrivateKeys(text, PASSPHRASE)).toHaveLength(1);
  });
});

describe('what a form did to a key is repaired', () => {
  const REPAIRS: Readonly<Record<string, (text: string) => string>> = {
    'CRLF line ends': (text) => text.replaceAll('\n', '\r\n'),
    'old Mac line ends': (text) => text.replaceAll('\n', '\r'),
    'no last line end': (text) => text.trimEnd(),
    'spaces around it': (text) => `\n\n  ${text}  \n`,
    indentation: (text) => text.replaceAll(/^/gm, '    '),
    'spaces at the ends of lines': (text) => text.replaceAll('\n', ' \t\n'),
    'line ends written out': (text) => text.replaceAll('\n', '\\n'),
    'CRLF written out, in quotes': (text) => `"${text.replaceAll('\n', '\\r\\n')}"`,
    'all in one line': (text) => text.replaceAll('\n', ' '),
    'base64 of the whole': (text) => Buffer.from(text).toString('base64'),
    'base64 in lines, of CRLF': (text) =>
      Buffer.from(text.replaceAll('\n', '\r\n')).toString('base64').replace(/.{76}/g, '$&\n'),
    'a byte order mark': (text) => `\ufeff${text}`,
    'blank lines between': (text) => text.replaceAll('\n', '\n\n'),
    'a comment before it': (text) => `# for production\n${text}`,
  };

  test.each([
    ['OpenSSH', keygen('ed25519'), undefined],
    ['PEM with a passphrase', keygen('rsa', '-b 2048 -m PEM', PASSPHRASE), PASSPHRASE],
    ['PKCS#8', keygen('ecdsa', '-m PKCS8'), undefined],
  ])('%s', async (_name, line, passphrase) => {
    const text = await make(line);
    const expected = await fingerprintOf(text, passphrase);
    for (const [what, spoil] of Object.entries(REPAIRS)) {
      const [key] = readPrivateKeys(spoil(text), passphrase);
      expect(`${what}: ${key?.fingerprint}`).toBe(`${what}: ${expected}`);
    }
  });
});

test('several keys stand in one text', async () => {
  const texts = [await make(keygen('ed25519')), await make(keygen('ecdsa', '-m PEM'))];
  const keys = readPrivateKeys(texts.join('\n'));
  expect(keys.map(({ type }) => type)).toEqual(['ssh-ed25519', 'ecdsa-sha2-nistp256']);
  expect(refusal(`${texts[0]}${(await make(keygen('rsa', '-m PEM', 'x1y2z3'))).trim()}`)).toMatch(
    /^The SSH private key number 2 cannot be used: it is encrypted/,
  );
});

describe('is refused in words', () => {
  const half = (text: string): string => text.slice(0, text.length / 2);
  test.each([
    [
      'a public key',
      `${keygen('ed25519')}; mv key.pub key`,
      (text: string) => text,
      'it is a public key',
    ],
    [
      'a public key in PEM',
      `${keygen('rsa')}; ssh-keygen -e -m PKCS8 -f key.pub > k; mv k key`,
      (text: string) => text,
      'it is a public key',
    ],
    [
      'a public key in RFC 4716',
      `${keygen('rsa')}; ssh-keygen -e -f key.pub > k; mv k key`,
      (text: string) => text,
      'it is a public key',
    ],
    [
      'a certificate',
      `${keygen('ed25519')}; ssh-keygen -q -s key -I id -n root key.pub; mv key-cert.pub key`,
      (text: string) => text,
      'it is a certificate',
    ],
    [
      'a certificate of TLS',
      `openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout k -out key`,
      (text: string) => text,
      'it is a certificate',
    ],
    [
      'DSA',
      'openssl dsaparam -genkey -out k 1024; openssl dsa -in k -traditional -out key || openssl dsa -in k -out key',
      (text: string) => text,
      'it is a DSA key',
    ],
    [
      'DSA as PKCS#8',
      'openssl dsaparam -genkey -out k 1024; openssl pkcs8 -topk8 -nocrypt -in k -out key',
      (text: string) => text,
      'it is a DSA key',
    ],
    [
      'a curve that SSH has not',
      'openssl ecparam -name secp256k1 -genkey -noout -out key',
      (text: string) => text,
      'SSH has no keys of type ec secp256k1',
    ],
    [
      'Ed448',
      'openssl genpkey -algorithm ed448 -out key',
      (text: string) => text,
      'SSH has no keys of type ed448',
    ],
    ['half a key', keygen('ed25519'), half, 'it breaks off: its END line is missing'],
    [
      'the other half',
      keygen('ed25519'),
      (text: string) => text.slice(text.length / 2),
      'its beginning is missing',
    ],
    [
      'a key without its first line',
      keygen('ed25519'),
      (text: string) => text.split('\n').slice(1, -2).join('\n'),
      'its beginning is missing',
    ],
    [
      'a key that lacks a line',
      keygen('rsa'),
      (text: string) => text.split('\n').toSpliced(5, 1).join('\n'),
      'it is damaged or not whole',
    ],
    [
      'a PEM key that lacks a line',
      keygen('rsa', '-m PEM'),
      (text: string) => text.split('\n').toSpliced(5, 1).join('\n'),
      'it is damaged or not whole',
    ],
    [
      'a key with a wrong character',
      keygen('ed25519'),
      (text: string) => text.replace(/^(.{100,140})[a-z]/ms, '$10'),
      'it is damaged or not whole',
    ],
  ])('%s', async (_name, line, spoil, words) => {
    const text = spoil(await make(line));
    const said = refusal(text);
    expect(said).toContain(`The SSH private key cannot be used: ${words}`);
    expect(said.split('\n')).not.toHaveLength(1);
    expect(quotes(said, text)).toBe(false);
  });
});

test('ssh2 signs with what is handed on', async () => {
  const [key] = readPrivateKeys(await make(keygen('rsa', '-b 2048 -m PKCS8')));
  const parsed = ssh2.utils.parseKey(key?.text ?? '');
  if (parsed instanceof Error || Array.isArray(parsed)) throw new Error(String(parsed));
  const data = Buffer.from('signed');
  const signature = parsed.sign(data, 'sha512');
  if (signature instanceof Error) throw signature;
  expect(parsed.verify(data, signature, 'sha512')).toBe(true);
});
