import { visible } from '../../report/plain.ts';

/**
 * Whatever is shorter stands in ordinary words, too: to mask it would blank the log. In characters.
 */
export const LEAST_LENGTH = 4;

/**
 * Of more than that no other form is made: each is a line that the runner compares with every line
 * of the job. In characters.
 */
const LONGEST = 10_000;

/** Says nothing of a key, and stands in others. */
const ARMOUR = /^-{4,5} ?(?:BEGIN|END) [A-Z0-9 ]+-{4,5}$/;

/**
 * Every form of a secret that a log could show, each on one line: its lines, as they are and as the
 * log writes them, and the whole of it as base64, JSON and part of an address have it. None for
 * what is too short. (The runner masks a value of several lines by its lines, the shortest ones,
 * too, so it is never given one.)
 */
export function masksOf(secret: string): readonly string[] {
  const whole = secret.trim();
  if (!isLongEnough(whole)) return [];
  const lines = whole
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => isLongEnough(line) && !ARMOUR.test(line));
  if (lines.length === 0) return [];
  const forms = [
    ...lines.flatMap((line) => [line, visible(line)]),
    ...(whole.length > LONGEST ? [] : [whole, `${whole}\n`, secret].flatMap(encoded)),
  ];
  // The log leaves out colours, so less may be left of a line there.
  return [...new Set(forms)].filter((form) => isLongEnough(form) && !/[\r\n]/.test(form));
}

function isLongEnough(text: string): boolean {
  return [...text].length >= LEAST_LENGTH;
}

function encoded(text: string): string[] {
  const bytes = Buffer.from(text);
  const json = JSON.stringify(text).slice(1, -1);
  return [
    bytes.toString('base64'),
    bytes.toString('base64url'),
    json,
    // As Go writes it (encoding/json, SetEscapeHTML).
    json.replace(/[<>&\u2028\u2029]/g, escapedForHtml),
    ...inAddress(text),
  ];
}

function escapedForHtml(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function inAddress(text: string): string[] {
  const wellFormed = text.toWellFormed();
  return [
    encodeURIComponent(wellFormed),
    new URLSearchParams({ '': wellFormed }).toString().slice(1),
  ];
}
