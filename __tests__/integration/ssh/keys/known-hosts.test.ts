import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { describeError } from '../../../../src/base/errors.ts';
import { runner } from '../../../../src/exec/runner.ts';
import { connectSsh } from '../../../../src/ssh/connect.ts';
import { generateKeyPair } from '../../../../src/ssh/keys/generate.ts';
import {
  algorithmsFor,
  judgeHostKey,
  lookup,
  parseKnownHosts,
} from '../../../../src/ssh/keys/known-hosts.ts';
import {
  checkedAlgorithms,
  describeKey,
  keyTypeOf,
  parsePublicKey,
} from '../../../../src/ssh/keys/public-key.ts';
import { leftovers, type Sshd, startSshd } from '../../../support/sshd.ts';

jest.setTimeout(120_000);

/** A known_hosts file and the host that `ssh` is asked to reach by it. */
interface Case {
  readonly text: string;
  readonly host: string;
  readonly port: number;
  /** Hash the names first, with `ssh-keygen -H`. */
  readonly hashed: boolean;
}

/** What OpenSSH made of a case. */
interface Judgement {
  /** The file, hashed where that was asked for. */
  readonly text: string;
  readonly verdict: string;
  /** The lines that `ssh-keygen -F` finds for the host, where it was asked for them. */
  readonly found: number[];
}

const PORTS = [22, 2222];
const HOSTS = [
  'web',
  'web1.example.org',
  'WEB2.example.org',
  'db.example.org',
  '127.0.0.1',
  '127.0.0.3',
];

/**
 * Judges all cases in the container, where names and ports lead to one sshd. Each folder is one
 * case.
 */
const JUDGE = `
set -eu
mkdir -p /cases && cd /cases && tar x
cat > /judge <<'END'
cd /cases/$1
read host port name < target
[ -e hash ] && ssh-keygen -H -f known_hosts >/dev/null 2>&1 || true
[ -e find ] && ssh-keygen -F "$name" -f known_hosts 2>/dev/null | sed -n 's/^# Host .* found: line \\([0-9]*\\).*/\\1/p' | sort -un > found || true
ssh -F /dev/null -o StrictHostKeyChecking=yes -o UserKnownHostsFile=/cases/$1/known_hosts -o GlobalKnownHostsFile=/dev/null \\
  -o BatchMode=yes -o PreferredAuthentications=none -o ConnectTimeout=10 -p "$port" root@"$host" true 2> said || true
if grep -q 'REVOKED HOST KEY' said; then echo revoked
elif grep -q 'IDENTIFICATION HAS CHANGED' said; then echo changed
elif grep -q 'host key is known for' said; then echo unknown
elif grep -q 'Permission denied' said; then echo accepted
else cat said
fi > verdict
END
ls | xargs -P 4 -n 1 sh /judge
for case in *; do
  printf '%s\\t%s\\t%s\\t%s\\n' "$case" "$(base64 -w0 $case/known_hosts)" "$(tr '\\n' ' ' < $case/verdict)" "$(cat $case/found 2>/dev/null | tr '\\n' ' ')"
done
cd / && rm -r /cases`;

async function judge(
  sshd: Sshd,
  cases: readonly Case[],
  { find = false } = {},
): Promise<Judgement[]> {
  const { packTar } = await import('modern-tar');
  const entries = cases.flatMap(({ text, host, port, hashed }, at) => {
    const file = (name: string, body: string) => ({
      header: { name: `${at}/${name}`, size: Buffer.byteLength(body), mode: 0o600 },
      body,
    });
    const name = port === 22 ? host : `[${host}]:${port}`;
    return [
      file('known_hosts', text),
      file('target', `${host} ${port} ${name}\n`),
      ...(hashed ? [file('hash', '')] : []),
      ...(find ? [file('find', '')] : []),
    ];
  });
  const { stdout } = await runner.run(['docker', 'exec', '-i', sshd.name, 'sh', '-c', JUDGE], {
    stdin: await packTar(entries),
  });
  const judgements: Judgement[] = [];
  for (const line of stdout.trim().split('\n')) {
    const [at, base64 = '', verdict = '', found = ''] = line.split('\t');
    judgements[Number(at)] = {
      text: Buffer.from(base64, 'base64').toString(),
      verdict: verdict.trim(),
      found: found.trim().split(' ').filter(Boolean).map(Number),
    };
  }
  return judgements;
}

