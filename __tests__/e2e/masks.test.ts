import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startAction } from '../../script/action-runner.ts';
import { generateKeyPair } from '../../src/ssh/keys/generate.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'swarm-up-masks-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test.each(['up', 'down', 'sweep'])(
  'every secret input of %s is masked before an error can tell of it',
  async (command) => {
    const { privateKey } = generateKeyPair('x');
    const run = await startAction({
      stage: 'main',
      inputs: {
        command,
        driver: 'ssh',
        // Each is where another input should be, so that the problems of the inputs quote it.
        hosts: 'a b Tr0ub4dor&3',
        'ssh-user': 'deploy',
        'ssh-port': 'correct horse',
        'ssh-jump': 'sup3r-s3cret:x:y',
        'ssh-host-key-checking': 'ghs_0123456789',
        'ssh-private-key': privateKey,
        'ssh-passphrase': 'correct horse',
        'ssh-password': 'Tr0ub4dor&3',
        'github-token': 'ghs_0123456789',
        'unlock-key': 'abc',
        registries: 'reg.example.com ci sup3r-s3cret',
        cluster: 'masks',
      },
      workspace: folder,
      directory: folder,
    }).result;
    expect(run.conclusion).toBe('failure');
    expect(run.masks).toEqual(
      expect.arrayContaining([
        ...privateKey.trim().split('\n').slice(1, -1),
        ...['correct horse', 'Tr0ub4dor&3', 'sup3r-s3cret', 'ghs_0123456789'],
      ]),
    );
    const log = run.lines.join('\n');
    expect(log).toMatch(/ssh-port: "\*\*\*": not a port/);
    expect(log).toMatch(/ssh-host-key-checking: "\*\*\*"/);
    expect(log).not.toMatch(/Tr0ub4dor|correct horse|sup3r-s3cret|ghs_0123456789|\babc\b/);
    expect(run.annotations[0]?.message).toMatch(/^Input unlock-key is not masked: /);
  },
);
