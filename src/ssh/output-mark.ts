import { randomBytes } from 'node:crypto';
import type { Argv } from '../exec/argv.ts';
import { loginShellLine } from '../exec/login-shell.ts';

/**
 * sshd hands a command to the user's login shell, and a shell that reads its start files then (bash
 * does, under sshd) may print a greeting before the command. So a mark is printed first, and what
 * stands before it in the standard output is dropped: else a greeting would stand in the middle of
 * JSON, or of an HTTP answer. Where no mark comes, no shell has reached the command.
 */
export interface Mark {
  /**
   * What the login shell is given. `exec` leaves no shell behind, so a signal meets the command
   * itself.
   */
  line(argv: Argv): string;
  filter(): MarkFilter;
}

export interface MarkFilter {
  /** What of this piece of the standard output is the command's own. */
  keep(chunk: Buffer): Buffer;
  /** Whether the mark has come. */
  readonly isMarked: boolean;
  /**
   * What was held back, where the mark has not come: the words of whatever runs in place of the
   * command.
   */
  unmarked(): Buffer;
}

const NONE = Buffer.alloc(0);

/** A mark that no greeting contains, for one connection. */
export function outputMark(word = `swarm-up-${randomBytes(12).toString('hex')}`): Mark {
  const mark = Buffer.from(`${word}\n`);
  return {
    line: (argv) => loginShellLine(argv, word),
    filter: () => {
      let held: Buffer | undefined = NONE;
      return {
        keep: (chunk) => {
          if (!held) return chunk;
          held = Buffer.concat([held, chunk]);
          const at = held.indexOf(mark);
          if (at === -1) return NONE;
          const own = held.subarray(at + mark.length);
          held = undefined;
          return own;
        },
        get isMarked() {
          return held === undefined;
        },
        unmarked: () => held ?? NONE,
      };
    },
  };
}