/** Our own verdict, in the words of the judge. */
function ours(text: string, { host, port }: Pick<Case, 'host' | 'port'>, shown: string) {
  const keys = lookup(parseKnownHosts(text), host, port);
  return judgeHostKey(keys, parsePublicKey(shown).blob).kind;
}

/**
 * The same for a host with several keys, of which it shows the first that is asked for; `offered`
 * are its algorithms.
 */
function oursOf(
  text: string,
  { host, port }: Pick<Case, 'host' | 'port'>,
  keysOfHost: readonly string[],
  offered: readonly string[],
) {
  const keys = lookup(parseKnownHosts(text), host, port);
  const algorithm = checkedAlgorithms(algorithmsFor(keys)).find((one) => offered.includes(one));
  const shown = keysOfHost.find((key) => key.startsWith(`${keyTypeOf(algorithm ?? '')} `)) ?? '';
  return judgeHostKey(keys, parsePublicKey(shown).blob, offered).kind;
}

let sshd: Sshd;
/** Type and key without a comment. */
let own: string;
const other = bare(generateKeyPair('').publicKey);

beforeAll(async () => {
  const names = HOSTS.filter((host) => /[a-z]/i.test(host)).join(' ');
  sshd = await startSshd({
    config: ['Port=22', 'Port=2222', 'MaxStartups=200', 'PerSourcePenalties=no'],
    instead: `echo 127.0.0.1 ${names} >> /etc/hosts; exec "$@"`,
  });
  own = bare(sshd.hostKey.publicKey);
  await (
    await connectSsh(sshd.target(), { signal: new AbortController().signal, timeoutMs: 20_000 })
  ).close();
});

afterAll(async () => {
  await sshd?.[Symbol.asyncDispose]();
  expect(await leftovers()).toBe('');
});

function bare(publicKey: string): string {
  return publicKey.split(' ').slice(0, 2).join(' ');
}

