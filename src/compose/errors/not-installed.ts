import { ActionError } from '../../base/errors.ts';
import type { RunResult } from '../../exec/executor.ts';

/** The oldest Compose that knows all that is asked of it. */
const OLDEST = '2.20';

/** Of `docker`, which has no such plugin. */
const NOT_INSTALLED = /is not a docker command|unknown shorthand flag|unknown command/;

const HOW: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Run `brew install docker-compose` in an earlier step.',
  win32:
    'Put docker-compose.exe of https://github.com/docker/compose/releases into a folder of PATH.',
};

const OF_LINUX =
  'Install its plugin: the package docker-compose-plugin of download.docker.com, docker-compose-v2 of Ubuntu, or docker-compose of Debian 13 and later.';

/** Where Compose comes from, as a sentence, on a runner of this system. */
function howToInstall(platform: NodeJS.Platform): string {
  return HOW[platform] ?? OF_LINUX;
}

/** Whether `docker` has said that it has no Compose. */
export function isNotInstalled({ exitCode, stderr }: Omit<RunResult, 'stdout'>): boolean {
  return exitCode !== 0 && NOT_INSTALLED.test(stderr);
}

/** Neither the plugin nor the program is there; `words` are those of the system, or of docker. */
export function composeMissing(
  words: string,
  platform: NodeJS.Platform = process.platform,
): ActionError {
  return new ActionError(
    '`docker compose` is not installed on the runner, and neither is the program `docker-compose`.',
    {
      details: words,
      hint: `Compose reads the compose file; it needs no engine for that. ${howToInstall(platform)}`,
    },
  );
}

/** `reason` is what shows the age, as a sentence. */
export function composeTooOld(
  version: string | undefined,
  { details, reason }: { readonly details: string; readonly reason: string },
  platform: NodeJS.Platform = process.platform,
): ActionError {
  const which = version ? `: it is ${version}, and ${OLDEST} or later is needed` : '';
  return new ActionError(`Compose on the runner is too old${which}.`, {
    details,
    hint: `${reason} Install Compose ${OLDEST} or later. ${howToInstall(platform)}`,
  });
}
