import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import * as z from 'zod';

const content = z.union([z.string(), z.object({ text: z.string(), encoding: z.string() })]);
const stranger = z.object({
  id: z.string(),
  /**
   * `empty`: a variable of the step comes out empty. `any`: either, as long as nothing of the
   * outside is read.
   */
  wanted: z.enum(['refuse', 'accept', 'any', 'empty']),
  files: z.record(z.string(), content),
  links: z.record(z.string(), z.string()),
  inputs: z.record(z.string(), z.string()),
});
export type Stranger = z.infer<typeof stranger>;

/** Compose files of strangers, and what is wanted of each. */
export function readStrangers(): readonly Stranger[] {
  const path = join(import.meta.dirname, '../fixtures/strangers.json');
  return z.array(stranger).parse(JSON.parse(readFileSync(path, 'utf8')));
}

const MAIN = 'compose.yaml';

/**
 * The same file in other words, so that it means the same and the verdict must be the same; or in
 * words that only some parsers know.
 */
export function mutationsOf(one: Stranger): readonly Stranger[] {
  const main = one.files[MAIN];
  if (typeof main !== 'string') return [];
  const as = (kind: string, text: string, changes: Partial<Stranger> = {}): Stranger => ({
    ...one,
    id: `${one.id} ${kind}`,
    files: { ...one.files, [MAIN]: text },
    ...changes,
  });
  const refused = { wanted: 'refuse' } as const;
  const hidden = (mark: string) =>
    `services: {x: {image: x}} # x${mark}${main.replaceAll('\n', mark)}`;
  const same = [
    as('with CRLF', main.replaceAll('\n', '\r\n')),
    as('with a byte order mark', `\ufeff${main}`),
    ...rewritten(main).map(([kind, text]) => as(kind, text)),
    ...included(one, main),
  ];
  // What names a file is refused before Compose runs; Compose takes its time, so half of the others
  // get one, in turn.
  const isCheap = /\b(?:env_file|label_file|extends|include|file)\b/.test(main);
  const turn =
    [...one.id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % (2 * same.length);
  return [
    ...same.filter((_, at) => isCheap || at === turn),
    as('with CR', main.replaceAll('\n', '\r'), refused),
    as('behind U+2028', hidden('\u2028'), refused),
    as('behind U+2029', hidden('\u2029'), refused),
    as('behind U+0085', hidden('\u0085'), refused),
    as('with a directive', `%TAG !e! tag:example.com:\n---\n${main}`, refused),
    as('as a second document', `services: {x: {image: x}}\n---\n${main}`, refused),
  ];
}

/** Forms that only a parser can make of it; none for a file that is not plain. */
function rewritten(text: string): readonly (readonly [string, string])[] {
  const documents = parseAllDocuments(text, { merge: true, logLevel: 'silent' });
  if ('empty' in documents || documents.length !== 1 || /[!\u0085\u2028]/.test(text)) return [];
  const [document] = documents;
  if (!document || document.errors.length > 0) return [];
  const value = plain(() => document.toJS());
  if (value === undefined) return [];
  const { services = {}, ...rest } = value;
  return [
    ['as JSON', JSON.stringify(value)],
    ['in double quotes', stringify(value, { defaultStringType: 'QUOTE_DOUBLE' })],
    ['in single quotes', stringify(value, { defaultStringType: 'QUOTE_SINGLE' })],
    [
      'in blocks',
      stringify(value, { defaultStringType: 'BLOCK_LITERAL', defaultKeyType: 'PLAIN' }),
    ],
    [
      'through anchors and merge keys',
      `x-all: &all ${JSON.stringify(rest)}\nx-services: &services ${JSON.stringify(services)}\n<<: *all\nservices:\n  <<: [*services]\n`,
    ],
  ];
}

function plain(read: () => unknown): Record<string, unknown> | undefined {
  try {
    const value = read();
    return typeof value === 'object' && value !== null && !('__proto__x' in value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined; // an alias bomb
  }
}

/** The file as a part of another, in its own folder's words. */
function included(one: Stranger, main: string): readonly Stranger[] {
  const outer = (text: string): Stranger['files'] => ({
    ...one.files,
    [MAIN]: text,
    'inner.yaml': main,
  });
  return [
    {
      ...one,
      id: `${one.id} included`,
      files: outer('include: [inner.yaml]\nservices: {outer: {image: x}}\n'),
    },
    {
      ...one,
      id: `${one.id} included by an included file`,
      files: {
        ...outer('include:\n  - path: [outer.yaml]\n    project_directory: .\n'),
        'outer.yaml': 'include: [{path: inner.yaml}]\nservices: {outer: {image: x}}\n',
      },
    },
  ];
}
