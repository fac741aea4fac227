import { parseDuration } from '../base/duration.ts';
import { nearest } from '../base/nearest.ts';
import { Problem } from './problem.ts';

/** Items of a multi-line input: one per line, blank lines and `#` comments left out. */
export function lines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** The known words for a message, the nearest one first. */
export function known(word: string, words: readonly string[]): string {
  const meant = nearest(word, words);
  return `${meant ? `Did you mean \`${meant}\`? ` : ''}Known: ${words.join(', ')}.`;
}

/** One of the words that there are. */
export function parseChoice<T extends string>(text: string, choices: readonly T[]): T | Problem {
  return choices.find((one) => one === text) ?? new Problem(`not known. ${known(text, choices)}`);
}

/** A whole number from `least` to `most`; `what` is counted. */
export function parseCount(
  text: string,
  least: number,
  most: number,
  what: string,
): number | Problem {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (count >= least && count <= most) return count;
  const range = `from ${least} to ${most}`;
  return new Problem(
    Number.isNaN(count)
      ? `not a number of ${what}. Give a whole number ${range}, for example \`3\`.`
      : `must be a number of ${what} ${range}.`,
  );
}

/** `true` or `false`, as YAML writes them. */
export function parseBoolean(text: string): boolean | Problem {
  // As actions/core has it: YAML 1.2 core schema.
  if (['true', 'True', 'TRUE'].includes(text)) return true;
  if (['false', 'False', 'FALSE'].includes(text)) return false;
  return new Problem('neither true nor false. Write `true` or `false`.');
}

/** A duration, in ms. */
export function parseLimit(text: string): number | Problem {
  return (
    parseDuration(text) ??
    new Problem('not a duration. Write a number with its unit: `300s`, `10m`, `1h`, `1h30m`.')
  );
}

/** A duration above 0, in ms; `undefined` where none is given. */
export function parseTtl(text: string): number | undefined | Problem {
  if (text === '') return undefined;
  const ttlMs = parseDuration(text);
  if (ttlMs) return ttlMs;
  return new Problem('not a time to live. Write a number with its unit: `90m`, `24h`, `7d`.');
}

/** A span of time until now, in ms; `undefined` where none is given. */
export function parseSince(text: string): number | undefined | Problem {
  if (text === '') return undefined;
  const sinceMs = parseDuration(text);
  if (sinceMs) return sinceMs;
  return new Problem('not a span of time. Write a number with its unit: `90s`, `30m`, `24h`.');
}

/** IPv4 asks for the least (RFC 791); the most is what switches with jumbo frames carry. */
const MTU = { least: 576, most: 9216 };

/** Bytes of a packet; `undefined` where none is given. */
export function parseMtu(text: string): number | undefined | Problem {
  if (text === '') return undefined;
  const mtu = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (mtu >= MTU.least && mtu <= MTU.most) return mtu;
  return new Problem(
    `not an MTU. Give the bytes of the largest packet that fits between the nodes, from ${MTU.least} to ${MTU.most}, for example \`1400\`.`,
  );
}

export type PortOffset = number | 'auto';

/** What is added to published ports. */
export function parsePortOffset(text: string): PortOffset | Problem {
  if (text === '' || text === 'auto') return text === '' ? 0 : text;
  const offset = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (offset < 65_535) return offset;
  return new Problem('not an offset. Write `auto`, or what to add to each port, `0` to `65534`.');
}
