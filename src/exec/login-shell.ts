import type { Argv } from './argv.ts';
import { quote } from './quote.ts';

/** Nothing in it means anything to any shell. Words that begin with `=` (zsh) or `%` (fish) do. */
const PLAIN = /^[A-Za-z0-9_@+:,./-][A-Za-z0-9_@%+=:,./-]*$/;

/** What all shells keep as it is between single quotes. */
const QUOTABLE = /^[ -~]*$/;

/** An old csh ends at a word of 1024 characters ("Word too long"). */
const LONGEST_WORD = 900;

/**
 * Bytes of an encoded piece: each may take four characters, and a quoting of its backslash one
 * more.
 */
const PIECE = 120;

/**
 * Where programs lie that sshd's own PATH may lack: what people installed themselves, snap,
 * Container-Optimized OS and Flatcar (/opt/bin), and the disks of NAS systems. They come last, so
 * none takes the place of another.
 */
const FOLDERS = [
  ...['/usr/local/bin', '/usr/local/sbin', '/usr/sbin', '/sbin', '/snap/bin', '/opt/bin'],
  ...['/usr/syno/bin', '/var/packages/ContainerManager/target/usr/bin'],
  '/share/CACHEDEV1_DATA/.qpkg/container-station/bin',
];
/**
 * The words of programs (sudo, tar, apt) are read, and only those of the C locale are the same on
 * every host.
 */
const WITH_FOLDERS = `PATH="$PATH:${FOLDERS.join(':')}"; LC_ALL=C; export PATH LC_ALL`;

/** Becomes the command that it is given as arguments, after it has printed the mark. */
const become = (mark: string): string => `echo ${mark}; ${WITH_FOLDERS}; exec "$0" "$@"`;

/** Becomes the command that it is given as pieces of a POSIX command line, encoded for `printf`. */
const decode = (mark: string): string =>
  `echo ${mark}; ${WITH_FOLDERS}; eval "exec $(for piece in "$@"; do printf "$piece"; done)"`;

/**
 * The line by which a login shell becomes this command: whatever the shell is. POSIX shells, zsh,
 * fish, csh and tcsh agree on `exec`, on printable characters between single quotes except `'`, `\`
 * and `!`, and on a backslash before each of these outside of quotes. Line ends, other characters
 * and long words are encoded, and a POSIX shell on the host decodes them. That shell first prints
 * `mark`, a word that needs no quotes, on a line of its own: whoever reads the mark knows that the
 * command is next.
 */
export function loginShellLine(argv: Argv, mark: string): string {
  const simple = argv.map(quoteForAny);
  const fits = argv.every((word) => QUOTABLE.test(word)) && simple.every(isShort);
  if (fits) return `exec sh -c ${quoteForAny(become(mark))} ${simple.join(' ')}`;
  const pieces = encode(quote(argv)).map(quoteForAny);
  return `exec sh -c ${quoteForAny(decode(mark))} sh ${pieces.join(' ')}`;
}

function isShort(word: string): boolean {
  return word.length <= LONGEST_WORD;
}

function quoteForAny(word: string): string {
  if (PLAIN.test(word)) return word;
  if (word === '') return "''";
  return word.replace(/[^'\\!]+|['\\!]/g, (part) =>
    /['\\!]/.test(part) ? `\\${part}` : `'${part}'`,
  );
}

/**
 * In the words of `printf`: a backslash, a percent sign, and whatever is not printable, as octal.
 */
function encode(text: string): string[] {
  const bytes = Buffer.from(text);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE) {
    let piece = '';
    for (const byte of bytes.subarray(at, at + PIECE)) piece += ENCODED[byte];
    // An option of printf begins so.
    pieces.push(piece.replace(/^-/, encodeOctal));
  }
  return pieces;
}

function encodeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  return /^[ -~]$/.test(character) && !/[\\%'!]/.test(character)
    ? character
    : encodeOctal(character);
}

/** Of each byte: hundreds of hosts get scripts of some thousand bytes at once. */
const ENCODED = Array.from({ length: 256 }, (_, byte) => encodeByte(byte));

function encodeOctal(character: string): string {
  return `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
}
