/**
 * Gives to whoever asks what a run tells that began afterwards: those who ask while one goes on
 * share the next. So many that look at the same thing again and again cost no more than one, and
 * none is told what was true before it asked.
 */
export function shareNext<T>(run: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> | undefined;
  let next: Promise<T> | undefined;
  const begin = (): Promise<T> => {
    next = undefined;
    const one = run();
    running = one;
    const over = () => {
      if (running === one) running = undefined;
    };
    one.then(over, over);
    return one;
  };
  return () => {
    if (!running) return begin();
    next ??= running.then(begin, begin);
    return next;
  };
}
