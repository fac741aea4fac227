import { EOL } from 'node:os';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { mask, maskInputs } from '../../../../src/action/runner/mask.ts';
import { githubLog } from '../../../../src/report/log.ts';
import { code, words } from '../../../../src/report/markdown.ts';
import { generateKeyPair } from '../../../../src/ssh/keys/generate.ts';

let written: string;

beforeEach(() => {
  written = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    // A line ends as lines do on this system.
    written += String(text).replaceAll(EOL, '\n');
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** What the runner was told to mask. */
const masks = (): string[] =>
  [...written.matchAll(/^::add-mask::(.*)$/gm)].map(([, data = '']) => data.replaceAll('%25', '%'));

const inputs = (given: Readonly<Record<string, string>>) => maskInputs((name) => given[name] ?? '');

test('every secret input is masked, and nothing else is printed', () => {
  const { privateKey } = generateKeyPair('x');
  inputs({
    'ssh-private-key': privateKey,
    'ssh-passphrase': ' correct horse ',
    'ssh-password': 'Tr0ub4dor&3',
    'unlock-key': 'SWMKEY-1-abcdef',
    'github-token': 'ghs_0123456789',
    registries:
      '# none\n\nreg.example.com ci sup3r-s3cret\nnot a-login\nother.example.com bot pass word\n',
    'ssh-user': 'deploy',
  });
  const told = masks();
  for (const line of privateKey.trim().split('\n').slice(1, -1)) expect(told).toContain(line);
  for (const secret of [
    'correct horse',
    'Tr0ub4dor&3',
    'SWMKEY-1-abcdef',
    'ghs_0123456789',
    'sup3r-s3cret',
    'pass word',
    Buffer.from('ci:sup3r-s3cret').toString('base64'),
  ]) {
    expect(told).toContain(secret);
  }
  expect(told).not.toContain('deploy');
  expect(told.filter((one) => /^-----[A-Z ]*-----$/.test(one))).toEqual([]);
  expect(
    written
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('::add-mask::')),
  ).toEqual([]);
});

test.each([
  ['in one line, with line ends written out', (key: string) => key.replaceAll('\n', '\\n')],
  ['as base64 of the whole', (key: string) => Buffer.from(key).toString('base64')],
  ['with other line ends, indented', (key: string) => key.replaceAll('\n', '\r\n  ')],
])('a key that was given %s is masked by its lines, too', (_, form) => {
  const { privateKey } = generateKeyPair('x');
  inputs({ 'ssh-private-key': form(privateKey) });
  const body = privateKey.trim().split('\n').slice(1, -1).join('');
  // A key is written anew in lines of 64 characters.
  for (const line of body.match(/.{64}/g) ?? []) expect(masks().join('\n')).toContain(line);
  expect(masks()).toContain(body.slice(0, 64));
});

test('what is too short is named in a warning, once, and not masked', () => {
  inputs({ 'ssh-password': 'abc' });
  inputs({ 'ssh-password': 'abc' });
  expect(masks()).toEqual([]);
  expect(written.match(/^::warning::Input ssh-password is not masked: .*$/gm)).toHaveLength(1);
  expect(written).not.toContain('abc');
});

test('nothing is said of inputs that are not given', () => {
  inputs({ 'ssh-password': ' ' });
  expect(written).toBe('');
});

test('what is masked is in no line of ours and in no Markdown, escaped or not', () => {
  mask('A secret', 'p@ss|w[0]rd');
  written = '';
  githubLog.info('it is p@ss|w[0]rd here, and cEBzc3x3WzBdcmQ= there');
  expect(written).toBe('it is *** here, and *** there\n');
  expect(words('a p@ss|w[0]rd')).toBe('a &#42;&#42;&#42;');
  expect(code('a p@ss|w[0]rd')).toBe('`a ***`');
});

test('one that is part of another leaves nothing of it, and can be masked twice', () => {
  mask('A secret', 'part-of-it');
  mask('A secret', 'part-of-it-all');
  mask('A secret', 'part-of-it-all');
  expect(masks()).not.toContain('***');
  written = '';
  githubLog.info('part-of-it-all part-of-it');
  expect(written).toBe('*** ***\n');
});
