import { StringDecoder } from 'node:string_decoder';

/** One output stream of a command, kept as text. */
export interface Output {
  /** Takes the next bytes; a character may be cut anywhere between two calls. */
  write(chunk: Buffer): void;
  /** Hands a last line without a line end to `onLine`. Call it once, after the last `write`. */
  end(): void;
  /** All text so far. */
  text(): string;
}

/**
 * Collects UTF-8 text, and hands each whole line (without its line end) to `onLine` as soon as it
 * is there.
 */
export function collectOutput(onLine?: (line: string) => void): Output {
  const decoder = new StringDecoder('utf8');
  // Parts are joined once at the end, and those of an unfinished line once per line: adding to one
  // string and searching it again with every chunk would cost the square of its length.
  const parts: string[] = [];
  const unfinished: string[] = [];

  const finishLine = (rest: string): void => {
    const line = unfinished.length === 0 ? rest : unfinished.join('') + rest;
    unfinished.length = 0;
    onLine?.(line.endsWith('\r') ? line.slice(0, -1) : line);
  };

  const take = (text: string): void => {
    if (text === '') return;
    parts.push(text);
    if (!onLine) return;
    let from = 0;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', from)) {
      finishLine(text.slice(from, at));
      from = at + 1;
    }
    if (from < text.length) unfinished.push(text.slice(from));
  };

  return {
    write: (chunk) => take(decoder.write(chunk)),
    end: () => {
      take(decoder.end());
      if (unfinished.length > 0) finishLine('');
    },
    text: () => parts.join(''),
  };
}
