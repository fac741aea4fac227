import path from 'node:path';

/**
 * The words of Compose with each path below the workspace as it is named in messages. On Windows
 * Compose writes a path as it is, or quoted as Go does, with each backslash twice.
 */
export function withoutWorkspace(
  words: string,
  workspace: string,
  { sep }: Pick<path.PlatformPath, 'sep'> = path,
): string {
  const forms = sep === '\\' ? [workspace.replaceAll('\\', '\\\\'), workspace] : [workspace];
  return forms.reduce(
    (text, form) =>
      text
        .split(form)
        .map((part, at) => (at === 0 ? part : (behind(part, sep) ?? form + part)))
        .join(''),
    words,
  );
}

/** What stands behind the workspace: the rest of a path in it, or the end of its own. */
function behind(part: string, sep: string): string | undefined {
  if (part.startsWith(':')) return `.${part}`;
  if (sep === '/') return part.startsWith(sep) ? part.slice(1) : undefined;
  const [path = ''] = /^[\\/][^\s:"'`]*/.exec(part) ?? [];
  if (path === '') return undefined;
  return path.replaceAll(/\\+/g, '/').slice(1) + part.slice(path.length);
}
