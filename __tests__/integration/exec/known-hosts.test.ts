import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { describeError } from '../../../src/errors.ts';
import { describeKey, parsePublicKey } from '../../../src/exec/host-keys.ts';
import { generateKeyPair } from '../../../src/exec/keys.ts';
import { judgeHostKey, lookup, parseKnownHosts } from '../../../src/exec/known-hosts.ts';
import { runner } from '../../../src/exec/runner.ts';
import { connectSsh } from '../../../src/exec/ssh.ts';
import { leftovers, type Sshd, startSshd } from '../../support/sshd.ts';

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
  /** The lines that `ssh-keygen -F` finds for the host. */
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

/** Judges all cases in the container, where names and ports lead to one sshd. Each folder is one case. */
const JUDGE = `
set -eu
mkdir -p /cases && cd /cases && tar x
cat > /judge <<'END'
cd /cases/$1
read host port name < target
[ -e hash ] && ssh-keygen -H -f known_hosts >/dev/null 2>&1 || true
ssh-keygen -F "$name" -f known_hosts 2>/dev/null | sed -n 's/^# Host .* found: line \\([0-9]*\\).*/\\1/p' | sort -un > found
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
  printf '%s\\t%s\\t%s\\t%s\\n' "$case" "$(base64 -w0 $case/known_hosts)" "$(tr '\\n' ' ' < $case/verdict)" "$(tr '\\n' ' ' < $case/found)"
done
cd / && rm -r /cases`;

async function judge(sshd: Sshd, cases: readonly Case[]): Promise<Judgement[]> {
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
function ours(text: string, { host, port }: Case, shown: string) {
  const keys = lookup(parseKnownHosts(text), host, port);
  return judgeHostKey(keys, parsePublicKey(shown).blob).kind;
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
    const judged = await judge(sshd, cases);
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
