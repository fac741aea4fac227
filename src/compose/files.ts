import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ActionError } from '../base/errors.ts';
import { exists } from '../base/files/exists.ts';
import { pathBelow } from '../base/files/path-below.ts';
import { nearest } from '../base/nearest.ts';
import type { Finding } from './findings.ts';

/**
 * In the order of Compose: compose-go cli/options.go, DefaultFileNames and
 * DefaultOverrideFileNames.
 */
const FILE_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const OVERRIDE_NAMES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

export interface ComposeFiles {
  /** Absolute. */
  readonly paths: readonly string[];
  readonly findings: readonly Finding[];
}

/**
 * The compose files to load: the given ones (relative to the workspace), else those that Compose
 * itself looks for there. Throws `ActionError` where one is missing, or none is found.
 */
export async function findComposeFiles(
  workspace: string,
  files: readonly string[],
): Promise<ComposeFiles> {
  return files.length > 0 ? await given(workspace, files) : await discover(workspace);
}

async function given(workspace: string, files: readonly string[]): Promise<ComposeFiles> {
  const paths = files.map((file) => resolve(workspace, file));
  const missing: string[] = [];
  for (const path of paths) {
    if (!(await exists(path))) missing.push(path);
  }
  if (missing.length > 0) {
    const meant = await Promise.all(missing.map((path) => nearFile(path, workspace)));
    throw new ActionError(
      missing.length === 1 ? 'A compose file is missing.' : 'Compose files are missing.',
      {
        details: missing.join('\n'),
        hint: `${meant.map((name) => (name ? `Did you mean \`${name}\`? ` : '')).join('')}\`compose-file\` takes one path per line, relative to ${workspace}. Is the repository checked out before this step?`,
      },
    );
  }
  return { paths, findings: [] };
}

const COMPOSE_FILE = /\.ya?ml$/i;

/**
 * The file that a path which leads nowhere most likely means, as it is to be written: one of nearly
 * that name in its folder, or the only compose file there. Undefined where there is none.
 */
async function nearFile(path: string, workspace: string): Promise<string | undefined> {
  const folder = dirname(path);
  const there = await readdir(folder).catch(() => [] as string[]);
  const files = there.filter((name) => COMPOSE_FILE.test(name));
  const [only, ...others] = FILE_NAMES.filter((name) => files.includes(name));
  const meant = nearest(basename(path), files) ?? (others.length === 0 ? only : undefined);
  return meant && displayed(join(folder, meant), workspace);
}

async function discover(workspace: string): Promise<ComposeFiles> {
  const bases = await present(workspace, FILE_NAMES);
  const [base] = bases;
  if (base === undefined) {
    throw new ActionError(`There is no compose file in ${workspace}.`, {
      details: `Looked for: ${FILE_NAMES.join(', ')}`,
      hint: 'Name it in `compose-file`, or write `compose-file: "-"` for a swarm without a stack. Is the repository checked out before this step?',
    });
  }
  const [override] = await present(workspace, OVERRIDE_NAMES);
  const several: Finding = {
    level: 'warning',
    message: `There are several compose files: ${bases.map((path) => basename(path)).join(', ')}. As Compose does, the first is used. Name the one you mean in \`compose-file\`.`,
    location: { file: basename(base), line: 1 },
  };
  return {
    paths: override === undefined ? [base] : [base, override],
    findings: bases.length > 1 ? [several] : [],
  };
}

async function present(folder: string, names: readonly string[]): Promise<string[]> {
  const paths = names.map((name) => join(folder, name));
  const found = await Promise.all(paths.map(exists));
  return paths.filter((_, at) => found[at]);
}

/**
 * How a file is named in messages and annotations: relative to the workspace where it lies in it,
 * with `/` on Windows, too.
 */
export function displayed(path: string, workspace: string): string {
  return pathBelow(workspace, path) ?? path;
}
