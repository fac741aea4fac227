/** A number, in digits that every YAML parser reads as the same number. */
export interface Numeral {
  readonly digits: string;
}

export type PlainScalar = string | boolean | null | Numeral;

/** What a scalar without quotes is, or why nobody can say it. */
export type Resolved = { readonly value: PlainScalar } | { readonly fault: string };

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);

const INFINITE = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
/** go-yaml resolve.go, allowedTimestampFormats: a space, or `T`, between date and time. */
const DATE = /^\d{4}-\d{1,2}-\d{1,2}(?:(?:[Tt]| +)\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d+)?.*)?$/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const INTEGER = /^([-+]?)(?:0[xX]([\da-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9]\d*))$/;

const LEAST = -(2n ** 63n);
const MOST = 2n ** 64n - 1n;

/**
 * Resolves a scalar without quotes as go-yaml does, on which Compose is built (go-yaml v3
 * resolve.go): `0440` is octal, `1_000` a thousand, `yes` a word. A date is a fault: versions of
 * Compose differ in what they make of one.
 */
export function resolvePlain(text: string): Resolved {
  const word = WORDS.get(text);
  if (word !== undefined) return { value: word };
  if (INFINITE.test(text)) return { fault: 'is a number without end' };
  if (!/^[-+.\d]/.test(text)) return { value: text };
  if (DATE.test(text)) return { fault: 'is a date to some parsers and a text to others' };
  // Only go-yaml's branch for a leading dot keeps the underscores.
  const plain = text.startsWith('.') ? text : text.replaceAll('_', '');
  const digits = integer(plain) ?? float(plain);
  return { value: digits === undefined ? text : { digits } };
}

function integer(text: string): string | undefined {
  const [matched, sign, hex, binary, octal, decimal] = INTEGER.exec(text) ?? [];
  if (matched === undefined) return undefined;
  const size = BigInt(
    hex ? `0x${hex}` : binary ? `0b${binary}` : octal ? `0o${octal}` : (decimal ?? 0),
  );
  const value = sign === '-' ? -size : size;
  return value < LEAST || value > MOST ? undefined : String(value);
}

/**
 * With a point or an exponent, so that it stays a floating-point number: Compose prints those in a
 * form of their own.
 */
function float(text: string): string | undefined {
  if (!FLOAT.test(text)) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) return undefined;
  const digits = Object.is(value, -0) ? '-0' : String(value);
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
}
