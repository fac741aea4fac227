import * as z from 'zod';

/** What GitHub asks for where it limits and names no time, in ms. */
const UNNAMED_WAIT_MS = 60_000;

const refusal = z.object({ message: z.string() });

/** An answer of the form that is expected. */
export function readAnswer<T>(text: string, form: z.ZodType<T>): z.ZodSafeParseResult<T> {
  return form.safeParse(parse(text));
}

/** GitHub's own words about a failure; of a proxy's page, its beginning. */
export function readMessage(text: string): string {
  const said = refusal.safeParse(parse(text));
  return said.success ? said.data.message : text.slice(0, 500);
}

/**
 * How long GitHub asks to wait, in ms, where it limits the rate; undefined where it does not
 * (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api).
 */
export function waitOf({
  status,
  headers,
  details,
}: {
  readonly status: number;
  readonly headers: Headers;
  readonly details: string;
}): number | undefined {
  const after = headers.get('retry-after');
  if (after !== null) return Math.max(0, Number(after) * 1_000);
  const isSpent = headers.get('x-ratelimit-remaining') === '0';
  const reset = headers.get('x-ratelimit-reset');
  if (isSpent && reset !== null) {
    // Both are GitHub's own time, whatever the clock of this runner says.
    const now = Date.parse(headers.get('date') ?? '');
    return Number.isNaN(now) ? UNNAMED_WAIT_MS : Math.max(0, Number(reset) * 1_000 - now);
  }
  const isLimited = status === 429 || isSpent || (status === 403 && /rate limit/i.test(details));
  return isLimited ? UNNAMED_WAIT_MS : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
