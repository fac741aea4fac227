/**
 * An answer that many ask for at once, asked for once: who asks within `forMs` of a question gets
 * its answer. A failure is told to those who wait for it, and not kept.
 */
export function recently<A, T>(
  ask: (asker: A) => Promise<T>,
  { now, forMs }: { readonly now: () => number; readonly forMs: number },
): (asker: A) => Promise<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | undefined;
  return (asker) => {
    if (last && now() - last.at < forMs) return last.answer;
    const asked = { at: now(), answer: ask(asker) };
    last = asked;
    asked.answer.catch(() => {
      if (last === asked) last = undefined;
    });
    return asked.answer;
  };
}
