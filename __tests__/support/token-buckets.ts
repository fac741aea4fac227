/** A store of calls that a vendor lets through at once, and how many come in a second. */
export interface Bucket {
  /** What it is for: the first bucket that fits counts. */
  readonly calls: RegExp;
  readonly capacity: number;
  readonly perSecond: number;
}

/** Whether a vendor with these buckets lets a call through, at a time in ms. */
export function tokenBuckets(buckets: readonly Bucket[]): (call: string, now: number) => boolean {
  /** By the name of the call: each has a bucket of its own. */
  const left = new Map<string, { tokens: number; at: number }>();
  return (call, now) => {
    const bucket = buckets.find(({ calls }) => calls.test(call));
    if (!bucket) return true;
    const { capacity, perSecond } = bucket;
    const last = left.get(call) ?? { tokens: capacity, at: now };
    const tokens = Math.min(capacity, last.tokens + ((now - last.at) / 1_000) * perSecond);
    const isLet = tokens >= 1;
    left.set(call, { tokens: isLet ? tokens - 1 : tokens, at: now });
    return isLet;
  };
}
