import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { displayed } from './files.ts';
import type { Finding } from './findings.ts';

/**
 * Warns of what the `.env` of a project says to `docker compose` and this step does not follow.
 * COMPOSE_PROFILES and COMPOSE_PROJECT_NAME count as Compose has it. A file that cannot be read is
 * Compose's business.
 */
export async function envFileFindings(
  directory: string,
  { workspace, files }: { readonly workspace: string; readonly files: readonly string[] },
): Promise<readonly Finding[]> {
  const path = join(directory, '.env');
  // With files that are named, Compose does not look at it either.
  if (files.length > 0) return [];
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split(/\r?\n/).flatMap((line, at): Finding[] => {
    const named = /^\s*(?:export\s+)?COMPOSE_FILE\s*=\s*(.+)$/.exec(line)?.[1]?.trim();
    if (!named) return [];
    return [
      {
        level: 'warning',
        message: `COMPOSE_FILE is \`${named}\`, which \`docker compose\` follows and this step does not. Name the files in \`compose-file\`, one per line.`,
        location: { file: displayed(path, workspace), line: at + 1 },
      },
    ];
  });
}
