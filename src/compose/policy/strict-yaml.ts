import { isUtf8 } from 'node:buffer';
import {
  CST,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
  type Scalar,
} from 'yaml';
import { yamlFault } from '../errors/yaml-fault.ts';
import { type Numeral, type PlainScalar, resolvePlain } from './plain-scalar.ts';

/** A value of a compose file of strangers, of which every parser has the same view. */
export interface StrictNode {
  /** Where it is written, from 1. */
  readonly line: number;
  /**
   * Compose's own tags: `!reset` takes a value of an earlier file away, `!override` replaces it.
   */
  readonly tag: ComposeTag | undefined;
  readonly value: PlainScalar | readonly StrictNode[] | ReadonlyMap<string, StrictNode>;
  /** Nodes in it, aliases counted as what they stand for. */
  readonly size: number;
  readonly depth: number;
  /** Of an entry of a map: where its key is written. */
  readonly keyLine?: number | undefined;
}

type ComposeTag = '!reset' | '!override';

/** A file that is not strict YAML. */
export class StrictYamlError extends Error {
  /** From 1. */
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** In nodes, once aliases are written out. */
const MOST_NODES = 50_000;
const MOST_ALIASES = 1_000;
/** Nested values, and nested brackets or dashes of one line. */
const DEEPEST = 64;
/** In columns: each level of a block is indented by one at least. */
const WIDEST_INDENT = 200;
/**
 * In characters: a key in front of a colon may not be longer for go-yaml (1024), escapes included.
 */
const LONGEST_KEY = 150;

/**
 * Reads the text of a file, as `decode` gives it, of which all parsers have the same view, and
 * refuses every other: one document, no directives, no tags but Compose's own, keys that are texts,
 * none twice. Anchors, aliases and merge keys are written out. Throws `StrictYamlError` with the
 * first line that is not so.
 */
export function parseStrictYaml(text: string): StrictNode {
  const lines = new LineCounter();
  checkTokens(text);
  const documents = parseAllDocuments(text, {
    schema: 'failsafe',
    lineCounter: lines,
    merge: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const found = 'empty' in documents ? [] : documents;
  const line = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const fault = yamlFault(text, found);
  if (fault) throw new StrictYamlError(line(fault.offset), fault.message);
  const [document, second] = found;
  if (second) {
    throw new StrictYamlError(line(second.range[0]), 'a second document follows. Write one.');
  }
  return createReader(line).read(document?.contents ?? null);
}

/**
 * Throws `StrictYamlError` for bytes that are not plain text: other encodings, control characters,
 * line breaks that only some know.
 */
export function decode(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new StrictYamlError(1, 'not in UTF-8. Save it as UTF-8.');
  const text = new TextDecoder('utf-8').decode(bytes);
  const found = FORBIDDEN.exec(text);
  if (!found) return text;
  const line = text.slice(0, found.index).split('\n').length;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  throw new StrictYamlError(
    line,
    `has the character U+${code}, which parsers take for different things. Remove it, or write it as an escape in quotes.`,
  );
}

/**
 * Controls but tab, LF and CRLF; the line breaks that YAML 1.1 has and 1.2 has not; a byte order
 * mark inside; what is no character.
 */
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /\r(?!\n)|[\0-\x08\v\f\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/;

/** Before the parser sees it, which has no bound of its own. */
function checkTokens(text: string): void {
  let line = 1;
  let nested = 0;
  let dashes = 0;
  let isLineStart = true;
  let isScalarNext = false;
  for (const token of new Lexer().lex(text)) {
    if (isScalarNext) {
      isScalarNext = false;
    } else {
      const type = CST.tokenType(token);
      const fault = faultOf(type, token);
      if (fault) throw new StrictYamlError(line, fault);
      if (type === 'newline') dashes = 0;
      if (type === 'flow-map-start' || type === 'flow-seq-start') nested += 1;
      if (type === 'flow-map-end' || type === 'flow-seq-end') nested -= 1;
      if (type === 'seq-item-ind' || type === 'explicit-key-ind') dashes += 1;
      const indent = isLineStart && type === 'space' ? token.length : 0;
      if (nested > DEEPEST || dashes > DEEPEST || indent > WIDEST_INDENT) throw tooDeep(line);
      isScalarNext = type === 'scalar';
    }
    isLineStart = token.endsWith('\n');
    line += token.split('\n').length - 1;
  }
}

function faultOf(type: CST.TokenType | null, token: string): string | undefined {
  if (type === 'directive-line') {
    return `the directive ${token.trim()}, which changes how the file is read. Remove it.`;
  }
  if (type === 'tag' && token !== '!reset' && token !== '!override') {
    return `the tag ${token}. Only !reset and !override are Compose's own. Remove it.`;
  }
  return undefined;
}

function tooDeep(line: number): StrictYamlError {
  return new StrictYamlError(line, `nested more than ${DEEPEST} levels deep.`);
}

function createReader(lineOf: (offset: number) => number) {
  const anchors = new Map<string, StrictNode>();
  let aliases = 0;

  const read = (node: unknown): StrictNode => {
    if (node === null || node === undefined) return leaf(1, undefined, null);
    if (isAlias(node)) return resolve(node.source, lineOf(node.range?.[0] ?? 0));
    const own = readOwn(node as Node);
    const { anchor } = node as Scalar;
    // Only now: a value cannot hold itself.
    if (anchor !== undefined) anchors.set(anchor, own);
    return own;
  };

  const resolve = (name: string, line: number): StrictNode => {
    aliases += 1;
    const target = anchors.get(name);
    if (!target) throw new StrictYamlError(line, `*${name} has no anchor before it.`);
    if (aliases > MOST_ALIASES)
      throw new StrictYamlError(line, `more than ${MOST_ALIASES} aliases.`);
    return target;
  };

  const readOwn = (node: Node): StrictNode => {
    const line = lineOf(node.range?.[0] ?? 0);
    const tag = node.tag as ComposeTag | undefined;
    if (isScalar(node)) return leaf(line, tag, scalarValue(node, line));
    if (isSeq(node)) {
      const items = node.items.map(read);
      return branch(line, tag, items, items);
    }
    if (isMap(node)) {
      const map = readMap(node.items, line);
      return branch(line, tag, map, [...map.values()]);
    }
    throw new StrictYamlError(line, 'a value that is not understood.');
  };

  const readMap = (pairs: readonly Pair[], line: number): Map<string, StrictNode> => {
    const own = new Map<string, StrictNode>();
    let merged: readonly ReadonlyMap<string, StrictNode>[] = [];
    const keys = new Set<string>();
    for (const { key, value } of pairs) {
      const name = keyOf(key, line);
      const at = lineOf((key as Scalar).range?.[0] ?? 0);
      if (keys.has(name)) throw new StrictYamlError(at, `the key ${name} stands there twice.`);
      keys.add(name);
      const node = read(value);
      if (name === '<<') merged = mergedMaps(node, at);
      else own.set(name, { ...node, keyLine: at, ...(value === null ? { line: at } : {}) });
    }
    // The file's own keys win, then what is merged first.
    for (const map of merged) {
      for (const [name, value] of map) if (!own.has(name)) own.set(name, value);
    }
    return own;
  };

  const keyOf = (key: unknown, line: number): string => {
    if (!isScalar(key)) throw new StrictYamlError(line, 'a key that is not a text.');
    const at = lineOf(key.range?.[0] ?? 0);
    const name = scalarValue(key, at);
    if (typeof name !== 'string') {
      throw new StrictYamlError(
        at,
        `the key ${String(key.source)} is not a text. Put it in quotes.`,
      );
    }
    if (name === '<<' && key.type !== 'PLAIN') {
      throw new StrictYamlError(at, 'the key "<<" in quotes merges for some parsers only.');
    }
    if (name === '__proto__') throw new StrictYamlError(at, 'no key can be called __proto__.');
    if (name.length > LONGEST_KEY) {
      throw new StrictYamlError(at, `a key of more than ${LONGEST_KEY} characters.`);
    }
    return name;
  };

  return { read };
}

function scalarValue(node: Scalar, line: number): PlainScalar {
  const text = String(node.value);
  if (!text.isWellFormed()) throw new StrictYamlError(line, 'an escape that is half a character.');
  if (node.type !== 'PLAIN') return text;
  const resolved = resolvePlain(text);
  if ('value' in resolved) return resolved.value;
  throw new StrictYamlError(line, `${text} ${resolved.fault}. Put it in quotes.`);
}

function mergedMaps(
  { value }: StrictNode,
  line: number,
): readonly ReadonlyMap<string, StrictNode>[] {
  const maps = Array.isArray(value) ? value.map((one: StrictNode) => one.value) : [value];
  return maps.map((map) => {
    if (map instanceof Map) return map;
    throw new StrictYamlError(line, '`<<` merges something that is not a map.');
  });
}

function leaf(line: number, tag: ComposeTag | undefined, value: PlainScalar): StrictNode {
  return { line, tag, value, size: 1, depth: 1 };
}

function branch(
  line: number,
  tag: ComposeTag | undefined,
  value: StrictNode['value'],
  children: readonly StrictNode[],
): StrictNode {
  const size = children.reduce((sum, one) => sum + one.size, 1);
  const depth = children.reduce((most, one) => Math.max(most, one.depth), 0) + 1;
  if (size > MOST_NODES) {
    throw new StrictYamlError(line, `more than ${MOST_NODES} values, aliases written out.`);
  }
  if (depth > DEEPEST) throw tooDeep(line);
  return { line, tag, value, size, depth };
}

/** The same for zod: maps as objects, without what `!reset` takes away. */
export function plainValue({ value }: StrictNode): unknown {
  if (Array.isArray(value)) return value.filter(isKept).map(plainValue);
  if (value instanceof Map) {
    return Object.fromEntries(
      [...value].filter(([, one]) => isKept(one)).map(([key, one]) => [key, plainValue(one)]),
    );
  }
  return typeof value === 'object' && value !== null ? Number((value as Numeral).digits) : value;
}

const isKept = ({ tag }: StrictNode) => tag !== '!reset';

/**
 * The value as JSON, with Compose's tags and nothing else of YAML, in ASCII. Each value begins on
 * the line of the original where that is possible, so that a line in a message of Compose is that
 * of the file.
 */
export function canonicalJson(root: StrictNode): string {
  const out: string[] = [];
  let line = 1;
  const newlines = (wanted: number) => {
    if (wanted > line) out.push('\n'.repeat(wanted - line));
    line = Math.max(line, wanted);
  };
  const list = <T>(items: Iterable<T>, each: (item: T) => void) => {
    let isFirst = true;
    for (const item of items) {
      if (!isFirst) out.push(', ');
      isFirst = false;
      each(item);
    }
  };
  const write = ({ line: at, tag, value }: StrictNode): void => {
    newlines(at);
    if (tag) out.push(`${tag} `);
    if (tag === '!reset') {
      out.push('null');
    } else if (Array.isArray(value)) {
      out.push('[');
      list(value as readonly StrictNode[], write);
      out.push(']');
    } else if (value instanceof Map) {
      out.push('{');
      list(value as ReadonlyMap<string, StrictNode>, ([key, one]) => {
        newlines(one.keyLine ?? one.line);
        out.push(quoted(key), ': ');
        write(one);
      });
      out.push('}');
    } else if (typeof value === 'string') {
      out.push(quoted(value));
    } else {
      out.push(value === null || typeof value === 'boolean' ? String(value) : digitsOf(value));
    }
  };
  write(root);
  return `${out.join('')}\n`;
}

function digitsOf(value: StrictNode['value']): string {
  return (value as Numeral).digits;
}

/**
 * In ASCII: which characters break a line, or may not stand in a file, is not the same for every
 * parser.
 */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[^ -~]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}
