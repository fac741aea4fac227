import { stripVTControlCharacters } from 'node:util';

/**
 * What nobody sees, or what moves what is seen: control characters but tab and line feed; the line
 * and paragraph separators; marks that turn the direction of text (Bidi_Control of Unicode's UAX
 * #9); and characters without any shape. Joiners stay: scripts and emoji need them.
 */
const INVISIBLE =
  /(?![\t\n])[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u180e\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** The longest first: of two that begin alike no rest may stay. */
let hidden: readonly string[] = [];

/**
 * From here on `plain` writes `***` for these texts, in the whole process: the runner masks its
 * log, but nobody masks what is sent to GitHub's API, or what Markdown has escaped.
 */
export function hide(texts: readonly string[]): void {
  hidden = [...new Set([...hidden, ...texts])].sort((a, b) => b.length - a.length);
}

/**
 * The one way of what others wrote (logs, names, answers) to the log, the summary and the comments:
 * as `visible` makes it, and without what is to be hidden.
 */
export function plain(text: string): string {
  return withoutHidden(visible(text));
}

/** The text as it is, but for what is to be hidden. */
export function withoutHidden(text: string): string {
  return hidden.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}

/**
 * The text with the line feed as its only line break, without colours, and with everything
 * invisible written out, `\x1b`, `\u202e`, so that nothing hides and nothing is lost.
 */
export function visible(text: string): string {
  return stripVTControlCharacters(text.toWellFormed())
    .replace(/\r\n?/g, '\n')
    .replace(INVISIBLE, writtenOut);
}

function writtenOut(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const digits = point.toString(16);
  if (point > 0xffff) return `\\u{${digits}}`;
  return point > 0xff ? `\\u${digits.padStart(4, '0')}` : `\\x${digits.padStart(2, '0')}`;
}
