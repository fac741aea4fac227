import { Duplex } from 'node:stream';
import type { BaseAgent, ParsedKey } from 'ssh2';
import ssh2 from 'ssh2';
import { type AgentKeys, IDENTITIES_ANSWER, REQUEST_IDENTITIES, readAgent } from './agent.ts';
import { type PrivateKey, signingKey } from './keys/private-key.ts';
import { blobType } from './keys/public-key.ts';
import { isSignedBy, signature, signingDigest } from './keys/signature.ts';
import { readStrings, sshStrings, stringAt } from './keys/wire.ts';
import type { Credentials } from './target.ts';

/** The one login that a bound agent signs for. */
export interface Destination {
  readonly user: string;
  /** The blob of the key by which the host is known. */
  readonly hostKey: Buffer;
}

/** draft-ietf-sshm-ssh-agent, section 6.1. */
const FAILURE = Buffer.of(5);
const SUCCESS = Buffer.of(6);
const SIGN_REQUEST = 13;
const SIGN_RESPONSE = 14;
const EXTENSION = 27;

/** PROTOCOL.agent of the OpenSSH sources, section 1; its client sends it from 8.9 on. */
const SESSION_BIND = 'session-bind@openssh.com';

/** RFC 4252, section 7, and PROTOCOL of the OpenSSH sources, section 1.2. */
const USERAUTH_REQUEST = 50;
const METHODS = ['publickey', 'publickey-hostbound-v00@openssh.com'];

/** A longer message is no request of a client. */
const LONGEST_REQUEST = 256 * 1024;

/**
 * An agent to be forwarded to a machine, which can use it for one thing alone: to log in as this
 * user at the host with this key. For that the client there has to prove which host it talks to
 * (`session-bind@openssh.com`), and what is to be signed has to be the login of that session. All
 * else is refused, so a machine that is not what it seems gains nothing. Keys of an agent that does
 * not answer are left out. Rejects with the signal's reason.
 */
export async function boundAgent(
  { privateKeys, agent }: Credentials,
  destination: Destination,
  signal: AbortSignal,
): Promise<BaseAgent> {
  const signers = privateKeys.map(ownSigner);
  const keys = agent === undefined ? undefined : await keysOf(agent, signal);
  if (keys) signers.push(...agentSigners(keys));
  return new BoundAgent(signers, destination);
}

const RSA_HASHES = ['sha256', 'sha512'] as const;

async function keysOf(agent: string, signal: AbortSignal): Promise<AgentKeys | undefined> {
  return await readAgent(agent, signal).catch(() => {
    signal.throwIfAborted();
    return undefined;
  });
}

interface Signer {
  readonly blob: Buffer;
  /** Undefined if it does not sign by this algorithm. */
  sign(algorithm: string, data: Buffer): Promise<Buffer | undefined>;
}

function ownSigner(key: PrivateKey): Signer {
  return {
    blob: key.blob,
    sign: async (algorithm, data) =>
      signingDigest(algorithm, key.type) && signature(signingKey(key), algorithm, data),
  };
}

function agentSigners({ agent, blobs }: AgentKeys): Signer[] {
  return blobs.map((blob) => ({
    blob,
    sign: (algorithm, data) => {
      const known = signingDigest(algorithm, blobType(blob));
      const key = ssh2.utils.parseKey(blob);
      if (!known || key instanceof Error) return Promise.resolve(undefined);
      return new Promise((resolve) => {
        // Only an RSA key leaves a choice.
        const hash = RSA_HASHES.find((one) => one === known.digest);
        const options = algorithm.startsWith('rsa-') && hash ? { hash } : {};
        agent.sign(key as ParsedKey, data, options, (error, bytes) =>
          resolve(error ? undefined : bytes),
        );
      });
    },
  }));
}

class BoundAgent extends ssh2.BaseAgent {
  readonly #signers: readonly Signer[];
  readonly #destination: Destination;

  constructor(signers: readonly Signer[], destination: Destination) {
    super();
    this.#signers = signers;
    this.#destination = destination;
  }

