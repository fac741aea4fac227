import { type Document, isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import { entriesOf, type ParsedSource } from '../locate.ts';
import type { KeyPath, Location } from '../location.ts';

/** A value of a file, as it is written: before Compose fills in variables. */
export interface WrittenValue {
  /** Through aliases and `<<`: where the value counts. */
  readonly path: KeyPath;
  readonly text: string;
  /** The value itself, and not its key. */
  readonly location: Location;
  /** Which of the sources has it. */
  readonly source: ParsedSource;
}

/** Deeper than any compose file, and an end for an alias that leads to itself. */
const DEEPEST = 16;
/** What aliases in aliases may unfold to. */
const MOST = 50_000;

/**
 * Every scalar of the sources, in their order, those of an anchor once for each place that uses it.
 */
export function writtenValues(sources: readonly ParsedSource[]): readonly WrittenValue[] {
  const found: WrittenValue[] = [];
  for (const source of sources) {
    for (const document of source.documents) walk(document.contents, [], document, source, found);
  }
  return found;
}

function walk(
  given: unknown,
  path: KeyPath,
  document: Document,
  source: ParsedSource,
  found: WrittenValue[],
): void {
  const node = isAlias(given) ? given.resolve(document) : given;
  if (path.length > DEEPEST || found.length >= MOST) return;
  if (isScalar(node)) {
    if (node.value === null) return;
    const line = source.lines.linePos((node as Node).range?.[0] ?? 0).line;
    const text = String(node.value);
    found.push({ path, text, location: { file: source.file, line }, source });
  } else if (isSeq(node)) {
    for (const [at, item] of node.items.entries())
      walk(item, [...path, at], document, source, found);
  } else if (isMap(node)) {
    for (const [key, value] of pairsOf(node, document, 0)) {
      walk(value, [...path, key], document, source, found);
    }
  }
}

/** The pairs of a map with those that `<<` merges into it; its own win, then those of the first. */
function pairsOf(node: unknown, document: Document, depth: number): ReadonlyMap<string, unknown> {
  const map = isAlias(node) ? node.resolve(document) : node;
  if (!isMap(map) || depth > DEEPEST) return new Map();
  const { steps, merged } = entriesOf(map);
  const pairs = new Map<string, unknown>();
  for (const [key, { value }] of steps) pairs.set(key, value);
  for (const one of merged) {
    for (const [key, value] of pairsOf(one, document, depth + 1)) {
      if (!pairs.has(key)) pairs.set(key, value);
    }
  }
  return pairs;
}
