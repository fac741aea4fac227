import { setTimeout as pause } from 'node:timers/promises';
import type { ClientChannel } from 'ssh2';
import { ActionError } from '../base/errors.ts';
import { unlessAborted } from '../base/time-limit.ts';
import { connectPatiently } from './attempts.ts';
import { NoRoom, type SshChannels, sshChannels } from './channels.ts';
import type { SshLink } from './handshake.ts';
import { wordsOf } from './lost-connection.ts';
import { type SshTarget, where } from './target.ts';

/** How many connections one host gets at most, the first one included. */
const MOST = 4;
/** How long a further connection may take, in ms: the first one has just been made. */
const FURTHER_MS = 10_000;
const PAUSE_MS = { first: 75, longest: 1_000 };
/** Between two looks for a channel that has become free, in ms. */
const LOOK_MS = 25;

/**
 * The channels of a connection, and of further ones where the host admits few sessions on each
 * (`MaxSessions 1`): what runs as long as we do, as the stream to an engine, would else keep all
 * other commands out. All connections are lost together.
 */
export function sshConnections(target: SshTarget, link: SshLink): SshChannels {
  const all = [sshChannels(target, link)];
  const owners = new WeakMap<ClientChannel, SshChannels>();
  const ownerOf = (channel: ClientChannel): SshChannels => {
    const owner = owners.get(channel);
    if (!owner) throw new Error('a channel of another connection');
    return owner;
  };
  let admitsFew = false;
  let opening: Promise<void> | undefined;
  let isClosing = false;

  async function addConnection(): Promise<void> {
    const further = await connectPatiently(target, {
      signals: [link.lost],
      timeoutMs: FURTHER_MS,
      pauseMs: PAUSE_MS,
      timedOut: ({ last }) => new ActionError(wordsOf(last)),
    }).catch((cause) => {
      throw link.lost.aborted ? cause : noFurther(target, all.length, cause);
    });
    if (link.lost.aborted) further.drop(link.lost.reason);
    link.lost.addEventListener('abort', () => further.end(link.lost.reason), { once: true });
    const onLost = (): void => {
      if (!isClosing) link.drop(further.lost.reason);
    };
    further.lost.addEventListener('abort', onLost, { once: true });
    all.push(sshChannels(target, further));
  }

  return {
    open: async (line, signal, onSent) => {
      for (;;) {
        const free = all.find(({ isFull }) => !isFull);
        if (free || !admitsFew) {
          const owner = free ?? all[0];
          if (!owner) throw new Error('no connection');
          try {
            const channel = await owner.open(line, signal, onSent);
            owners.set(channel, owner);
            return channel;
          } catch (error) {
            if (!(error instanceof NoRoom)) throw error;
            admitsFew = true;
          }
        } else if (all.length < MOST) {
          opening ??= addConnection().finally(() => {
            opening = undefined;
          });
          opening.catch(() => {}); // Whoever waits may have been aborted.
          await unlessAborted(opening, signal);
        } else {
          await unlessAborted(pause(LOOK_MS), signal);
        }
      }
    },
    ended: (channel, signal) => ownerOf(channel).ended(channel, signal),
    stop: (channel, isConversation) => ownerOf(channel).stop(channel, isConversation),
    get isFull() {
      return all.every(({ isFull }) => isFull);
    },
    close: async () => {
      isClosing = true;
      for (const one of all.toReversed()) await one.close();
    },
  };
}

function noFurther(target: SshTarget, count: number, cause: unknown): ActionError {
  const connections = count === 1 ? 'the connection that there is' : `${count} connections`;
  return new ActionError(
    `${where(target)} admits few SSH sessions on ${connections}, and no further connection`,
    {
      details: wordsOf(cause),
      hint: 'Set MaxSessions to 4 or more in its sshd_config (10 is the default), then: systemctl reload ssh',
      cause,
    },
  );
}
