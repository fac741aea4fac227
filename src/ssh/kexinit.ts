import { stringAt } from './keys/wire.ts';

/** SSH_MSG_KEXINIT (RFC 4253 section 12). */
const KEXINIT = 20;
/** A host that has sent more without one speaks something else. */
const MOST_BYTES = 64 * 1024;

/**
 * The host key algorithms that a host offers, read from the first bytes that it sends: its version,
 * then its KEXINIT (RFC 4253 sections 4.2, 6 and 7.1). Undefined where there are not enough bytes
 * yet, or where something else stands there.
 */
export function offeredHostKeys(bytes: Buffer): string[] | undefined {
  const packet = afterVersion(bytes);
  if (!packet || packet.length < 6 || packet[5] !== KEXINIT) return undefined;
  // Length, padding length, message number, cookie; then the key exchange algorithms and those of
  // host keys.
  const lists = 4 + 1 + 1 + 16;
  const exchanges = stringAt(packet, lists);
  const hostKeys = exchanges && stringAt(packet, lists + 4 + exchanges.length);
  return hostKeys?.toString('latin1').split(',');
}

/** The host may send other lines before its version. */
function afterVersion(bytes: Buffer): Buffer | undefined {
  let from = 0;
  for (;;) {
    const end = bytes.indexOf('\n', from);
    if (end < 0) return undefined;
    if (bytes.subarray(from, from + 4).equals(VERSION)) return bytes.subarray(end + 1);
    from = end + 1;
  }
}

const VERSION = Buffer.from('SSH-');

/** Collects what a host sends until its offer has been read. */
export class HostKeyOffer {
  #bytes: Buffer = Buffer.alloc(0);
  #algorithms: string[] | undefined;

  /** Undefined where the host has not sent them yet. */
  get algorithms(): readonly string[] | undefined {
    return this.#algorithms;
  }

  /** Whether more bytes are of use. */
  add(bytes: Buffer): boolean {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    this.#algorithms = offeredHostKeys(this.#bytes);
    return this.#algorithms === undefined && this.#bytes.length < MOST_BYTES;
  }
}
