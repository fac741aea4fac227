/** A time in ms, as tables and lines of the bench have it: `1.50 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
