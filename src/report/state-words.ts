interface Counted {
  readonly running: number;
  readonly desired: number;
  readonly summary: string;
}

/** `2/3 running, 1 starting`: the counts once, whether the summary begins with them or not, and not at all where nothing is wanted. */
export function stateWords({ running, desired, summary }: Counted): string {
  const counts = `${running}/${desired}`;
  const text = summary.trim();
  if (text === '') return `${counts} running`;
  return desired === 0 || /^\d+\/\d+\b/.test(text) ? text : `${counts} ${text}`;
}
