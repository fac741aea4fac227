import type { Argv } from './argv.ts';

const SAFE = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** Makes the one line that a POSIX shell splits into exactly these arguments again. */
export function quote(argv: Argv): string {
  return argv.map(quoteWord).join(' ');
}

function quoteWord(word: string): string {
  return SAFE.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
