import { ActionError } from '../../base/errors.ts';
import { HOST_KEY_LABEL } from '../machine-labels.ts';
import { EXPIRES_LABEL, isReserved, type Labels } from '../ownership.ts';

// A value at Hetzner has at most 63 characters of A-Z, a-z, 0-9, `-`, `_` and `.`, and begins and
// ends with a letter or a digit. A value that is one stays as it is. A time becomes the seconds
// since 1970, an ed25519 key its 32 bytes. Any other is written as `x_…_x`, with `_` and two
// hexadecimal digits for each byte of another character; what is longer goes on in further labels,
// whose keys end with `.2`, `.3` and so on. So nothing is ever cut.

const PLAIN = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;
const ESCAPED = /^x_(.*)_x$/;
const PART_LENGTH = 63 - 'x__x'.length;
/** More labels of one value are refused: nothing that the action writes needs as many. */
const MOST_PARTS = 9;

const SECONDS = /^\d{1,12}$/;
const KEY = /^k([A-Za-z0-9_-]{43})k$/;
/** Before the 32 bytes of an ed25519 key (RFC 8709): type and lengths. */
const KEY_START = Buffer.from('0000000b7373682d6564323535313900000020', 'hex');

/**
 * Labels of this action as Hetzner takes them; `decodeLabels` gives back the same. Throws `ActionError` with
 * the key of a value that is too long for any number of labels.
 */
export function encodeLabels(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).flatMap(([key, value]) => encode(key, value)));
}

/** What `encodeLabels` was given. Labels of others come back as they are. */
export function decodeLabels(labels: Labels): Labels {
  return Object.fromEntries(
    Object.keys(labels)
      .filter((key) => !isFurtherPart(key, labels))
      .map((key) => [key, decode(key, labels)]),
  );
}

/** All but the labels that hold the value of this key. */
export function withoutLabel(labels: Labels, key: string): Labels {
  const isOf = (one: string) => one === key || baseOf(one) === key;
  return Object.fromEntries(Object.entries(labels).filter(([one]) => !isOf(one)));
}

/** A label selector that finds what carries all of these labels. */
export function selectorOf(labels: Labels): string {
  return Object.entries(encodeLabels(labels))
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

function encode(key: string, value: string): [string, string][] {
  const short = shortOf(key, value);
  if (short !== undefined) return [[key, short]];
  const escaped = escapedForm(value);
  const parts = escaped.match(new RegExp(`.{1,${PART_LENGTH}}`, 'g')) ?? [''];
  if (parts.length > MOST_PARTS) throw tooLong(key, value);
  return parts.map((part, at) => [at === 0 ? key : `${key}.${at + 1}`, `x_${part}_x`]);
}

/** A form of one label that reads as this value again; undefined if there is none. */
function shortOf(key: string, value: string): string | undefined {
  const forms = [secondsOf(key, value), keyBytesOf(key, value), value];
  return forms.find(
    (form) => form !== undefined && PLAIN.test(form) && decode(key, { [key]: form }) === value,
  );
}

function decode(key: string, labels: Labels): string {
  const value = labels[key] ?? '';
  if (!isReserved(key)) return value;
  if (key === EXPIRES_LABEL && SECONDS.test(value)) return timeOf(Number(value));
  const bytes = key === HOST_KEY_LABEL ? KEY.exec(value)?.[1] : undefined;
  if (bytes !== undefined) return keyOf(Buffer.from(bytes, 'base64url'));
  const parts = partsOf(key, labels).map((part) => ESCAPED.exec(part)?.[1]);
  return parts.includes(undefined) ? value : textOf(parts.join(''));
}

/** The values of a key and of its further parts, as far as they follow one another. */
function partsOf(key: string, labels: Labels): string[] {
  const parts = [labels[key] ?? ''];
  for (let next = labels[`${key}.2`]; next !== undefined; ) {
    parts.push(next);
    next = labels[`${key}.${parts.length + 1}`];
  }
  return parts;
}

/** `swarm-up.run` of `swarm-up.run.3`. */
function baseOf(key: string): string | undefined {
  return /^(.+)\.[2-9]$/.exec(key)?.[1];
}

function isFurtherPart(key: string, labels: Labels): boolean {
  const base = baseOf(key);
  if (base === undefined || !isReserved(base)) return false;
  const first = labels[base];
  return first !== undefined && ESCAPED.test(first) && ESCAPED.test(labels[key] ?? '');
}

function escapedForm(value: string): string {
  const hex = (byte: number) => `_${byte.toString(16).padStart(2, '0')}`;
  return [...Buffer.from(value)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9.-]/.test(character) ? character : hex(byte);
    })
    .join('');
}

function textOf(text: string): string {
  const bytes = text.replace(/_([0-9a-f]{2})/g, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString();
}

function secondsOf(key: string, value: string): string | undefined {
  const ms = key === EXPIRES_LABEL ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : String(ms / 1_000);
}

function timeOf(seconds: number): string {
  return new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');
}

function keyBytesOf(key: string, value: string): string | undefined {
  if (key !== HOST_KEY_LABEL) return undefined;
  const blob = Buffer.from(value.split(' ')[1] ?? '', 'base64');
  return `k${blob.subarray(KEY_START.length).toString('base64url')}k`;
}

function keyOf(bytes: Buffer): string {
  return `ssh-ed25519 ${Buffer.concat([KEY_START, bytes]).toString('base64')}`;
}

function tooLong(key: string, value: string): ActionError {
  return new ActionError(`The label ${key} is too long for Hetzner: ${value.length} characters.`, {
    details: `${value.slice(0, 200)}…`,
    hint: 'Shorten what it is made of, for example the id of the job or of the step.',
  });
}
