import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { displayed } from './files.ts';
import type { SourceText } from './locate.ts';

/** A project has a handful. */
const MOST = 50;

const one = z
  .string()
  .transform((path) => [path])
  .or(z.array(z.string()));

/** What is not of this form names no file: it is Compose that refuses a wrong one. */
const composeFile = z.object({
  include: z
    .array(z.union([one, z.object({ path: one }).transform(({ path }) => path)]).catch([]))
    .nullish()
    .catch(undefined),
  services: z
    .record(
      z.string(),
      z
        .object({ extends: z.object({ file: z.string() }) })
        .transform((service) => service.extends.file)
        .nullish()
        .catch(undefined),
    )
    .nullish()
    .catch(undefined),
});

/**
 * The texts of files that compose files include or extend, for the places in messages. What cannot
 * be read, or has a variable in its path, is left out: Compose says so. Never rejects.
 */
export async function readIncluded(
  texts: readonly SourceText[],
  workspace: string,
): Promise<readonly SourceText[]> {
  const found = new Map<string, SourceText>();
  const seen = new Set(texts.map(({ file }) => resolve(workspace, file)));
  const queue = [...texts];
  for (let text = queue.shift(); text && found.size < MOST; text = queue.shift()) {
    const folder = dirname(resolve(workspace, text.file));
    for (const path of namedIn(text.text).map((named) => resolve(folder, named))) {
      if (seen.has(path)) continue;
      seen.add(path);
      const content = await readFile(path, 'utf8').catch(() => undefined);
      if (content === undefined) continue;
      const included = { file: displayed(path, workspace), text: content };
      found.set(path, included);
      queue.push(included);
    }
  }
  return [...found.values()];
}

function namedIn(text: string): readonly string[] {
  // Most files name none, and parsing takes as long as finding places.
  if (!/\b(?:include|extends)\b/.test(text)) return [];
  try {
    const { include, services } = composeFile.parse(
      parse(text, { logLevel: 'silent', merge: true }),
    );
    const extended = Object.values(services ?? {}).flatMap((file) => file ?? []);
    return [...(include ?? []).flat(), ...extended].filter((path) => !path.includes('$'));
  } catch {
    return [];
  }
}
