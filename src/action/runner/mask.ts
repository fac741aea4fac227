import { setSecret } from '@actions/core';
import { secretsOfLine } from '../../inputs/registries.ts';
import { githubLog } from '../../report/log.ts';
import { hide } from '../../report/plain.ts';
import { findArmour } from '../../ssh/keys/private-key-text.ts';
import { LEAST_LENGTH, masksOf } from './masks-of.ts';

const warned = new Set<string>();

/**
 * Masks a secret in all that is printed from now on: by the runner in the log of the whole job, by
 * `plain` in what this process writes elsewhere. A warning names it by `what` where it is too short
 * for that. Nothing happens for an empty text.
 */
export function mask(what: string, secret: string): void {
  if (secret.trim() === '') return;
  const masks = masksOf(secret);
  for (const one of masks) setSecret(one);
  hide(masks);
  if (masks.length > 0 || warned.has(what)) return;
  warned.add(what);
  githubLog.warning(
    `${what} is not masked: it has fewer than ${LEAST_LENGTH} characters in a line, and would be found in ordinary words. Use a longer one.`,
  );
}

const INPUTS = ['ssh-passphrase', 'ssh-password', 'unlock-key', 'github-token'];

/**
 * Masks the inputs that are secret, as they were given: before they are parsed, and so before
 * anything can tell of them.
 */
export function maskInputs(read: (name: string) => string): void {
  for (const name of INPUTS) mask(`Input ${name}`, read(name));
  maskKey(read('ssh-private-key'));
  for (const [at, line] of read('registries').split(/\r?\n/).entries()) {
    for (const secret of secretsOfLine(line))
      mask(`The password in line ${at + 1} of registries`, secret);
  }
}

/** Masks the variables of the step that are secret. */
export function maskVariables(names: readonly string[]): void {
  for (const name of names) mask(`Variable ${name}`, process.env[name] ?? '');
}

/** As it was given, and as it is without what forms and variables do to a key. */
function maskKey(given: string): void {
  const found = findArmour(given);
  const texts = typeof found === 'string' ? [] : found.map(({ text }) => text);
  for (const text of [given, ...texts]) mask('Input ssh-private-key', text);
}
