import type { AnyAuthMethod, AuthHandlerMiddleware, KeyboardInteractiveAuthMethod } from 'ssh2';
import { ActionError } from '../base/errors.ts';
import { type AgentKeys, readAgent } from './agent.ts';
import { blobType, fingerprint, isCertified } from './keys/public-key.ts';
import { type Credentials, type SshTarget, where } from './target.ts';

/** The login of one user on one connection. */
export interface SshLogin {
  /** Gives ssh2 one proof after the other. */
  readonly handler: AuthHandlerMiddleware;
  /** Whether a proof was given. */
  readonly isBegun: boolean;
  /**
   * The error for a host that let the user in by none of them, or undefined where it was not asked
   * to the end.
   */
  refusal(cause: unknown): ActionError | undefined;
}

/** What sshd says as it hangs up after `MaxAuthTries` refusals. */
const TOO_MANY = 'Too many authentication failures';

/**
 * Makes ready to log a user in: with each private key, then with the keys of the agent, then with
 * the password. Rejects with `ActionError` where there is nothing to try.
 */
export async function sshLogin(target: SshTarget, signal: AbortSignal): Promise<SshLogin> {
  const { user, credentials } = target;
  const { privateKeys, password } = credentials;
  const agent = await agentOf(credentials, signal);
  const agentKeys = agent instanceof Error ? undefined : agent;
  if (privateKeys.length === 0 && !agentKeys?.blobs.length && password === undefined) {
    throw nothingToTry(target, agent);
  }
  const tried: string[] = [];
  let offered: readonly string[] | undefined;
  let wantsMore = false;
  let over = false;
  let isBegun = false;

  const takes = (method: string): boolean => offered?.includes(method) ?? true;

  function* proofs(): Generator<AnyAuthMethod, void> {
    // To ask first what the host takes costs a round trip, but a proof in vain costs one of the six
    // that sshd admits.
    const onlyOneKey = privateKeys.length === 1 && !agentKeys && password === undefined;
    if (!onlyOneKey) yield { type: 'none', username: user };
    for (const { type, fingerprint, text } of privateKeys) {
      if (!takes('publickey')) break;
      tried.push(`publickey ${type} ${fingerprint}`);
      yield { type: 'publickey', username: user, key: text };
    }
    if (agentKeys?.blobs.length && takes('publickey')) {
      tried.push(...agentKeys.blobs.map((blob) => `${nameOf(blob)}, of the agent`));
      yield { type: 'agent', username: user, agent: agentKeys.agent };
      // ssh2 does not pass on what the host says to keys of an agent, so it is asked again.
      if (password !== undefined) yield { type: 'none', username: user };
    }
    if (password === undefined) return;
    if (takes('password')) {
      tried.push('password');
      yield { type: 'password', username: user, password };
    } else if (takes('keyboard-interactive')) {
      tried.push('keyboard-interactive, with the password');
      yield keyboardInteractive(user, password);
    }
  }

  const steps = proofs();
  return {
    handler: (methodsLeft, partial, next) => {
      if (methodsLeft) offered = methodsLeft;
      wantsMore = wantsMore || partial;
      const step = steps.next();
      over = step.done === true;
      isBegun ||= !over && step.value?.type !== 'none';
      next(step.done ? (false as never) : step.value);
    },
    get isBegun() {
      return isBegun;
    },
    refusal: (cause) => {
      const tooMany = String(cause).includes(TOO_MANY);
      if (!over && !tooMany) return undefined;
      if (agent instanceof Error) tried.push(`the agent: ${agent.message}`);
      const unused = unusedOf(agentKeys);
      return refused(target, { tried, offered, wantsMore, tooMany, unused }, cause);
    },
  };
}

