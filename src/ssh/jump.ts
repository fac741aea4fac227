import type { Duplex } from 'node:stream';
import { ActionError } from '../base/errors.ts';
import { unlessAborted } from '../base/time-limit.ts';
import { connectOnce, type SshLink } from './handshake.ts';
import { type SshHop, type SshTarget, where } from './target.ts';

/** RFC 4254 section 5.1: what a host answers that may open the channel, but not there. */
const PROHIBITED = 1;

/**
 * Connects to a target once, through its jump hosts. The connections end together. Rejects as
 * `connectOnce` does; an error of a jump host names it.
 */
export async function connectThrough(target: SshTarget, signal: AbortSignal): Promise<SshLink> {
  const { jump = [] } = target;
  let link: SshLink | undefined;
  try {
    for (const [at, hop] of [...jump, target].entries()) {
      const before = jump[at - 1];
      const stream = link && before ? await forward(link, before, hop, signal) : undefined;
      const next = await connectOnce(hop, signal, stream).catch((error) => {
        throw hop === target || error instanceof ActionError || signal.aborted
          ? error
          : atHop(hop, error);
      });
      link = link && before ? chain(next, link, before) : next;
    }
  } catch (error) {
    link?.drop(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
  if (!link) throw new Error('The target itself is the last hop.');
  return link;
}

/** A connection over another one: what ends one ends the other. */
function chain(inner: SshLink, outer: SshLink, hop: SshHop): SshLink {
  inner.client.once('close', () => outer.end(new Error('What ran over it has ended.')));
  outer.lost.addEventListener('abort', () => {
    inner.drop(atHop(hop, outer.lost.reason));
  });
  return {
    ...inner,
    drop: (reason) => {
      inner.drop(reason);
      outer.drop(reason);
    },
  };
}

async function forward(
  link: SshLink,
  through: SshHop,
  to: SshHop,
  signal: AbortSignal,
): Promise<Duplex> {
  const opened = new Promise<Duplex>((resolve, reject) => {
    link.client.forwardOut('127.0.0.1', 0, to.host, to.port, (error, channel) => {
      if (error) reject(error);
      else resolve(channel);
    });
  });
  try {
    return await unlessAborted(opened, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    if (link.lost.aborted) throw atHop(through, link.lost.reason);
    throw notForwarded(through, to, error);
  }
}

function notForwarded(through: SshHop, to: SshHop, error: unknown): Error {
  const words = wordsOf(error).replace('(SSH) Channel open failure: ', '');
  const what = `Jump host ${where(through)} did not connect to ${where(to)}`;
  if ((error as { reason?: unknown }).reason !== PROHIBITED) {
    return new Error(`${what}: ${words}`, { cause: error });
  }
  return new ActionError(what, {
    details: words,
    hint: 'Its sshd does not let connections through. Check AllowTcpForwarding, PermitOpen and DisableForwarding in its sshd_config, and `restrict` in the authorized_keys there.',
    cause: error,
  });
}

function atHop(hop: SshHop, error: unknown): Error {
  return new Error(`Jump host ${where(hop)}: ${wordsOf(error)}`, { cause: error });
}

function wordsOf(error: unknown): string {
  return String(error).replace(/^Error: /, '');
}
