import ssh2, { type BaseAgent, type ParsedKey } from 'ssh2';
import { limit, unlessAborted } from './limit.ts';

/** The keys that an agent holds, and the way to sign with them. */
export interface AgentKeys {
  readonly agent: BaseAgent;
  /** The blobs of their public halves. */
  readonly blobs: readonly Buffer[];
}

/** How long an agent may take to list its keys, in ms. It is on the same machine. */
const ANSWER_MS = 5_000;

/**
 * Asks the agent that listens at a socket for its keys; those that cannot be used here (certificates, security keys) are left out.
 * Rejects with an error where nobody answers, and with the signal's reason.
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
  return { agent, blobs: await unlessAborted(listed, bounds.signal) };
}
