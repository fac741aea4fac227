/**
 * The last JSON document that a program has printed, which has to end its output. Lines before it
 * may be anything. `{}` if it has printed nothing, undefined if its output ends otherwise.
 */
export function lastDocument(stdout: string): unknown {
  const text = stdout.trim();
  if (text === '') return {};
  // The earliest that reads to the end is the whole of it: a later one may be a part of it.
  for (const { index } of text.matchAll(/^[[{]/gm)) {
    const value = documentOf(text.slice(index));
    if (value !== undefined) return value;
  }
  return undefined;
}

function documentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
