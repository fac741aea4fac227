import { ActionError } from '../base/errors.ts';

/**
 * The docker client's words where no engine listens: nothing has reached one (docker/cli,
 * client/errors.go; dial-stdio).
 */
const NOBODY_LISTENS =
  /cannot connect to the docker daemon|failed to open the raw stream connection: dial \S+ .*(?:no such file or directory|connection refused)/i;

/** Its words where an engine went away while it was asked. */
const WENT_AWAY = /error during connect/i;

/**
 * Whether a command failed because there was no engine: `not begun` where none has heard of it,
 * `unknown` where one may have.
 */
export function engineAbsence(stderr: string): 'not begun' | 'unknown' | undefined {
  if (NOBODY_LISTENS.test(stderr)) return 'not begun';
  return WENT_AWAY.test(stderr) ? 'unknown' : undefined;
}

/** An engine that stays away. `words` are those of the client. */
export class AbsentEngine extends ActionError {
  constructor(where: string, words: string) {
    super(`Docker Engine on ${where} does not answer.`, {
      details: words,
      hint: 'See why on that machine: systemctl status docker, journalctl -u docker.',
    });
  }
}
