import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { generateKeyPair } from '../../../../src/ssh/keys/generate.ts';
import { knownHostName, matchesHost } from '../../../../src/ssh/keys/known-host-names.ts';
import {
  judgeHostKey,
  knownHostsLine,
  lookup,
  parseKnownHosts,
} from '../../../../src/ssh/keys/known-hosts.ts';
import { describeKey } from '../../../../src/ssh/keys/public-key.ts';
import { anyCharacter } from '../../../support/any-character.ts';

const key = (): string => generateKeyPair('').publicKey;
const own = key();
const blob = Buffer.from(own.split(' ')[1] ?? '', 'base64');

const verdict = (text: string, host = 'web', port = 22) =>
  judgeHostKey(lookup(parseKnownHosts(text), host, port), blob);

/** Made by `ssh-keygen -H` 9.2 of "web.example.org" and "[web.example.org]:2222". */
const HASHED = '|1|egDS2CnJ3OTgka3p8UQYTEuYeEk=|P0AjOiCZAqf13vWqd+0kw3YxLCY=';
const HASHED_PORT = '|1|5LechrF4HJUTn3/+4+7lxzjdUMs=|M1Fcfaz7KjLiOKbN6O+Np2CDMjY=';

test('finds what ssh-keygen hashed', () => {
  const text = `${HASHED_PORT} ${own}\n`;
  expect(verdict(text, 'Web.example.org', 2222).kind).toBe('accepted');
  expect(verdict(text, 'web.example.org').kind).toBe('unknown');
  expect(verdict(`${HASHED} ${own}`, 'web.example.org').kind).toBe('accepted');
  expect(verdict(`${HASHED} ${own}`, 'example.org').kind).toBe('unknown');
});