async function agentOf(
  { agent }: Credentials,
  signal: AbortSignal,
): Promise<AgentKeys | Error | undefined> {
  if (!agent) return undefined;
  try {
    return await readAgent(agent, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return error instanceof Error ? error : new Error(String(error));
  }
}

/**
 * Answers one question, if the answer is not to be shown; two questions are not about the password
 * alone.
 */
function keyboardInteractive(username: string, password: string): KeyboardInteractiveAuthMethod {
  let answered = false;
  return {
    type: 'keyboard-interactive',
    username,
    prompt: (_name, _instructions, _lang, prompts, finish) => {
      const [only, second] = prompts;
      const isPassword = only && !second && !only.echo && !answered;
      answered = true;
      finish(isPassword ? [password] : prompts.map(() => ''));
    },
  };
}

interface Outcome {
  readonly tried: readonly string[];
  readonly offered: readonly string[] | undefined;
  readonly wantsMore: boolean;
  readonly tooMany: boolean;
  /** What the agent holds and this cannot use. */
  readonly unused: readonly string[];
}

function refused(target: SshTarget, outcome: Outcome, cause: unknown): ActionError {
  const { tried, offered, wantsMore, tooMany } = outcome;
  const verb = wantsMore ? 'wants more than was given to log in' : 'refused to log in';
  const details = [
    `tried: ${tried.join('\n       ') || 'nothing, for it takes nothing that was given'}`,
    `the host accepts: ${offered?.join(', ') || 'it did not say'}`,
  ];
  if (outcome.unused.length > 0) details.push(`not used: ${outcome.unused.join('\n          ')}`);
  if (tooMany) details.push(TOO_MANY);
  return new ActionError(`${where(target)} ${verb} user ${target.user}`, {
    details: details.join('\n'),
    hint: target.refusedHint ?? advice(target, outcome),
    cause,
  });
}

function advice({ user, credentials }: SshTarget, outcome: Outcome): string {
  const { tried, offered, wantsMore, tooMany } = outcome;
  const reason = 'The reason for the refusal is in the log of its sshd.';
  if (tooMany) {
    return 'sshd hangs up after MaxAuthTries proofs, 6 where nothing else is set. Give only the key that is meant for this host.';
  }
  if (wantsMore) {
    return 'AuthenticationMethods in its sshd_config asks for several proofs. Give each of them, or ask less of this user.';
  }
  if (outcome.unused.length > 0) return `${NO_CERTIFICATES} ${reason}`;
  const keyTried = tried.some((one) => one.startsWith('publickey'));
  const keyTaken = offered?.includes('publickey') ?? true;
  if (keyTried) {
    return `The public key must stand in ~${user}/.ssh/authorized_keys on the host. ${reason}`;
  }
  if (credentials.password !== undefined && tried.length === 0 && keyTaken) {
    return 'The host takes no password. Give a private key.';
  }
  if (tried.length === 0) return `The host takes no key. Give what it accepts. ${reason}`;
  const { password = '' } = credentials;
  const odd = /[\r\n]$/.test(password)
    ? 'The password ends with a line end, which counts. A secret that was set by `echo` has one. `printf %s` adds none. '
    : password !== password.trim()
      ? 'The password begins or ends with a space, which counts. '
      : '';
  return `${odd}Check user and password. ${reason}`;
}

function nothingToTry(target: SshTarget, agent: AgentKeys | Error | undefined): ActionError {
  const isFailed = agent instanceof Error;
  return new ActionError(`There is nothing to log in with at ${where(target)}`, {
    details: agent && (isFailed ? `the agent: ${agent.message}` : noUsableKey(agent)),
    hint:
      agent && !isFailed && agent.unused.length > 0
        ? NO_CERTIFICATES
        : 'Give a private key (`ssh-private-key`), or a password (`ssh-password`), or run an agent before this step (SSH_AUTH_SOCK).',
  });
}

const NO_CERTIFICATES =
  'User certificates (Vault, step-ca, Teleport) and security keys are not supported. Put the plain public key of this user into authorized_keys on the host, and give its private key.';

function noUsableKey(agent: AgentKeys): string {
  return ['the agent has no key that can be used', ...unusedOf(agent)].join('\n');
}

function unusedOf(agent: AgentKeys | undefined): string[] {
  return (agent?.unused ?? []).map((blob) => {
    const type = blobType(blob);
    return isCertified(type)
      ? `${type}, of the agent: a user certificate`
      : `${type} ${fingerprint(blob)}, of the agent`;
  });
}

function nameOf(blob: Buffer): string {
  return `publickey ${blobType(blob)} ${fingerprint(blob)}`;
}