describe('the real ssh client and we agree', () => {
  test('on files that are written by hand', async () => {
    const c = (text: string, host = 'web', port = 22, hashed = false): Case => ({
      text,
      host,
      port,
      hashed,
    });
    const cases: Record<string, Case> = {
      'no line': c(''),
      'a name': c(`web ${own}\n`),
      'another key': c(`web ${other}\n`),
      'another key, then the right one': c(`web ${other}\nweb ${own}\n`),
      'a key of another type': c(`web ${RSA}\n`),
      'several names': c(`db,web,127.0.0.1 ${own}\n`),
      'another name': c(`db.example.org ${own}\n`),
      'a name in capitals': c(`WEB ${own}\n`),
      'a host in capitals': c(`web2.example.org ${own}\n`, 'WEB2.example.org'),
      'a wildcard': c(`*.example.org ${own}\n`, 'web1.example.org'),
      'a wildcard that needs a dot': c(`*.example.org ${own}\n`),
      'one character': c(`web?.example.org ${own}\n`, 'web1.example.org'),
      'one character too many': c(`web?? ${own}\n`),
      everything: c(`* ${own}\n`),
      'everything, at a port': c(`* ${own}\n`, 'web', 2222),
      'a negation': c(`*.example.org,!db.* ${own}\n`, 'db.example.org'),
      'a negation of another': c(`*.example.org,!db.* ${own}\n`, 'web1.example.org'),
      'a negation first': c(`!web,* ${own}\n`),
      'only a negation': c(`!db ${own}\n`),
      'a port': c(`[web]:2222 ${own}\n`, 'web', 2222),
      'another port': c(`[web]:2223 ${own}\n`, 'web', 2222),
      'a port that is the default': c(`[web]:22 ${own}\n`),
      'a port that is asked for and a name alone': c(`web ${own}\n`, 'web', 2222),
      'a name alone with another key, at a port': c(`web ${other}\n`, 'web', 2222),
      'a port with another key and a name alone': c(
        `[web]:2222 ${other}\nweb ${own}\n`,
        'web',
        2222,
      ),
      'a wildcard with a port': c(`[*.example.org]:2222 ${own}\n`, 'db.example.org', 2222),
      'an address': c(`127.0.0.1 ${own}\n`, '127.0.0.1'),
      'only the address of a name': c(`127.0.0.1 ${own}\n`),
      'a revoked key': c(`@revoked * ${own}\n`),
      'a revoked key that is known too': c(`web ${own}\n@revoked * ${own}\n`),
      'another key revoked': c(`@revoked * ${other}\nweb ${own}\n`),
      'a key revoked for another': c(`@revoked db ${own}\nweb ${own}\n`),
      'a certificate authority': c(`@cert-authority * ${other}\n`),
      'a certificate authority and the key': c(`@cert-authority * ${other}\nweb ${own}\n`),
      'an unknown marker': c(`@trusted web ${own}\n`),
      'two markers': c(`@revoked @cert-authority web ${own}\n`),
      comments: c(`# web ${other}\n\n  # more\nweb ${own} a comment # more\n`),
      'CRLF line ends': c(`# hello\r\n\r\nweb ${own}\r\n`),
      'CRLF line ends after a comment': c(`web ${own} root@web\r\n`),
      'no last line end': c(`web ${own}`),
      'tabs and spaces': c(`\t web \t ${own.replace(' ', '\t  ')}\t\n`),
      'garbage around it': c(`hello\nweb\nweb ssh-ed25519\nweb ${own}\n!!! ??\n`),
      'a key that is cut': c(`web ${own.slice(0, -8)}\n`),
      'a key with a character too many': c(`web ${own}A\n`),
      'a type that is not the one inside': c(`web ${own.replace('ssh-ed25519', 'ssh-rsa')}\n`),
      'a cut key, then the right one': c(`web ${own.slice(0, -8)}\nweb ${own}\n`),
      'the signature type of RSA': c(`web ${RSA.replace('ssh-rsa', 'rsa-sha2-512')}\n`),
      'the short name of a type': c(`web ${own.replace('ssh-ed25519', 'ED25519')}\n`),
      'no host': c(`${own}\n`),
      'a hashed name': c(`web ${own}\n`, 'web', 22, true),
      'hashed names': c(`db,web,127.0.0.1 ${own}\n`, '127.0.0.1', 22, true),
      'a hashed port': c(`[web]:2222 ${own}\n`, 'web', 2222, true),
      'another hashed name': c(`db ${own}\n`, 'web', 22, true),
      'a hashed host in capitals': c(`web2.example.org ${own}\n`, 'WEB2.example.org', 22, true),
      'a hashed name with another key': c(`web ${other}\n`, 'web', 22, true),
      'a hashed revoked key': c(`@revoked web ${own}\nweb ${own}\n`, 'web', 22, true),
      'a hash that is cut': c(`|1|AAAA|BBBB ${own}\n`),
      'a hash of an unknown kind': c(`|2|AAAA|BBBB ${own}\n`),
      'a byte order mark': c(`\ufeffweb ${own}\n`),
      'a byte order mark, then the right one': c(`\ufeffdb ${own}\nweb ${own}\n`),
      'a byte order mark before a comment': c(`\ufeff# hosts\nweb ${own}\n`),
      'a byte order mark before a wildcard': c(`\ufeff*,web ${own}\n`),
      'a NUL after the key': c(`web ${own}\0 a comment\n`),
      'a NUL in the comment': c(`web ${own} a\0comment\n`),
      'a NUL in the name': c(`we\0b ${own}\nweb ${other}\n`),
      'a NUL in the key': c(`web ${own.slice(0, -8)}\0${own.slice(-8)}\n`),
      'a NUL before the line': c(`\0web ${own}\n`),
      'a line separator of Unicode': c(`db ${own}\u2028web ${own}\n`),
      'a no-break space': c(`web\u00a0${own}\n`),
      'a form feed': c(`web\f${own}\n`),
      'a lone CR': c(`db ${own}\rweb ${own}\n`),
      'a long comment': c(`web ${own} ${'x'.repeat(20_000)}\n`),
      'a long list of names': c(`${'a.example.org,'.repeat(60)}web ${own}\n`),
      'an address of IPv4 in IPv6': c(`::ffff:127.0.0.1 ${own}\n`, '::ffff:127.0.0.1'),
      'one in hexadecimal': c(`::ffff:127.0.0.1 ${own}\n`, '::FFFF:7f00:1'),
      'one in hexadecimal in the file': c(`::ffff:7f00:1 ${own}\n`, '::ffff:127.0.0.1'),
      'one in full': c(`::ffff:127.0.0.1 ${own}\n`, '0:0:0:0:0:ffff:127.0.0.1'),
      'one at a port': c(`[::ffff:127.0.0.1]:2222 ${own}\n`, '::ffff:127.0.0.1', 2222),
      'one, hashed': c(`::ffff:127.0.0.1 ${own}\n`, '::ffff:7f00:1', 22, true),
      'the bare one': c(`127.0.0.1 ${own}\n`, '::ffff:127.0.0.1'),
      'another one': c(`::ffff:127.0.0.1 ${other}\n`, '::ffff:127.0.0.1'),
      ...Object.fromEntries(
        ['0x7f.1', '0X7F.1', '0177.0.0.1', '127.1', '127.0.1', '2130706433', '0x7f000001'].flatMap(
          (host) => [
            [`the address as ${host}`, c(`127.0.0.1 ${own}\n`, host)],
            [`the address as ${host}, in the file too`, c(`${host} ${own}\n`, host)],
          ],
        ),
      ),
      'an odd address at a port': c(`[127.0.0.1]:2222 ${own}\n`, '127.1', 2222),
      'an odd address in the file': c(`127.1 ${own}\n`, '127.0.0.1'),
    };
    const judged = await judge(sshd, Object.values(cases));
    const table = Object.entries(cases).map(([name, one], at) => ({
      name,
      one,
      judged: judged[at],
    }));
    expect(table.map(({ name, judged }) => `${name}: ${judged?.verdict}`)).toEqual(
      table.map(({ name, one, judged }) => `${name}: ${ours(judged?.text ?? '', one, own)}`),
    );
    expect(new Set(judged.map(({ verdict }) => verdict))).toEqual(
      new Set(['accepted', 'unknown', 'changed', 'revoked']),
    );
  });

  test('on 120 files that were made by chance', async () => {
    const name = fc.constantFrom(
      ...['web', 'WEB', 'web1.example.org', 'db.example.org', '127.0.0.1', '127.0.0.3'],
      ...['*', 'web*', '*.example.org', 'w?b', '127.0.0.?', '!web', '!*.example.org', '!127.*'],
      ...['[web]:2222', '[*]:2222', '[db.example.org]:2222', '![web]:2222', '[127.0.0.1]:*'],
    );
    const names = fc.array(name, { minLength: 1, maxLength: 3 }).map((all) => all.join(','));
    const marker = fc.constantFrom('', '', '', '', '@revoked ', '@cert-authority ', '@odd ');
    const key = fc.constantFrom(own, own, own, other, RSA, own.slice(0, -4), 'ssh-ed25519 AAAA');
    const end = fc.constantFrom('\n', '\n', '\r\n', ' a comment\n');
    const line = fc.oneof(
      { weight: 8, arbitrary: fc.tuple(marker, names, fc.constant(' '), key, end) },
      { weight: 1, arbitrary: fc.constantFrom(['\n'], ['# web\n'], ['web\n'], ['@revoked\n']) },
    );
    const text = fc.array(line, { maxLength: 5 }).map((lines) => lines.flat().join(''));
    const one = fc.record({
      text,
      host: fc.constantFrom(...HOSTS),
      port: fc.constantFrom(...PORTS),
      hashed: fc.boolean(),
    });
    const cases = fc.sample(one, { seed: 20_180_401, numRuns: 120 });
    const judged = await judge(sshd, cases, { find: true });
    cases.forEach((one, at) => {
      const { text, verdict, found } = judged[at] ?? { text: '', verdict: 'none', found: [] };
      const mine = ours(text, one, own);
      // A key that is revoked for the host at port 22 is revoked for us at every port.
      const stricter = mine === 'revoked' && verdict === 'unknown' && one.port !== 22;
      expect({ ...one, text, verdict: stricter ? 'unknown' : mine }).toEqual({
        ...one,
        text,
        verdict,
      });
      if (one.port !== 22) return;
      const known = parseKnownHosts(text);
      const { accepted, revoked, authorities } = lookup(known, one.host, 22);
      const lines = [...accepted, ...revoked, ...authorities].map(({ line }) => line);
      // ssh-keygen looks at the names only, also on lines whose key cannot be read.
      const readable = found.filter((line) => known.lines.some((one) => one.line === line));
      expect({ text, lines: lines.sort((a, b) => a - b) }).toEqual({ text, lines: readable });
    });
    const verdicts = Object.groupBy(judged, ({ verdict }) => verdict);
    for (const kind of ['accepted', 'unknown', 'changed', 'revoked']) {
      expect(verdicts[kind]?.length).toBeGreaterThan(3);
    }
  });
});

