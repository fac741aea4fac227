/**
 * Refuses a release that is not what it says: `node script/release-check.ts v1.2.3`, in a clone
 * with all tags and with `origin/main`. Prints the changelog's section; on GitHub it gives the
 * output `major`: the moving tag, empty for a version that is not to be moved to.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { runner } from '../src/exec/runner.ts';

const REPOSITORY = resolve(import.meta.dirname, '..');
const TAG = /^v(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?$/;

export interface ReleaseFacts {
  readonly tag: string;
  readonly packageVersion: string;
  readonly lockVersion: string;
  readonly changelog: string;
  /** Whether the commit of the tag is in the history of `main`. */
  readonly isOnMain: boolean;
  /** All tags of the repository. */
  readonly tags: readonly string[];
}

/** Everything that speaks against releasing the tag; nothing if it may be released. */
export function releaseProblems(facts: ReleaseFacts): string[] {
  const { tag, packageVersion, lockVersion, changelog, isOnMain } = facts;
  if (!TAG.test(tag)) return [`${tag} is not of the form v1.2.3 or v1.2.3-rc.1`];
  const version = tag.slice(1);
  const problems: string[] = [];
  if (packageVersion !== version) problems.push(`package.json says ${packageVersion}`);
  if (lockVersion !== version) problems.push(`package-lock.json says ${lockVersion}`);
  if (!isOnMain) problems.push('its commit is not on main');
  if (!changelogSection(changelog, version)) {
    problems.push(`CHANGELOG.md has no section ## [${version}], or nothing in it`);
  }
  return problems;
}

/** The text of a version's section, without its heading; empty where there is none. */
export function changelogSection(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => {
    const [, name] = /^\[?v?([^\]\s]+)\]?(?=\s|$)/.exec(text) ?? [];
    return name === version;
  });
  return section?.split('\n').slice(1).join('\n').trim() ?? '';
}

/**
 * `v1` for `v1.2.3`: the tag that workflows follow. None for a pre-release, and none where a higher
 * version of the same major number is released already: a repair of an old version must not take
 * `v1` back.
 */
export function movingTag({ tag, tags }: Pick<ReleaseFacts, 'tag' | 'tags'>): string {
  const [, major, , , preRelease] = TAG.exec(tag) ?? [];
  if (major === undefined || preRelease !== undefined) return '';
  const released = tags.filter((other) => {
    const match = TAG.exec(other);
    return match?.[1] === major && match[4] === undefined;
  });
  return released.some((other) => isHigher(other, tag)) ? '' : `v${major}`;
}

function isHigher(one: string, other: string): boolean {
  return one.localeCompare(other, 'en', { numeric: true }) > 0;
}

const Versioned = z.object({ version: z.string() });

async function readFacts(tag: string): Promise<ReleaseFacts> {
  const read = (name: string) => readFileSync(resolve(REPOSITORY, name), 'utf8');
  const version = (name: string) => Versioned.parse(JSON.parse(read(name))).version;
  const { exitCode } = await runner.run(
    ['git', '-C', REPOSITORY, 'merge-base', '--is-ancestor', `${tag}^{commit}`, 'origin/main'],
    { anyExitCode: true },
  );
  const { stdout } = await runner.run(['git', '-C', REPOSITORY, 'tag', '--list']);
  return {
    tag,
    packageVersion: version('package.json'),
    lockVersion: version('package-lock.json'),
    changelog: read('CHANGELOG.md'),
    isOnMain: exitCode === 0,
    tags: stdout.split('\n').filter(Boolean),
  };
}

if (import.meta.main) {
  const facts = await readFacts(process.argv[2] ?? '');
  const problems = releaseProblems(facts);
  for (const problem of problems) console.error(`error: ${facts.tag}: ${problem}`);
  if (problems.length > 0) {
    process.exitCode = 1;
  } else {
    const { GITHUB_OUTPUT } = process.env;
    if (GITHUB_OUTPUT) appendFileSync(GITHUB_OUTPUT, `major=${movingTag(facts)}\n`);
    console.log(changelogSection(facts.changelog, facts.tag.slice(1)));
  }
}
