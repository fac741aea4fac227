/** `a, b, c and 2 more`: the first `most` of them. */
export function listed(items: readonly string[], most: number): string {
  const more = items.length - most;
  return items.slice(0, most).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
