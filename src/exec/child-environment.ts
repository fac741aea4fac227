import type { RunOptions } from './executor.ts';

/** The variables of a process: those of this one, or those of a platform that a test names. */
type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The environment of a child: `own`, that of this process, with what `env` sets or takes away on
 * top; with `inheritEnv: false` what `env` sets, alone. On Windows names that differ only in case
 * are one variable (`Path` and `PATH`), of which a child would get either.
 */
export function childEnvironment(
  own: Variables,
  { env = {}, inheritEnv = true }: Pick<RunOptions, 'env' | 'inheritEnv'>,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const nameOf = (name: string) => (platform === 'win32' ? name.toUpperCase() : name);
  const variables = new Map<string, readonly [string, string | undefined]>();
  for (const all of [inheritEnv ? own : {}, env]) {
    for (const [name, value] of Object.entries(all)) variables.set(nameOf(name), [name, value]);
  }
  const set = [...variables.values()].filter(
    (entry): entry is readonly [string, string] => entry[1] !== undefined,
  );
  return Object.fromEntries(set);
}

/** Whether `env` says where programs are looked for. */
export function setsPath(env: Variables): boolean {
  return Object.keys(env).some((name) => name.toUpperCase() === 'PATH');
}
