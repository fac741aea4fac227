import { readFile, realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { exists } from '../../base/files/exists.ts';

/** Where programs are looked for: on this runner, or on one that a test describes. */
export interface Places {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

const thisRunner: Places = {
  platform: process.platform,
  env: process.env,
  home: homedir(),
};

/** The programs of Compose on a runner, by their absolute paths, each undefined if it is not there. */
export interface ComposePrograms {
  readonly docker: string | undefined;
  /** A plugin of the user's own, which docker does not find from an empty home. */
  readonly ownPlugin: string | undefined;
  /** Compose as a program: the plugin of the user or of everybody, else what PATH finds. */
  readonly compose: string | undefined;
}

/** Finds them without running any. */
export async function findComposePrograms(places: Places = thisRunner): Promise<ComposePrograms> {
  const plugin = programName('docker-compose', places);
  const ownPlugin = await firstIn(await ownPluginFolders(places), plugin, places);
  const system = await firstIn(systemPluginFolders(places), plugin, places);
  return {
    docker: await inPath('docker', places),
    ownPlugin,
    compose: ownPlugin ?? system ?? (await inPath('docker-compose', places)),
  };
}

/** As the file of a program is called there. */
export function programName(program: string, { platform }: Pick<Places, 'platform'>): string {
  return platform === 'win32' ? `${program}.exe` : program;
}

const dockerConfig = z
  .object({ cliPluginsExtraDirs: z.array(z.string()).optional() })
  .catch({ cliPluginsExtraDirs: undefined });

/** As docker looks for them (docker/cli cli-plugins/manager, getPluginDirs). */
async function ownPluginFolders(places: Places): Promise<readonly string[]> {
  const { join } = pathOf(places);
  const own = places.env.DOCKER_CONFIG ?? join(places.home, '.docker');
  const text = await readFile(join(own, 'config.json'), 'utf8').catch(() => '{}');
  const { cliPluginsExtraDirs = [] } = dockerConfig.parse(parseJson(text));
  return [...cliPluginsExtraDirs, join(own, 'cli-plugins')];
}

/**
 * Where docker looks for plugins of everybody (docker/cli cli-plugins/manager,
 * defaultSystemPluginDirs).
 */
export function systemPluginFolders({ platform, env }: Omit<Places, 'home'>): readonly string[] {
  if (platform !== 'win32') {
    const folders = ['/usr/local/lib', '/usr/local/libexec', '/usr/lib', '/usr/libexec'];
    return folders.map((folder) => path.posix.join(folder, 'docker/cli-plugins'));
  }
  return ['ProgramData', 'ProgramFiles'].flatMap((name) => {
    const folder = variable(env, name);
    return folder ? [path.win32.join(folder, 'Docker', 'cli-plugins')] : [];
  });
}

async function inPath(program: string, places: Places): Promise<string | undefined> {
  const { delimiter, join } = pathOf(places);
  const folders = (variable(places.env, 'PATH') ?? '').split(delimiter).filter(Boolean);
  for (const folder of folders) {
    const found = join(folder, programName(program, places));
    if (await exists(found)) return found;
  }
  return undefined;
}

/** The real path of the first that is there. */
async function firstIn(
  folders: readonly string[],
  file: string,
  places: Places,
): Promise<string | undefined> {
  for (const folder of folders) {
    const found = await realpath(pathOf(places).join(folder, file)).catch(() => undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

function pathOf({ platform }: Pick<Places, 'platform'>): path.PlatformPath {
  return platform === 'win32' ? path.win32 : path.posix;
}

/** On Windows names have no case, and a copy of `process.env` does not know that. */
function variable(env: Places['env'], name: string): string | undefined {
  const is = (other: string) => other.toUpperCase() === name.toUpperCase();
  return env[name] ?? Object.entries(env).find(([other]) => is(other))?.[1];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