describe('a host with keys of several types', () => {
  /** Type and key of each, without a comment. */
  const good = { ed25519: '', ecdsa: '', rsa: '' };
  const bad = { ed25519: other, ecdsa: '', rsa: '' };
  const TYPES = ['ed25519', 'ecdsa', 'rsa'] as const;

  /**
   * By their ports. Those with a certificate have one for each of `certified`, by the authority
   * /ca.
   */
  const SERVERS: Readonly<
    Record<
      number,
      { has: readonly (typeof TYPES)[number][]; certified: readonly (typeof TYPES)[number][] }
    >
  > = {
    2230: { has: ['ed25519', 'ecdsa', 'rsa'], certified: [] },
    2231: { has: ['ecdsa', 'rsa'], certified: [] },
    2232: { has: ['rsa'], certified: [] },
    2233: { has: ['ed25519'], certified: ['ed25519'] },
    2234: { has: ['ed25519', 'ecdsa', 'rsa'], certified: ['rsa'] },
    2235: { has: ['ed25519', 'ecdsa', 'rsa'], certified: ['ed25519', 'ecdsa'] },
  };
  let authority = '';

  beforeAll(async () => {
    await sshd.inside(
      'mkdir /several && cd /several && cp /etc/ssh/ssh_host_ed25519_key ed25519 && ssh-keygen -yf ed25519 > ed25519.pub && ssh-keygen -q -t ed25519 -N "" -f ca && for t in ecdsa rsa; do ssh-keygen -q -t $t -N "" -f $t; ssh-keygen -q -t $t -N "" -f bad-$t; done; for t in ed25519 ecdsa rsa; do ssh-keygen -q -s ca -I id -h -n web $t.pub; done',
    );
    for (const type of TYPES) good[type] = bare(await sshd.inside(`cat /several/${type}.pub`));
    bad.ecdsa = bare(await sshd.inside('cat /several/bad-ecdsa.pub'));
    bad.rsa = bare(await sshd.inside('cat /several/bad-rsa.pub'));
    authority = bare(await sshd.inside('cat /several/ca.pub'));
    for (const [port, { has, certified }] of Object.entries(SERVERS)) {
      const options = [
        ...['PidFile=none', 'MaxStartups=200', 'PerSourcePenalties=no'],
        ...has.map((type) => `HostKey=/several/${type}`),
        ...certified.map((type) => `HostCertificate=/several/${type}-cert.pub`),
      ];
      await sshd.inside(
        `/usr/sbin/sshd -p ${port} ${options.map((option) => `-o ${option}`).join(' ')}`,
      );
    }
  });

  /** As sshd lists them in its KEXINIT. */
  const offeredAt = (port: number): string[] => {
    const { has = [], certified = [] } = SERVERS[port] ?? {};
    const algorithms = (type: (typeof TYPES)[number]) => {
      const { ed25519, ecdsa } = { ed25519: ['ssh-ed25519'], ecdsa: ['ecdsa-sha2-nistp256'] };
      return { ed25519, ecdsa, rsa: ['rsa-sha2-512', 'rsa-sha2-256'] }[type];
    };
    return [
      ...has.flatMap(algorithms),
      ...certified.flatMap(algorithms).map((one) => `${one}-cert-v01@openssh.com`),
    ];
  };

  const compare = async (files: readonly { readonly text: string; readonly port: number }[]) => {
    const cases = files.map((one) => ({ ...one, host: 'web', hashed: false }));
    const judged = await judge(sshd, cases);
    return cases.map(({ text, port, host }, at) => {
      const keysOfHost = (SERVERS[port]?.has ?? []).map((type) => good[type]);
      const mine = oursOf(text, { host, port }, keysOfHost, offeredAt(port));
      return { text, port, ssh: judged[at]?.verdict, mine };
    });
  };

  /** Words for a line: which key, good or bad. */
  const written = (lines: readonly string[], port: number): string =>
    lines
      .map((word) => {
        const [kind, type] = word.split('-') as ['good' | 'bad', (typeof TYPES)[number]];
        return `[web]:${port} ${(kind === 'good' ? good : bad)[type]}\n`;
      })
      .join('');
  const WORDS = ['good', 'bad'].flatMap((kind) => TYPES.map((type) => `${kind}-${type}`));

  test('is asked for the key that ssh asks for, whatever the order of the lines', async () => {
    const sequences = [
      ...WORDS.map((one) => [one]),
      ...WORDS.flatMap((one) =>
        WORDS.filter((other) => other !== one).map((other) => [one, other]),
      ),
      ['bad-rsa', 'good-ecdsa', 'good-ed25519'],
      ['good-rsa', 'bad-ecdsa', 'good-ed25519'],
      ['bad-ecdsa', 'good-rsa', 'bad-ed25519'],
    ];
    const compared = await compare(
      [2230, 2231, 2232].flatMap((port) =>
        sequences.map((lines) => ({ text: written(lines, port), port })),
      ),
    );
    expect(compared.map(({ text, port, mine }) => ({ text, port, verdict: mine }))).toEqual(
      compared.map(({ text, port, ssh }) => ({ text, port, verdict: ssh })),
    );
    expect(new Set(compared.map(({ ssh }) => ssh))).toEqual(new Set(['accepted', 'changed']));
  });

  test('at another port, is not asked for the type that is known of port 22', async () => {
    const files = TYPES.flatMap((type) =>
      [2230, 2231].map((port) => ({ text: `web ${good[type]}\n`, port })),
    );
    const compared = await compare(files);
    expect(compared.map(({ mine }) => mine)).toEqual(compared.map(({ ssh }) => ssh));
    expect(new Set(compared.map(({ ssh }) => ssh))).toEqual(new Set(['accepted', 'unknown']));
  });

  test.each([2233, 2234, 2235])(
    'with a certificate at port %d: refused where ssh refuses, and where only the certificate would tell',
    async (port) => {
      const markers = [
        '',
        `@cert-authority [web]:${port} ${authority}\n`,
        `@cert-authority [web]:${port} ${other}\n`,
        `@revoked [web]:${port} ${authority}\n`,
        `@revoked [web]:${port} ${other}\n`,
        `@revoked * ${good.ed25519}\n`,
      ];
      const keys = [
        [],
        ['good-ed25519'],
        ['bad-ed25519'],
        ['good-ecdsa'],
        ['good-rsa'],
        ['good-ecdsa', 'bad-rsa'],
      ];
      const compared = await compare(
        markers.flatMap((marker) =>
          keys.map((lines) => ({ text: marker + written(lines, port), port })),
        ),
      );
      const lenient = compared.filter(({ ssh, mine }) => mine === 'accepted' && ssh !== 'accepted');
      expect(lenient).toEqual([]);
      const stricter = compared.filter(
        ({ ssh, mine }) => ssh === 'accepted' && mine !== 'accepted',
      );
      // Only with a line that says something of certificates, or where ssh would have looked at
      // that of another type.
      for (const { text, mine, port } of stricter) {
        expect({ text, said: mine, isExplained: text.startsWith('@') || port === 2234 }).toEqual({
          text,
          said: expect.stringMatching(/^(certified|unknown|changed)$/),
          isExplained: true,
        });
      }
    },
  );

  test('with a certificate of an authority that is revoked: refused', async () => {
    const [revoked] = await compare([
      { text: `@revoked * ${authority}\n${written(['good-ed25519'], 2233)}`, port: 2233 },
    ]);
    expect(revoked).toMatchObject({ ssh: 'revoked', mine: 'certified' });
  });

  test('is connected to by the same choice', async () => {
    const { host } = sshd.target();
    const open = (port: number, text: string) =>
      connectSsh(
        sshd.target({
          port,
          hostKeys: {
            kind: 'known-hosts',
            knownHosts: parseKnownHosts(text.replaceAll('[web]', `[${host}]`)),
            unknown: { mode: 'refuse' },
          },
        }),
        { signal: new AbortController().signal, timeoutMs: 20_000 },
      );
    await (await open(2230, written(['bad-rsa', 'good-ecdsa', 'good-ed25519'], 2230))).close();
    await (await open(2231, written(['bad-rsa', 'good-ecdsa'], 2231))).close();
    await (await open(2233, written(['good-ed25519'], 2233))).close();
    await expect(open(2230, written(['good-rsa', 'bad-ed25519'], 2230))).rejects.toThrow(
      'HAS CHANGED',
    );
    const opened = open(2233, `@revoked * ${authority}\n${written(['good-ed25519'], 2233)}`);
    await expect(opened).rejects.toThrow('The certificate of node-1');
    // The same line, where the host has no certificate.
    const text = `@revoked * ${authority}\n${written(['good-ed25519'], 2230)}`;
    await (await open(2230, text)).close();
  });
});

