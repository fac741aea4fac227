import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/**
 * The far end of a connection as it would be at a distance: what comes and goes takes half of
 * `roundTripMs`, and the connection itself one round trip more.
 */
export function distantSocket(near: Socket, roundTripMs: number): Duplex {
  const halfMs = roundTripMs / 2;
  const begins = performance.now() + roundTripMs;
  const dueAt = () => Math.max(performance.now(), begins) + halfMs;
  const [there, back] = [inOrder(dueAt), inOrder(dueAt)];
  const far = new Duplex({
    read: () => {},
    write: (chunk: Buffer, _encoding, done) => {
      back(() => near.write(chunk));
      done();
    },
    final: (done) => {
      back(() => near.end());
      done();
    },
    destroy: (error, done) => {
      back(() => near.destroy());
      done(error);
    },
  });
  near.on('data', (chunk) => there(() => far.push(chunk)));
  near.once('end', () => there(() => far.push(null)));
  near.once('close', () => there(() => far.destroy()));
  near.on('error', () => far.destroy());
  return far;
}

/**
 * Does things at the time that is due when they are given, and never one before an earlier one:
 * timers of different lengths that end in the same millisecond would overtake each other.
 */
function inOrder(dueAt: () => number): (work: () => void) => void {
  const waiting: { readonly at: number; readonly work: () => void }[] = [];
  let isSet = false;
  const wait = (): void => {
    const [next] = waiting;
    if (!next || isSet) return;
    isSet = true;
    setTimeout(doDue, Math.max(1, next.at - performance.now()));
  };
  const doDue = (): void => {
    isSet = false;
    const now = performance.now();
    while (waiting[0] && waiting[0].at <= now) waiting.shift()?.work();
    wait();
  };
  return (work) => {
    waiting.push({ at: dueAt(), work });
    wait();
  };
}
