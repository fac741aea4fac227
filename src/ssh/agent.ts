import { connect } from 'node:net';
import ssh2, { type BaseAgent, type ParsedKey } from 'ssh2';
import { limit, unlessAborted } from '../base/time-limit.ts';
import { readStrings, sshStrings, stringAt } from './keys/wire.ts';

/** The keys that an agent holds, and the way to sign with them. */
export interface AgentKeys {
  readonly agent: BaseAgent;
  /** The blobs of their public halves. */
  readonly blobs: readonly Buffer[];
  /**
   * Blobs of what it holds beside these, and what cannot be used here: user certificates, security
   * keys.
   */
  readonly unused: readonly Buffer[];
}

/** How long an agent may take to list its keys, in ms. It is on the same machine. */
const ANSWER_MS = 5_000;

/**
 * Asks the agent that listens at a socket for its keys; those that cannot be used here
 * (certificates, security keys) stand apart. Rejects with an error where nobody answers, and with
 * the signal's reason.
 */
export async function readAgent(socket: string, signal: AbortSignal): Promise<AgentKeys> {
  const agent = ssh2.createAgent(socket);
  const listed = new Promise<Buffer[]>((resolve, reject) => {
    agent.getIdentities((error, keys = []) => {
      if (error) reject(error);
      else resolve((keys as ParsedKey[]).map((key) => key.getPublicSSH()));
    });
  });
  using bounds = limit([signal], ANSWER_MS, () => new Error('The agent does not answer.'));
  const blobs = await unlessAborted(listed, bounds.signal);
  // ssh2 leaves out, without a word, what it cannot read.
  const all = await unlessAborted(listAll(socket), bounds.signal).catch(() => {
    signal.throwIfAborted();
    return [];
  });
  const unused = all.filter((blob) => !blobs.some((used) => used.equals(blob)));
  return { agent, blobs, unused };
}

/** draft-ietf-sshm-ssh-agent, sections 3.5 and 6.1. */
export const REQUEST_IDENTITIES = 11;
export const IDENTITIES_ANSWER = 12;
/** An agent with more to say than that is none. */
const LONGEST_ANSWER = 1024 * 1024;

/** The blobs of all identities that an agent lists, whatever they are. */
async function listAll(path: string): Promise<Buffer[]> {
  const connection = connect(path);
  try {
    connection.write(sshStrings(Buffer.of(REQUEST_IDENTITIES)));
    let answer = Buffer.alloc(0);
    for await (const chunk of connection) {
      answer = Buffer.concat([answer, chunk]);
      const message = stringAt(answer, 0);
      if (message) return identitiesIn(message);
      if (answer.length > LONGEST_ANSWER) break;
    }
    return [];
  } finally {
    connection.destroy();
  }
}

/** A byte for the kind, a number, and for each identity its blob and a comment. */
function identitiesIn(message: Buffer): Buffer[] {
  if (message[0] !== IDENTITIES_ANSWER) return [];
  const strings = readStrings(message.subarray(5)) ?? [];
  return strings.filter((_, at) => at % 2 === 0);
}
