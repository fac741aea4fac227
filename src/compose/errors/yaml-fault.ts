import { type Document, isCollection, isScalar, type Node, visit, type YAMLError } from 'yaml';

// What the YAML parser finds wrong, in words for people and at the line that has to be changed: the
// parser often notices it further down.

/** A fault of a file, with the place in its text. */
export interface YamlFault {
  readonly offset: number;
  readonly message: string;
}

/**
 * The first fault of these documents, which were parsed of this text; undefined where there is
 * none.
 */
export function yamlFault(text: string, documents: readonly Document[]): YamlFault | undefined {
  const faulty = documents.find(({ errors }) => errors.length > 0);
  return faulty && faultIn(text, faulty);
}

/** The first alias whose anchor is not written before it; undefined where there is none. */
export function unknownAnchor(documents: readonly Document[]): YamlFault | undefined {
  let found: YamlFault | undefined;
  for (const document of documents) {
    visit(document, {
      Alias: (_, alias) => {
        if (alias.resolve(document) !== undefined) return undefined;
        const { source, range } = alias;
        const message = `\`*${source}\` stands for nothing: no \`&${source}\` is written before it.`;
        found ??= { offset: range?.[0] ?? 0, message };
        return visit.BREAK;
      },
    });
  }
  return found;
}

const UNBALANCED =
  'is indented more than what stands above it, or the line above lacks a `:`. Give what belongs together the same indentation.';

function faultIn(text: string, document: Document): YamlFault | undefined {
  const [first] = document.errors;
  if (!first) return undefined;
  // Of several errors at one place this one knows where it ends.
  const torn = document.errors.find(({ code }) => code === 'MULTILINE_IMPLICIT_KEY');
  if (torn && text.slice(torn.pos[0], torn.pos[1]).includes('\n')) return tornKey(text, torn);
  const [at] = first.pos;
  const found = text.charAt(at);
  switch (first.code) {
    case 'TAB_AS_INDENT':
      return { offset: at, message: 'A tab is not allowed as indentation. Use spaces.' };
    case 'DUPLICATE_KEY':
      return {
        offset: at,
        message: `The key \`${wordAt(text, at)}\` stands twice in one map. Remove one of them.`,
      };
    case 'BAD_SCALAR_START':
      return {
        offset: at,
        message: `A value cannot begin with ${shown(found)}. Put it in quotes.`,
      };
    case 'BAD_DQ_ESCAPE':
      return {
        offset: at,
        message: `\`${text.slice(at, at + 2)}\` is no escape in double quotes. Double the backslash, or use single quotes.`,
      };
    case 'MISSING_CHAR':
      return missingCharacter(text, document, first);
    case 'BAD_INDENT':
      return badIndent(text, document, first);
    case 'BLOCK_AS_IMPLICIT_KEY':
      return first.message.includes('sequence')
        ? { offset: contentFrom(text, at), message: INDENTATION }
        : { offset: at, message: 'A second `: ` in one line. Put the value in quotes.' };
    case 'UNEXPECTED_TOKEN':
      return { offset: at, message: unexpected(text, first) };
    default:
      return { offset: at, message: sentence(first) };
  }
}

const INDENTATION =
  'The indentation does not fit: what belongs to one map or list begins at the same column.';

/**
 * A key with its colon in a later line: the later line is indented too far, or the first one has no
 * colon.
 */
function tornKey(text: string, { pos: [from, to] }: YAMLError): YamlFault {
  const isWholeLine = text.slice(text.lastIndexOf('\n', from - 1) + 1, from).trim() === '';
  if (isWholeLine) {
    const line = text.slice(from).split('\n', 1)[0]?.trim() ?? '';
    return { offset: from, message: `\`${line}\` has no \`: \` between a key and its value.` };
  }
  const start = text.lastIndexOf('\n', to - 1) + 1;
  return { offset: start, message: `\`${wordAt(text, contentFrom(text, start))}\` ${UNBALANCED}` };
}

function missingCharacter(text: string, document: Document, error: YAMLError): YamlFault {
  const [at] = error.pos;
  if (!error.message.includes('quote')) {
    return { offset: at, message: `\`${wordAt(text, at)}\` has no \`: \` after it.` };
  }
  const opened = nodesBefore(document, at).filter(
    (node) => isScalar(node) && String(node.type).startsWith('QUOTE'),
  );
  const offset = opened.at(-1)?.range?.[0] ?? at;
  return { offset, message: `The closing quote (${shown(text.charAt(offset))}) is missing.` };
}

function badIndent(text: string, document: Document, error: YAMLError): YamlFault {
  const [at] = error.pos;
  if (!error.message.startsWith('Flow')) {
    return { offset: contentFrom(text, at), message: INDENTATION };
  }
  const flows = nodesBefore(document, at).filter((node) => isCollection(node) && node.flow);
  const open = flows.find(({ range }) => (range?.[2] ?? 0) >= at) ?? flows.at(-1);
  const begun = open?.range?.[0] ?? at;
  const [begin, end] = text.charAt(begun) === '{' ? '{}' : '[]';
  const isAtEnd = text.slice(at).trim() === '';
  return isAtEnd
    ? { offset: begun, message: `\`${begin}\` is not closed: \`${end}\` is missing.` }
    : {
        offset: contentFrom(text, at),
        message: `\`${begin}\` is not closed: \`${end}\` is missing before this line.`,
      };
}

function unexpected(text: string, error: YAMLError): string {
  const [at] = error.pos;
  if (/flow-(?:seq|map)-end/.test(error.message)) {
    return `\`${text.charAt(at)}\` closes nothing that is open.`;
  }
  return error.message.includes('at node end')
    ? `\`${wordAt(text, at)}\` stands after the end of a value. Put the whole value into one pair of quotes.`
    : sentence(error);
}

/** In the order of the text. */
function nodesBefore(document: Document, offset: number): Node[] {
  const found: Node[] = [];
  visit(document, {
    Node: (_, node) => {
      if ((node.range?.[0] ?? offset) < offset) found.push(node);
    },
  });
  return found;
}

/** The first character from here on that is neither white space nor of a comment. */
function contentFrom(text: string, offset: number): number {
  const skipped = /^(?:\s|#[^\n]*)*/.exec(text.slice(offset))?.[0].length ?? 0;
  return offset + skipped < text.length ? offset + skipped : offset;
}

function wordAt(text: string, offset: number): string {
  return /^[^\s:,[\]{}]*/.exec(text.slice(offset))?.[0] ?? '';
}

function shown(character: string): string {
  return character === '`' ? 'a backtick' : `\`${character}\``;
}

/** The parser's own words without its position, as a sentence. */
function sentence({ message }: YAMLError): string {
  const [line = ''] = message.split('\n', 1);
  return `${line.replace(/ at line \d+, column \d+:?$/, '').replace(/[.:]$/, '')}.`;
}
