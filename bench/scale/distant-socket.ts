import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/**
 * The far end of a connection as it would be at a distance: what comes and goes takes half of
 * `roundTripMs`, and the connection itself one round trip more.
 */
export function distantSocket(near: Socket, roundTripMs: number): Duplex {
  const halfMs = roundTripMs / 2;
  const begins = performance.now() + roundTripMs;
  // All have to wait as long, so none overtakes another.
  const later = (work: () => void) => {
    const isEarly = performance.now() < begins;
    setTimeout(work, halfMs + (isEarly ? begins - performance.now() : 0));
  };
  const far = new Duplex({
    read: () => {},
    write: (chunk: Buffer, _encoding, done) => {
      later(() => near.write(chunk));
      done();
    },
    final: (done) => {
      later(() => near.end());
      done();
    },
    destroy: (error, done) => {
      later(() => near.destroy());
      done(error);
    },
  });
  near.on('data', (chunk) => later(() => far.push(chunk)));
  near.once('end', () => later(() => far.push(null)));
  near.once('close', () => later(() => far.destroy()));
  near.on('error', () => far.destroy());
  return far;
}
