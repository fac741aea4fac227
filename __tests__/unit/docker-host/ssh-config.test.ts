import { describe, expect, test } from '@jest/globals';
import { ActionError } from '../../../src/base/errors.ts';
import { knownHostsText, privateKeysOf, sshConfig } from '../../../src/docker-host/ssh-config.ts';
import { parseKnownHosts } from '../../../src/ssh/keys/known-hosts.ts';
import type { PrivateKey } from '../../../src/ssh/keys/private-key.ts';
import type { SshHop, SshTarget } from '../../../src/ssh/target.ts';

const HOST_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB7Vt4rvBXGZ1IJx1n6xO7hJNPlqo7zgY9iQ2gmGv0aa';
const OTHER_KEY =
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHzY2o0kk3rHc0Rr5v2zqk0rE6kR0m7Y3tB9o8Jj3Qbb';

const key = (text: string): PrivateKey => ({
  type: 'ssh-ed25519',
  fingerprint: 'SHA256:x',
  blob: Buffer.from(text),
  text,
});

const node = (values: Partial<SshTarget> = {}): SshTarget => ({
  name: 'node-1',
  host: '10.0.0.4',
  port: 22,
  user: 'deploy',
  credentials: { privateKeys: [key('one')] },
  hostKeys: { kind: 'pinned', keys: [`${HOST_KEY} host of node-1`] },
  ...values,
});

const hop = (host: string): SshHop => node({ name: `me@${host}`, host, user: 'me' });

const configOf = (targets: readonly SshTarget[], folder = '/tmp/x'): string =>
  sshConfig(targets, {
    config: `${folder}/config`,
    knownHosts: `${folder}/known_hosts`,
    keyOf: ({ text }) => `${folder}/key-${text}`,
  });

/** The lines of one `Host` section. */
const section = (config: string, host: string): string[] =>
  config
    .split('\n\n')
    .find((part) => part.startsWith(`Host ${host}\n`))
    ?.split('\n')
    .map((line) => line.trim()) ?? [];

describe('a config', () => {
  test('reaches a node by its name, with its key alone', () => {
    const config = configOf([node({ name: 'Web-1', port: 2222 })]);
    expect(section(config, 'Web-1')).toEqual([
      'Host Web-1',
      'HostName 10.0.0.4',
      'Port 2222',
      'User deploy',
      'HostKeyAlias web-1',
      'IdentityFile "/tmp/x/key-one"',
      'IdentitiesOnly yes',
      'IdentityAgent none',
    ]);
  });

  test('admits no host but the known ones and never asks', () => {
    expect(section(configOf([node()]), '*')).toEqual([
      'Host *',
      'StrictHostKeyChecking yes',
      'GlobalKnownHostsFile /dev/null',
      'UpdateHostKeys no',
      'CheckHostIP no',
      'BatchMode yes',
      'ForwardAgent no',
      'ConnectTimeout 20',
      'ServerAliveInterval 15',
      'ServerAliveCountMax 3',
      'UserKnownHostsFile "/tmp/x/known_hosts"',
      '',
    ]);
  });

  test.each([
    [
      'several keys',
      { privateKeys: [key('one'), key('two')] },
      ['"/tmp/x/key-one"', '"/tmp/x/key-two"', 'yes', 'none'],
    ],
    ['an agent', { privateKeys: [], agent: '/run/a b' }, ['none', 'no', '"/run/a b"']],
    [
      'a key, an agent and a password',
      { privateKeys: [key('one')], agent: '/a', password: 'geheim' },
      ['"/tmp/x/key-one"', 'no', '"/a"'],
    ],
  ])('logs in with %s', (_name, credentials, expected) => {
    const config = configOf([node({ credentials })]);
    const values = section(config, 'node-1').filter((line) => line.startsWith('Identit'));
    expect(values.map((line) => line.replace(/^\w+ /, ''))).toEqual(expected);
    expect(config).not.toContain('geheim');
  });

  test.each([
    ['asks the agent of the job alone for a key under a passphrase', undefined],
    ['asks no other agent then', '/a'],
  ])('%s', (_name, agent) => {
    const encrypted = { ...key('one'), isEncrypted: true };
    const credentials = { privateKeys: [encrypted, key('two')], agent };
    const config = sshConfig([node({ credentials }), node({ name: 'node-2' })], {
      config: '/tmp/x/config',
      knownHosts: '/tmp/x/known_hosts',
      keyOf: ({ text, isEncrypted }) => `/tmp/x/${text}${isEncrypted ? '.pub' : ''}`,
      agent: '/tmp/x/agent.sock',
    });
    const lines = (name: string) =>
      section(config, name).filter((line) => line.startsWith('Identit'));
    expect(lines('node-1')).toEqual([
      'IdentityFile "/tmp/x/one.pub"',
      'IdentityFile "/tmp/x/two"',
      'IdentitiesOnly yes',
      'IdentityAgent "/tmp/x/agent.sock"',
    ]);
    expect(lines('node-2').at(-1)).toBe('IdentityAgent none');
  });

  test('cannot log in by password, and does not repeat it', () => {
    const target = node({ credentials: { privateKeys: [], password: 'geheim' } });
    expect(() => configOf([target])).toThrow(
      new ActionError(
        '`docker-host: true` needs a private key or an agent for node-1 (10.0.0.4:22), and there is only a password',
      ),
    );
  });

  test('goes through jump hosts, each of which is one entry', () => {
    const [outer, inner] = [hop('outer.example'), hop('inner.example')];
    const config = configOf([
      node({ name: 'node-1', jump: [outer, inner] }),
      node({ name: 'node-2', jump: [outer, inner] }),
      node({ name: 'jump-1', jump: [outer] }),
      node({ name: 'node-4' }),
    ]);
    const hosts = [...config.matchAll(/^Host (.*)$/gm)].map(([, name]) => name);
    expect(hosts).toEqual(['node-1', 'node-2', 'jump-1', 'node-4', 'jump-2', 'jump-3', '*']);
    const way = (name: string) =>
      /-W "\[%h\]:%p" (.*)$/m.exec(section(config, name).join('\n'))?.[1];
    expect(Object.fromEntries(hosts.map((name = '') => [name, way(name)]))).toEqual({
      'node-1': 'jump-3',
      'node-2': 'jump-3',
      'jump-1': 'jump-2',
      'jump-3': 'jump-2',
    });
    expect(section(config, 'jump-3')).toContain('HostName inner.example');
    expect(section(config, 'node-1').at(-1)).toBe(
      'ProxyCommand ssh -F "/tmp/x/config" -W "[%h]:%p" jump-3',
    );
  });

  test.each([
    ['an IPv6 address', { host: '::1' }, 'HostName ::1'],
    ['a zone', { host: 'fe80::1%eth0' }, 'HostName fe80::1%%eth0'],
    ['a user with a domain', { user: 'me@example.org' }, 'User me@example.org'],
    ['a machine account', { user: 'ci$' }, 'User ci$'],
  ])('writes %s', (_name, values, line) => {
    expect(section(configOf([node(values)]), 'node-1')).toContain(line);
  });

  test.each(['node-1', 'db.example.org', '10.0.0.4', '2001:db8::4', '::1'])(
    'takes %s for the name of a node',
    (name) => {
      expect(section(configOf([node({ name })]), name)).toContain(`HostKeyAlias ${name}`);
    },
  );

  test('writes odd folders', () => {
    const config = configOf([node()], "/tmp/100% it's #1 é");
    expect(section(config, 'node-1')).toContain(`IdentityFile "/tmp/100%% it's #1 é/key-one"`);
  });

  test.each([
    ['a pattern for a name', { name: 'node-*' }],
    ['an option for a name', { name: '-oProxyCommand=x' }],
    ['two names', { name: 'a b' }],
    ['a line break in the user', { user: 'a\nProxyCommand x' }],
    ['an option for a user', { user: '-a' }],
    ['a space in the host', { host: 'a b' }],
    ['a variable', { host: 'a\u0024{HOME}' }],
    ['no host', { host: '' }],
  ])('refuses %s', (_name, values) => {
    expect(() => configOf([node(values)])).toThrow(ActionError);
    expect(() => configOf([node(values)])).toThrow(/^This cannot stand in an OpenSSH config: /);
  });

  test.each(['/tmp/"', '/tmp/\\', '/tmp/$HOME', '/tmp/`id`', '/tmp/\n'])(
    'refuses the folder %j',
    (folder) => {
      expect(() => configOf([node()], folder)).toThrow(/^This cannot stand in an OpenSSH config/);
    },
  );
});

