import { stripVTControlCharacters } from 'node:util';

/**
 * What nobody sees, or what moves what is seen: control characters but tab and line feed; the line and paragraph separators; marks that turn
 * the direction of text (Bidi_Control of Unicode's UAX #9); and characters without any shape. Joiners stay: scripts and emoji need them.
 */
const INVISIBLE =
  /(?![\t\n])[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u180e\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * The one way of what others wrote (logs, names, answers) to the log, the summary and the comments. Its only line break is the line feed,
 * colours are gone, and everything invisible is written out, `\x1b`, `\u202e`, so that nothing hides and nothing is lost.
 */
export function plain(text: string): string {
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
