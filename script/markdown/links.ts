import { dirname, normalize } from 'node:path/posix';
import GithubSlugger from 'github-slugger';
import type { Nodes, Root } from 'mdast';
import { nodesOf, parsePage, textOf } from './parse.ts';

/** What a repository holds. Paths are relative to its root. */
export interface Repository {
  /** Text of each page by its path. */
  readonly pages: ReadonlyMap<string, string>;
  /** Whether there is a file or folder. */
  exists(path: string): boolean;
}

interface Link {
  readonly url: string;
  readonly line: number;
}

/** What is wrong with the links of all pages, as `path:line: words`. Asks no network. */
export function brokenLinks(repository: Repository): readonly string[] {
  const trees = new Map([...repository.pages].map(([path, text]) => [path, parsePage(text)]));
  const anchors = new Map([...trees].map(([path, tree]) => [path, anchorsOf(tree)]));
  return [...trees].flatMap(([page, tree]) =>
    linksOf(tree).flatMap(({ url, line }) => {
      const problem = problemOf(url, page, anchors, repository);
      return problem === undefined ? [] : [`${page}:${line}: ${url}: ${problem}`];
    }),
  );
}

function problemOf(
  url: string,
  page: string,
  anchors: ReadonlyMap<string, ReadonlySet<string>>,
  { exists }: Repository,
): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(url)) return outerProblem(url);
  const [path = '', anchor] = url.split('#', 2);
  if (path.startsWith('/')) return 'give a path relative to this page';
  const target = path === '' ? page : normalize(`${dirname(page)}/${decodeURI(path)}`);
  if (target.startsWith('..')) return 'this path leaves the repository';
  if (!exists(target)) return `there is no ${target}`;
  if (anchor === undefined || anchors.get(target)?.has(anchor)) return undefined;
  return `${target} has no section #${anchor}`;
}

function outerProblem(url: string): string | undefined {
  if (url.startsWith('mailto:')) return undefined;
  return url.startsWith('https://') && URL.canParse(url) ? undefined : 'give an https address';
}

/** Links and pictures, those of HTML included. */
function linksOf(tree: Root): readonly Link[] {
  return nodesOf(tree).flatMap((node) =>
    urlsOf(node).map((url) => ({ url, line: node.position?.start.line ?? 0 })),
  );
}

function urlsOf(node: Nodes): readonly string[] {
  if (node.type === 'html') return attributes(node.value, /\s(?:href|src|srcset)="([^"]*)"/g);
  return 'url' in node ? [node.url] : [];
}

/** As GitHub makes them of headings, and those that HTML names. */
function anchorsOf(tree: Root): ReadonlySet<string> {
  const slugger = new GithubSlugger();
  return new Set(
    nodesOf(tree).flatMap((node) => {
      if (node.type === 'heading') return [slugger.slug(textOf(node))];
      return node.type === 'html' ? attributes(node.value, /\s(?:id|name)="([^"]*)"/g) : [];
    }),
  );
}

function attributes(html: string, pattern: RegExp): readonly string[] {
  return [...html.matchAll(pattern)].map(([, value = '']) => value);
}
