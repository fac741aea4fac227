import { dirname, join, normalize } from 'node:path';
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type YAMLMap,
} from 'yaml';
import { unknownAnchor, yamlFault } from './errors/yaml-fault.ts';
import type { KeyPath, Location } from './location.ts';

export interface SourceText {
  /** As it is to be named in messages. */
  readonly file: string;
  readonly text: string;
}

/** Finds places in the files that the user wrote; never fails, an unreadable file has no places. */
export interface Locator {
  readonly sources: readonly ParsedSource[];
  /**
   * The deepest part of the path that is written down; of equally deep ones the last, since later
   * files win.
   */
  path(path: KeyPath): Location | undefined;
  /** Where a variable is first used. */
  variable(name: string): Location | undefined;
  /** The keys of a map, of all files. */
  keys(path: KeyPath): readonly string[];
  /** The first fault of YAML itself. Compose's own line numbers for these are often off. */
  fault(): { readonly location: Location; readonly message: string } | undefined;
}

/** A file, parsed. */
export interface ParsedSource {
  readonly file: string;
  readonly text: string;
  readonly lines: LineCounter;
  readonly documents: readonly Document[];
}

export function createLocator(sources: readonly SourceText[]): Locator {
  const files = sources.map(parse);
  return {
    sources: files,
    path: (path) => locate(files, path),
    variable: (name) => firstUse(files, name),
    keys: (path) => keysAt(files, path),
    fault: () => firstFault(files),
  };
}

function parse({ file, text }: SourceText): ParsedSource {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter: lines,
    logLevel: 'silent',
    merge: true,
  });
  return { file, text, lines, documents: 'empty' in documents ? [] : documents };
}

function locate(files: readonly ParsedSource[], path: KeyPath): Location | undefined {
  const own = deepest(files, path);
  const extended = own?.depth === path.length ? undefined : throughExtends(files, path);
  return (extended && extended.depth > (own?.depth ?? 0) ? extended : own)?.location;
}

/**
 * The same for what the service takes from another one (`extends`), of its own file or of another.
 */
function throughExtends(
  files: readonly ParsedSource[],
  [section, name, ...rest]: KeyPath,
  steps = 0,
): ReturnType<typeof deepest> {
  if (section !== 'services' || name === undefined || rest.length === 0) return undefined;
  for (const source of files.toReversed()) {
    const base = source.documents.map((one) => baseOf(one, name)).find((one) => one !== undefined);
    if (!base) continue;
    const wanted = base.file === undefined ? source.file : join(dirname(source.file), base.file);
    // Files are named with `/`, and `join` writes a path as the system does.
    const there = files.filter(({ file }) => normalize(file) === normalize(wanted));
    const path = ['services', base.service, ...rest];
    const found = deepest(there, path);
    const next = steps < MOST_EXTENDS ? throughExtends(there, path, steps + 1) : undefined;
    return next && next.depth > (found?.depth ?? 0) ? next : found;
  }
  return undefined;
}

/** More in a row would be nobody's honest work, or a circle. */
const MOST_EXTENDS = 8;

function baseOf(
  document: Document,
  service: string | number,
): { readonly service: string; readonly file: string | undefined } | undefined {
  const text = (...path: KeyPath) => {
    const given = document.getIn(['services', service, 'extends', ...path]);
    return typeof given === 'string' ? given : undefined;
  };
  const named = text() ?? text('service');
  return named === undefined ? undefined : { service: named, file: text('file') };
}

/** The place of the deepest part of a path that the files have, and how many keys that is. */
export function deepest(
  files: readonly ParsedSource[],
  path: KeyPath,
): { readonly depth: number; readonly location: Location } | undefined {
  let best: { depth: number; location: Location } | undefined;
  for (const { file, lines, documents } of files) {
    for (const document of documents) {
      const { depth, offset } = follow(document, path);
      if (depth > 0 && depth >= (best?.depth ?? 0)) {
        best = { depth, location: { file, line: lines.linePos(offset).line } };
      }
    }
  }
  return best;
}

function keysAt(files: readonly ParsedSource[], path: KeyPath): readonly string[] {
  const found = files
    .flatMap(({ documents }) => documents)
    .flatMap((document) => {
      const { depth, value } = follow(document, path);
      return depth === path.length && isMap(value) ? [...entriesOf(value).steps.keys()] : [];
    });
  return [...new Set(found)];
}

interface Step {
  readonly offset: number;
  readonly value: unknown;
}

function follow(document: Document, path: KeyPath): Step & { depth: number } {
  let value: unknown = document.contents;
  let offset = 0;
  for (const [depth, key] of path.entries()) {
    const step = child(document, value, key);
    if (!step) return { depth, offset, value };
    ({ value, offset } = step);
  }
  return { depth: path.length, offset, value };
}

function child(document: Document, parent: unknown, key: string | number): Step | undefined {
  const node = isAlias(parent) ? parent.resolve(document) : parent;
  if (isMap(node)) {
    const { steps, merged } = entriesOf(node);
    const own = steps.get(String(key));
    if (own) return own;
    for (const one of merged) {
      const step = child(document, one, key);
      if (step) return step;
    }
    return undefined;
  }
  if (!isSeq(node)) return undefined;
  const item = typeof key === 'number' ? node.items[key] : node.items.find(named(key));
  return item === undefined ? undefined : { offset: start(item as Node), value: item };
}

export interface Entries {
  readonly steps: ReadonlyMap<string, Step>;
  /** What `<<` merges into the map. */
  readonly merged: readonly unknown[];
}

/** Many places are asked for in the same maps, the largest of which is that of the services. */
const entries = new WeakMap<YAMLMap, Entries>();

/** The keys of a map, and what it merges. */
export function entriesOf(map: YAMLMap): Entries {
  const known = entries.get(map);
  if (known) return known;
  const steps = new Map<string, Step>();
  const merged: unknown[] = [];
  for (const { key, value } of map.items) {
    if (!isScalar(key)) continue;
    if (String(key.source) === '<<') {
      merged.push(...(isSeq(value) ? value.items : [value]));
      continue;
    }
    const name = String(key.value);
    if (!steps.has(name)) steps.set(name, { offset: start(key), value });
  }
  const found = { steps, merged };
  entries.set(map, found);
  return found;
}

/**
 * Maps may be written as lists: `environment: [KEY=value]`, `networks: [front]`, `depends_on:
 * [db]`.
 */
function named(key: string): (item: unknown) => boolean {
  return (item) =>
    isScalar(item) && (item.value === key || String(item.value).startsWith(`${key}=`));
}

function start(node: Node): number {
  return node.range?.[0] ?? 0;
}

function firstUse(files: readonly ParsedSource[], name: string): Location | undefined {
  const use = new RegExp(`\\$(?:\\{${name}(?![A-Za-z0-9_])|${name}(?![A-Za-z0-9_]))`);
  for (const { file, text, lines } of files) {
    const at = use.exec(text)?.index;
    if (at !== undefined) return { file, line: lines.linePos(at).line };
  }
  return undefined;
}

function firstFault(files: readonly ParsedSource[]): ReturnType<Locator['fault']> {
  for (const { file, text, lines, documents } of files) {
    const fault = yamlFault(text, documents) ?? unknownAnchor(documents);
    if (fault) {
      const { line } = lines.linePos(fault.offset);
      return { location: { file, line }, message: fault.message };
    }
  }
  return undefined;
}
