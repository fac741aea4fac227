import { ActionError } from '../base/errors.ts';
import { ownWords } from '../exec/executor.ts';
import { type SshTarget, where } from './target.ts';

/** What came in place of a command. */
export interface Instead {
  readonly stdout: string;
  readonly stderr: string;
  /** How it ended, or how long nothing came. */
  readonly end: string;
}

const SHOWN_LINES = 20;
const SHOWN_CHARACTERS = 300;

/**
 * The login was accepted, and what the host ran then was not the command. Another attempt would
 * find the same.
 */
export class NoShell extends ActionError {
  constructor(target: SshTarget, instead: Instead) {
    super(
      `User ${target.user} may log in at ${where(target)}, but the shell there runs no commands (${instead.end}).`,
      { details: shorten(ownWords(instead)) || 'It said nothing.', hint: advice(target, instead) },
    );
  }
}

/** Each kind by the words of the programs that answer so, the surest first. */
function advice({ user, host, port, jump }: SshTarget, instead: Instead): string {
  const words = ownWords(instead);
  const other = /login as the user "?([a-z_][a-z0-9_.-]*)"? rather than/i.exec(words)?.[1];
  if (other) return `Set \`ssh-user: ${other}\`, or \`${other}@\` in its line of \`hosts\`.`;
  if (/not recognized as|invalid input detected/i.test(words)) {
    return 'So answer Windows and network devices. A host needs Linux, and a POSIX shell.';
  }
  if (/password.*(expired|change)|(expired|change).*password/i.test(words)) {
    return `Give ${user} a new password there, as root: passwd ${user}. Or let it never expire: chage --maxdays -1 ${user}`;
  }
  if (/account is (currently )?not available/i.test(words)) {
    return `Give ${user} a login shell, as root on that host: usermod --shell /bin/sh ${user}. Or log in as another user.`;
  }
  const through = jump?.length ? ` -J ${jump.map((hop) => `${hop.user}@${hop.host}`)}` : '';
  return `This must print \`ok\`: ssh${through} -p ${port} ${user}@${host} echo ok\nThe login shell of ${user} chooses what runs instead (getent passwd ${user}). Its start files (.bashrc, .zshenv) may have no \`exec\`, \`exit\` or question. \`command=\` in ~${user}/.ssh/authorized_keys also chooses it, and ForceCommand or ChrootDirectory in sshd_config.`;
}

function shorten(text: string): string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  return lines
    .slice(-SHOWN_LINES)
    .map((line) => (line.length > SHOWN_CHARACTERS ? `${line.slice(0, SHOWN_CHARACTERS)} …` : line))
    .join('\n');
}
