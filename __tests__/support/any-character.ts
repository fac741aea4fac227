import fc from 'fast-check';

/** Numbers of characters that are half of one in UTF-16, and none by themselves. */
const SURROGATES = { first: 0xd800, count: 0x800 };
const LAST = 0x10ffff;

/**
 * Any character of Unicode, as a unit of `fc.string`. As `unit: 'binary'` it gives every one as
 * often; that one writes down a million of them before the first string, in every test file anew.
 */
export const anyCharacter = fc.nat({ max: LAST - SURROGATES.count }).map(
  (at) => String.fromCodePoint(at < SURROGATES.first ? at : at + SURROGATES.count),
  (character) => placeOf(character),
);

/** By this a string that is handed in is taken apart; throws where it is no one character. */
function placeOf(character: unknown): number {
  const code = typeof character === 'string' ? (character.codePointAt(0) ?? -1) : -1;
  if (code < 0 || String.fromCodePoint(code) !== character) throw new Error('not one character');
  const at = code < SURROGATES.first ? code : code - SURROGATES.count;
  if (at < SURROGATES.first && at !== code) throw new Error('half a character');
  return at;
}