describe('known hosts', () => {
  test('are the pinned keys under the names of the nodes, without comments', () => {
    const targets = [
      node({ name: 'Web-1', hostKeys: { kind: 'pinned', keys: [`${HOST_KEY} x\ny`, OTHER_KEY] } }),
      node({ name: 'node-2', jump: [hop('bastion')] }),
    ];
    expect(knownHostsText(targets)).toBe(
      [
        `web-1 ${HOST_KEY}`,
        `web-1 ${OTHER_KEY}`,
        `node-2 ${HOST_KEY}`,
        `jump-1 ${HOST_KEY}`,
        '',
      ].join('\n'),
    );
  });

  test('are what the lines of the user say of host and port', () => {
    const knownHosts = parseKnownHosts(
      [
        `[10.0.0.4]:2222 ${HOST_KEY}`,
        `@revoked * ${OTHER_KEY}`,
        `10.0.0.5 ${OTHER_KEY}`,
        `@cert-authority * ${HOST_KEY}`,
      ].join('\n'),
    );
    const hostKeys = { kind: 'known-hosts', knownHosts, unknown: { mode: 'refuse' } } as const;
    expect(knownHostsText([node({ port: 2222, hostKeys })])).toBe(
      `@revoked node-1 ${OTHER_KEY}\nnode-1 ${HOST_KEY}\n`,
    );
  });

  test('are what stands there for the host alone, where its port has no line', () => {
    const knownHosts = parseKnownHosts(`10.0.0.4 ${HOST_KEY}\n`);
    const hostKeys = { kind: 'known-hosts', knownHosts, unknown: { mode: 'refuse' } } as const;
    expect(knownHostsText([node({ port: 2222, hostKeys })])).toBe(`node-1 ${HOST_KEY}\n`);
  });
});

test('a key that several hosts share is one file', () => {
  const targets = [
    node({ credentials: { privateKeys: [key('one'), key('two')] } }),
    node({ name: 'node-2', jump: [hop('bastion')] }),
    node({ name: 'node-3', credentials: { privateKeys: [key('three')] } }),
  ];
  expect(privateKeysOf(targets).map(({ text }) => text)).toEqual(['one', 'two', 'three']);
});