test('what ssh-keygen -R takes away is unknown again', async () => {
  const file = '/root/removed';
  await sshd.inside(`printf '%s\\n' 'web ${own}' 'db ${own}' > ${file}; ssh-keygen -H -f ${file}`);
  const before = { text: await sshd.inside(`cat ${file}`), host: 'web', port: 22, hashed: false };
  expect(ours(before.text, before, own)).toBe('accepted');
  await sshd.inside(`ssh-keygen -R web -f ${file}`);
  const after = await sshd.inside(`cat ${file}`);
  expect(ours(after, before, own)).toBe('unknown');
  expect(ours(after, { ...before, host: 'db' }, own)).toBe('accepted');
});

describe('a connection under a known_hosts file', () => {
  const connect = (text: string, onAccepted?: (warning: string) => void) => {
    const knownHosts = parseKnownHosts(text);
    const target = sshd.target({
      hostKeys: {
        kind: 'known-hosts',
        knownHosts,
        unknown: onAccepted ? { mode: 'accept-new', onAccepted } : { mode: 'refuse' },
      },
    });
    const options = { signal: new AbortController().signal, timeoutMs: 20_000 };
    return { knownHosts, open: () => connectSsh(target, options) };
  };
  const refusal = (text: string): Promise<string> =>
    connect(text)
      .open()
      .then(
        () => 'It should have been refused.',
        (error) => describeError(error),
      );

  test('works where the key is known', async () => {
    const { host } = sshd.target();
    await using ssh = await connect(`${host} ${own}`).open();
    expect((await ssh.run(['echo', 'in'])).stdout).toBe('in\n');
  });

  test('shows an unknown key as ssh-keygen does, with the line that makes it known', async () => {
    const { host } = sshd.target();
    const said = await refusal('');
    const print = await sshd.inside(
      'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key | sed "s/ .*SHA/ SHA/"',
    );
    const [bits, hash] = print.split(' ');
    expect(said).toContain(`Host key of node-1 (${host}:22) is not known`);
    expect(said).toContain(`shown: ${bits} ${hash} (ED25519)`);
    const line = said.split('\n').at(-1) ?? '';
    await using ssh = await connect(line).open();
    expect((await ssh.run(['echo', 'in'])).stdout).toBe('in\n');
  });

  test('is refused loudly where the key has changed, with the line', async () => {
    const { host } = sshd.target();
    const said = await refusal(`# hosts\n${host},web ${other}\n`);
    expect(said).toContain(`HOST KEY OF node-1 (${host}:22) HAS CHANGED`);
    expect(said).toContain(`known: ${describeKey(parsePublicKey(other))}, line 2 of`);
    expect(said).toContain(`(${host},web)`);
    expect(said).toContain(`shown: ${describeKey(parsePublicKey(own))}`);
  });

  test('is refused where the key is revoked', async () => {
    const { host } = sshd.target();
    expect(await refusal(`${host} ${own}\n@revoked * ${own}\n`)).toMatch(
      /IS REVOKED\n.*shown: 256 SHA256:.*\n {2}line 2 of `ssh-known-hosts` \(\*\) revokes it/,
    );
  });

  test('accepts a new key with a warning where that was asked for, and then no other', async () => {
    const warnings: string[] = [];
    const { host } = sshd.target();
    const { knownHosts, open } = connect('', (warning) => warnings.push(warning));
    await (await open()).close();
    await (await open()).close();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`Add this line to \`ssh-known-hosts\`: ${host} ${own}`);
    const keys = lookup(knownHosts, host, 22);
    expect(judgeHostKey(keys, parsePublicKey(other).blob).kind).toBe('changed');
  });

  test('does not accept a changed key even then', async () => {
    const { host } = sshd.target();
    const opened = connect(`${host} ${other}`, () => {}).open();
    await expect(opened).rejects.toThrow('HAS CHANGED');
  });

  test('says that certificates are not checked', async () => {
    await sshd.inside(
      'ssh-keygen -q -t ed25519 -N "" -f /ca; ssh-keygen -q -s /ca -I id -h -n web /etc/ssh/ssh_host_ed25519_key.pub 2>/dev/null || { ssh-keygen -yf /etc/ssh/ssh_host_ed25519_key > /etc/ssh/ssh_host_ed25519_key.pub; ssh-keygen -q -s /ca -I id -h -n web /etc/ssh/ssh_host_ed25519_key.pub; }; /usr/sbin/sshd -p 2223 -o HostCertificate=/etc/ssh/ssh_host_ed25519_key-cert.pub -o PidFile=none',
    );
    const authority = bare(await sshd.inside('cat /ca.pub'));
    const text = `@cert-authority web,* ${authority}\n`;
    const [judged] = await judge(sshd, [{ text, host: 'web', port: 2223, hashed: false }]);
    expect(judged?.verdict).toBe('accepted');
    const said = await refusal(text);
    expect(said).toContain('is not known');
    expect(said).toContain(
      'line 1 of `ssh-known-hosts` (web,*) is a @cert-authority. Certificates of hosts are not checked',
    );
  });

  test('prefers the type of key that is known', async () => {
    const { host } = sshd.target();
    await sshd.inside(
      'for t in ecdsa rsa; do ssh-keygen -q -t $t -N "" -f /host_$t; done; /usr/sbin/sshd -p 2224 -o PidFile=none -o HostKey=/etc/ssh/ssh_host_ed25519_key -o HostKey=/host_ecdsa -o HostKey=/host_rsa',
    );
    for (const type of ['ecdsa', 'rsa']) {
      const line = `[${host}]:2224 ${await sshd.inside(`cat /host_${type}.pub`)}`;
      const judged = await judge(sshd, [
        { text: line.replace(host, 'web'), host: 'web', port: 2224, hashed: false },
      ]);
      expect(judged[0]?.verdict).toBe('accepted');
      const target = sshd.target({
        port: 2224,
        hostKeys: {
          kind: 'known-hosts',
          knownHosts: parseKnownHosts(line),
          unknown: { mode: 'refuse' },
        },
      });
      const options = { signal: new AbortController().signal, timeoutMs: 20_000 };
      await (await connectSsh(target, options)).close();
    }
  });
});

/** Made by ssh-keygen for this test; its private half is nowhere. */
const RSA =
  'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC+StqrEilAYk7TpwIKy8rjhsf7X9jZ6czslloeC7qSljYFU/EN8r5m1gLhVhbwyjXdT5Pk/3vFjulih6jvcEDxDVsH49upBhxN7GyECX1GhG+buL9Uacw06zWJr3o1u5boFTb13/qNaIA4eoJTnlY10g5y82x6mCeZW3aBsujIh+jIS7KkQxcpE6M9cPSSZ6xswY9W+az+H+1TSwfq3MO40Og+V7GRiicSAStvvx+Ziqvkwrwg3Kz2N5QyExlAZB/spxqdYYYjiBjFumNul9zd4A8ORzen/irGu9DAhENlCS7MlzANd2MK7XhCER2Z1xg8z2gMC0BjVccqBGEG7DxX';