  /** Called by ssh2 for each connection that the machine opens to the agent. */
  override getStream(callback: (error: Error | undefined, stream: Duplex) => void): void {
    callback(undefined, conversation(this.#signers, this.#destination));
  }

  // The login of the connection itself does not use it.
  override getIdentities(callback: (error: Error | undefined, keys?: ParsedKey[]) => void): void {
    callback(undefined, []);
  }

  override sign(...args: unknown[]): void {
    const callback = args.findLast((one) => typeof one === 'function');
    callback?.(new Error('This agent signs for a forwarded login alone.'));
  }
}

/** One connection to the agent, from its first request to its end. */
function conversation(signers: readonly Signer[], destination: Destination): Duplex {
  let received = Buffer.alloc(0);
  /** The session that was proved to be one with the destination. */
  let session: Buffer | undefined;

  const answer = async (request: Buffer): Promise<Buffer> => {
    const strings = request.subarray(1);
    switch (request[0]) {
      case REQUEST_IDENTITIES:
        return identities(signers);
      case EXTENSION:
        if (session) return FAILURE;
        session = provedSession(strings, destination.hostKey);
        return session ? SUCCESS : FAILURE;
      case SIGN_REQUEST:
        return (await signed(strings, signers, session, destination)) ?? FAILURE;
      default:
        return FAILURE;
    }
  };
  const stream = new Duplex({
    read() {},
    async write(chunk: Buffer, _encoding, done) {
      received = Buffer.concat([received, chunk]);
      try {
        const isTooLong = () => received.length >= 4 && received.readUInt32BE() > LONGEST_REQUEST;
        for (let next = stringAt(received, 0); next; next = stringAt(received, 0)) {
          received = received.subarray(4 + next.length);
          stream.push(sshStrings(await answer(next)));
        }
        done(isTooLong() ? new Error('A request to the agent is too long.') : null);
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    },
    final(done) {
      stream.push(null);
      done();
    },
  });
  // It concerns nobody else: the client at the other end is told by the end of the stream.
  stream.on('error', () => {});
  return stream;
}

function identities(signers: readonly Signer[]): Buffer {
  const head = Buffer.alloc(5);
  head[0] = IDENTITIES_ANSWER;
  head.writeUInt32BE(signers.length, 1);
  return Buffer.concat([head, ...signers.map(({ blob }) => sshStrings(blob, ''))]);
}

/** The id of the session, if its host has proved it to be one with this key. */
function provedSession(extension: Buffer, expected: Buffer): Buffer | undefined {
  const isForwarding = extension.at(-1) !== 0;
  const [name, hostKey, session, proof, ...more] = readStrings(extension.subarray(0, -1)) ?? [];
  if (name?.toString('latin1') !== SESSION_BIND || isForwarding || more.length > 0)
    return undefined;
  if (!hostKey?.equals(expected) || !session || !proof) return undefined;
  return isSignedBy(hostKey, session, proof) ? session : undefined;
}

async function signed(
  request: Buffer,
  signers: readonly Signer[],
  session: Buffer | undefined,
  { user, hostKey }: Destination,
): Promise<Buffer | undefined> {
  // Four bytes of flags stand at its end; which algorithm is meant stands in the data as well.
  const [blob, data, ...more] = readStrings(request.subarray(0, -4)) ?? [];
  const signer = signers.find((one) => blob && one.blob.equals(blob));
  if (!signer || !data || !session || more.length > 0) return undefined;
  const algorithm = loginAlgorithm(data, { session, user, hostKey, blob: signer.blob });
  const bytes = algorithm && (await signer.sign(algorithm, data));
  if (!algorithm || !bytes) return undefined;
  const whole = sshStrings(algorithm, bytes);
  return Buffer.concat([Buffer.of(SIGN_RESPONSE), sshStrings(whole)]);
}

/** By which algorithm the login is to be signed; undefined if `data` is not this very login. */
function loginAlgorithm(
  data: Buffer,
  {
    session,
    user,
    hostKey,
    blob,
  }: Destination & { readonly session: Buffer; readonly blob: Buffer },
): string | undefined {
  const id = stringAt(data, 0);
  const at = 4 + (id?.length ?? 0);
  if (!id?.equals(session) || data[at] !== USERAUTH_REQUEST) return undefined;
  // User, service and method, a byte that is 1, the algorithm, the key, and for one method the host.
  const names: Buffer[] = [];
  let next = at + 1;
  for (let one = stringAt(data, next); one && names.length < 3; one = stringAt(data, next)) {
    names.push(one);
    next += 4 + one.length;
  }
  const [name, service, method] = names.map(String);
  const [algorithm, key, host, ...more] = readStrings(data.subarray(next + 1)) ?? [];
  const isLogin = name === user && service === 'ssh-connection' && METHODS.includes(method ?? '');
  if (!isLogin || data[next] !== 1 || !key?.equals(blob) || more.length > 0) return undefined;
  if ((method === METHODS[1]) !== (host !== undefined)) return undefined;
  return host && !host.equals(hostKey) ? undefined : algorithm?.toString('latin1');
}
