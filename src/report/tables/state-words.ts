interface Counted {
  readonly running: number;
  readonly desired: number;
  readonly summary: string;
  /** What runs in the version from before. */
  readonly before?: { readonly running: number; readonly desired: number };
}

/**
 * `2/3 running, 1 starting`: the counts once, whether the summary begins with them or not, and not
 * at all where nothing is wanted.
 */
export function stateWords({ running, desired, summary, before }: Counted): string {
  const counts = `${running}/${desired}`;
  const text = summary.trim();
  if (before) return text;
  if (text === '') return `${counts} running`;
  const isBare = desired === 0 || /^(?:\d+\/\d+\b|not (?:deployed|known)\b)/.test(text);
  return isBare ? text : `${counts} ${text}`;
}

/**
 * `2/2 running, old version`: what still serves of a service that a deployment has not replaced;
 * empty where nothing does.
 */
export function beforeWords({ before }: Pick<Counted, 'before'>): string {
  return before ? `${before.running}/${before.desired} running, old version` : '';
}