describe('names', () => {
  test.each([
    ['web', 22, 'web'],
    ['Web.Example.ORG', 22, 'web.example.org'],
    ['web', 2222, '[web]:2222'],
    ['10.0.0.4', 2222, '[10.0.0.4]:2222'],
    ['2001:DB8:0:0::4', 22, '2001:db8::4'],
    ['::1', 2222, '[::1]:2222'],
    ['fe80::1%eth0', 22, 'fe80::1%eth0'],
    // As inet_ntop(3) of glibc prints them.
    ['::FFFF:102:304', 22, '::ffff:1.2.3.4'],
    ['::ffff:1.2.3.4', 2222, '[::ffff:1.2.3.4]:2222'],
    ['::ffff:0:1', 22, '::ffff:0.0.0.1'],
    ['::ffff:1', 22, '::255.255.0.1'],
    ['::1.2.3.4', 22, '::1.2.3.4'],
    ['::5:0', 22, '::0.5.0.0'],
    ['::', 22, '::'],
    ['64:ff9b::1.2.3.4', 22, '64:ff9b::102:304'],
    ['0x7f.1', 22, '127.0.0.1'],
    ['017700000001', 22, '127.0.0.1'],
    ['1.2.3.4', 22, '1.2.3.4'],
    ['1.2.3.256', 22, '1.2.3.256'],
    ['1.2.3.08', 22, '1.2.3.08'],
    ['0x', 22, '0x'],
    ['1.2.3.4.', 22, '1.2.3.4.'],
    ['1.2.3.4.5', 22, '1.2.3.4.5'],
    ['4294967296', 22, '4294967296'],
  ])('%s at port %i is looked up as %s', (host, port, name) => {
    expect(knownHostName(host, port)).toBe(name);
  });

  test('that would take a regular expression years are compared at once', () => {
    expect(matchesHost(`${'*a'.repeat(60)}b`, 'a'.repeat(200))).toBe(false);
  });

  test('a pattern matches what it can be made of', () => {
    const part = fc.constantFrom('a', 'b', '.', '*', '?');
    void fc.assert(
      fc.property(fc.array(part), fc.array(fc.constantFrom('a', 'b', '.')), (pattern, name) => {
        const inside = pattern
          .join('')
          .replaceAll('.', '\\.')
          .replaceAll('*', '.*')
          .replaceAll('?', '.');
        const expected = new RegExp(`^${inside}$`).test(name.join(''));
        expect(matchesHost(pattern.join(''), name.join(''))).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});

test.each([
  ['a name', `\ufeffdb ${own}`],
  ['a marker', `\ufeff@revoked db ${own}`],
])('a byte order mark before %s is a problem, and a part of it', (_name, line) => {
  const { problems } = parseKnownHosts(`${line}\nweb ${own}`);
  expect(problems).toEqual([{ line: 1, reason: expect.stringContaining('byte order mark') }]);
  expect(verdict(`${line}\n`, 'db').kind).toBe('unknown');
});

test('a byte order mark before a comment does no harm', () => {
  expect(parseKnownHosts(`\ufeff# hosts\nweb ${own}`).problems).toEqual([]);
});

describe('what cannot be read is named by its line', () => {
  test.each([
    ['two entries', `web ${own} other ${own}`, 'has a second entry behind the first'],
    [
      'three entries with a comment',
      `web ${own} me@x other,o2 ${own} third ${own}`,
      'a line end was lost',
    ],
    ['a word', 'hello', 'is not of the form'],
    ['a name and a type', 'web ssh-ed25519', 'is not whole'],
    ['no host', own, 'begins with the type of the key'],
    ['an unknown type', 'web ssh-foo AAAA', 'is not of the form'],
    ['a key of the first version', 'web 1024 35 1234567890', 'is not of the form'],
    ['a cut key', `web ${own.slice(0, -8)}`, 'has a key of type ssh-ed25519 that is not whole'],
    ['another type inside', `web ${own.replace('ssh-ed25519', 'ssh-rsa')}`, 'type ssh-rsa that is'],
    ['a NUL in the key', `web ${own.slice(0, -8)}\0${own.slice(-8)}`, 'is not whole'],
    ['an unknown marker', `@trusted web ${own}`, 'unknown marker'],
    ['a cut hash', `|1|AAAA|AAAA ${own}`, 'hashed name that is not whole'],
    ['a hash without its end', `${HASHED.slice(0, 32)} ${own}`, 'hashed name that is not whole'],
  ])('%s', (_name, line, words) => {
    const { lines, problems } = parseKnownHosts(`# first\r\n${line}\r\nweb ${own}`);
    expect(problems).toEqual([{ line: 2, reason: expect.stringContaining(words) }]);
    expect(lines.map((one) => one.line)).toEqual([3]);
  });

  test('a name with the default port is kept, with a warning', () => {
    const { lines, problems } = parseKnownHosts(`db,[web]:22 ${own}\n`);
    expect(lines).toHaveLength(1);
    expect(problems).toEqual([{ line: 1, reason: expect.stringContaining('`web`') }]);
  });
});

test('the line to add makes the host known', () => {
  for (const [host, port] of [
    ['Web', 22],
    ['10.0.0.4', 2222],
    ['::1', 22],
  ] as const) {
    expect(verdict(knownHostsLine(host, port, blob), host, port).kind).toBe('accepted');
  }
});

test('the line that is contradicted is one of the same type, where there is one', () => {
  const rsa = `web ssh-rsa ${rsaBlob(2048).toString('base64')}`;
  expect(verdict(`${rsa}\nweb ${key()}\n`)).toMatchObject({ kind: 'changed', line: { line: 2 } });
  expect(verdict(`${rsa}\n`)).toMatchObject({ kind: 'changed', line: { line: 1 } });
});

test('a revoked marker with a tab counts, though OpenSSH passes over it', () => {
  expect(verdict(`web ${own}\n@revoked\tweb ${own}\n`).kind).toBe('revoked');
});

test.each([
  [1023, 'unknown'],
  [1024, 'changed'],
])('an RSA key of %i bits makes an unknown key %s', (bits, kind) => {
  const modulus = rsaBlob(bits);
  expect(describeKey(modulus)).toMatch(new RegExp(`^${bits} SHA256:.* \\(RSA\\)$`));
  expect(verdict(`web ssh-rsa ${modulus.toString('base64')}`).kind).toBe(kind);
});

test('keys of security keys and certificates stand for a host, too', () => {
  const string = (text: string | Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(Buffer.byteLength(text));
    return Buffer.concat([length, Buffer.from(text)]);
  };
  const type = 'sk-ssh-ed25519@openssh.com';
  const sk = Buffer.concat([string(type), string(Buffer.alloc(32)), string('ssh:')]);
  const { lines, problems } = parseKnownHosts(`web ${type} ${sk.toString('base64')}`);
  expect(problems).toEqual([]);
  expect(describeKey(lines[0]?.key ?? Buffer.alloc(0))).toMatch(/^256 SHA256:.* \(ED25519-SK\)$/);
});

test('random text gives lines and problems, and a verdict', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'web',
      '*',
      '!web',
      '[web]:22',
      '|1|',
      '@revoked',
      own,
      'ssh-rsa',
      ' ',
      '\t',
      '\n',
      '\r\n',
      '#',
    ),
    fc.string(),
    fc.string({ unit: anyCharacter }),
    fc.base64String(),
  );
  const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(''));
  void fc.assert(
    fc.property(text, fc.string(), fc.integer({ min: 1, max: 65_535 }), (input, host, port) => {
      expect(['accepted', 'unknown', 'changed', 'revoked']).toContain(
        verdict(input, host, port).kind,
      );
    }),
    { numRuns: 1_000 },
  );
});

function rsaBlob(bits: number): Buffer {
  const parts = [
    Buffer.from('ssh-rsa'),
    Buffer.from([1, 0, 1]),
    Buffer.from((1n << BigInt(bits - 1)).toString(16).padStart(260, '0'), 'hex'),
  ];
  return Buffer.concat(
    parts.flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, part];
    }),
  );
}
