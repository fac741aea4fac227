import { createPrivateKey, type KeyObject } from 'node:crypto';
import ssh2 from 'ssh2';
import { ActionError } from '../../base/errors.ts';
import { ed25519KeyPair } from './generate.ts';
import { type Armour, findArmour, type Mistake } from './private-key-text.ts';
import { blobType, fingerprint } from './public-key.ts';
import { stringAt } from './wire.ts';

/** A private key that can sign. */
export interface PrivateKey {
  /** The type of its public half: "ssh-ed25519". */
  readonly type: string;
  /** As `ssh-keygen -l` prints it: "SHA256:…". */
  readonly fingerprint: string;
  /** Its public half. */
  readonly blob: Buffer;
  /** Whether it was given under a passphrase. */
  readonly isEncrypted?: boolean | undefined;
  /** Unencrypted, in a format that ssh2 and every OpenSSH client read. Secret. */
  readonly text: string;
}

interface Refusal {
  readonly reason: string;
  readonly hint: string;
}

const WHOLE =
  'Give the whole text of the private key file, from its -----BEGIN line to its -----END line.';
const NEW_KEY = 'Make a new one: ssh-keygen -t ed25519 -f deploy_key';

const MISTAKES: Readonly<Record<Mistake, Refusal>> = {
  nothing: {
    reason: 'it is empty',
    hint: 'Check the name of the secret, and that this workflow may read it. Runs for forks and for Dependabot get none.',
  },
  'public key': {
    reason: 'it is a public key',
    hint: `Its private half is in the file of the same name without \`.pub\`. ${WHOLE}`,
  },
  certificate: { reason: 'it is a certificate, and no private key', hint: WHOLE },
  'PuTTY key': {
    reason: "it is in PuTTY's own format (.ppk)",
    hint: 'Convert it: puttygen key.ppk -O private-openssh -o key',
  },
  path: { reason: 'it is the path of a file', hint: WHOLE },
  masked: {
    reason: 'it has been copied from a log, where *** stands for what is secret',
    hint: WHOLE,
  },
  encoded: {
    reason: 'its line ends were written as something else (%0A, <br>) by what it came through',
    hint: `Set the secret from the file itself: gh secret set SSH_KEY < deploy_key. ${WHOLE}`,
  },
  'no end': { reason: 'it breaks off: its END line is missing', hint: WHOLE },
  'no beginning': { reason: 'its beginning is missing', hint: WHOLE },
  'no key': { reason: 'it has no -----BEGIN line', hint: WHOLE },
};

const CERTIFIED: Refusal = {
  reason: 'a user certificate stands beside it, and those are not supported',
  hint: 'Give the private key alone, and put its plain public key into authorized_keys on the host.',
};
const ENCRYPTED: Refusal = {
  reason: 'it is encrypted, and there is no passphrase',
  hint: 'Give the passphrase in `ssh-passphrase`.',
};
const WRONG_PASSPHRASE: Refusal = {
  reason: 'the passphrase is not the right one',
  hint: 'Check `ssh-passphrase`; a line end or a space at its end counts.',
};
const DAMAGED: Refusal = { reason: 'it is damaged or not whole', hint: WHOLE };
const DSA: Refusal = {
  reason: 'it is a DSA key, which OpenSSH takes no longer',
  hint: NEW_KEY,
};

/**
 * Reads one or several private keys: OpenSSH, PEM (PKCS#1, SEC1) or PKCS#8; ed25519, ECDSA or RSA.
 * The passphrase opens all that are encrypted. What a form or a variable did to the text is
 * repaired (see `findArmour`). Throws `ActionError` that says which key is what instead, and never
 * contains anything of the key or the passphrase.
 */
export function readPrivateKeys(text: string, passphrase?: string): PrivateKey[] {
  const found = findArmour(text);
  if (typeof found === 'string') throw refused(MISTAKES[found]);
  if (/-cert-v01@openssh\.com AAAA/.test(text)) throw refused(CERTIFIED);
  return found.map((armour, at) => {
    const key = readOne(armour, passphrase || undefined);
    if ('reason' in key) throw refused(key, found.length > 1 ? at + 1 : undefined);
    return key;
  });
}

function refused({ reason, hint }: Refusal, number?: number): ActionError {
  const which = number === undefined ? '' : ` number ${number}`;
  return new ActionError(`The SSH private key${which} cannot be used: ${reason}`, { hint });
}

function readOne({ label, text }: Armour, passphrase: string | undefined): PrivateKey | Refusal {
  switch (label) {
    case 'OPENSSH PRIVATE KEY':
      return readOpenSsh(text, passphrase);
    case 'RSA PRIVATE KEY':
    case 'EC PRIVATE KEY':
    case 'PRIVATE KEY':
    case 'ENCRYPTED PRIVATE KEY':
      return readPem(label, text, passphrase);
    case 'DSA PRIVATE KEY':
      return DSA;
    default:
      return otherBlock(label);
  }
}

function otherBlock(label: string): Refusal {
  if (label.startsWith('PGP')) return { reason: 'it is an OpenPGP key', hint: WHOLE };
  if (label.includes('PUBLIC KEY')) return MISTAKES['public key'];
  if (label.includes('CERTIFICATE')) return MISTAKES.certificate;
  return {
    reason: 'its format is not known',
    hint: `OpenSSH, PEM and PKCS#8 are read. ${NEW_KEY}`,
  };
}

function readOpenSsh(text: string, passphrase: string | undefined): PrivateKey | Refusal {
  const envelope = readEnvelope(text);
  if (!envelope) return DAMAGED;
  const { cipher, type } = envelope;
  if (type === 'ssh-dss') return DSA;
  if (type.startsWith('sk-')) {
    return {
      reason: 'it is the handle of a security key, which must be plugged in to sign',
      hint: NEW_KEY,
    };
  }
  if (cipher !== 'none' && passphrase === undefined) return ENCRYPTED;
  const opened = attempt(() => createPrivateKey(privatePem(text, passphrase)));
  if (opened instanceof Error) return cipher === 'none' ? DAMAGED : notOpened(opened, cipher);
  const read = usable(opened, cipher !== 'none');
  // Two wrong halves could still make a key, though not the one that was meant.
  return read?.blob.equals(envelope.blob) ? read : DAMAGED;
}

/** The key as Node signs with it. */
export function signingKey({ text }: PrivateKey): KeyObject {
  return createPrivateKey(privatePem(text, undefined));
}

/** Throws what ssh2 gives as an error. */
function privatePem(text: string, passphrase: string | undefined): string {
  const parsed = ssh2.utils.parseKey(text, passphrase);
  const [key] = Array.isArray(parsed) ? parsed : [parsed];
  if (!key || !('isPrivateKey' in key)) throw key ?? new Error('There is no key inside.');
  return key.getPrivatePEM();
}

/**
 * ssh2 has no error codes, and some of its messages quote the key: they are looked at and never
 * passed on.
 */
function notOpened(error: unknown, cipher: string): Refusal {
  const message = error instanceof Error ? error.message : '';
  if (message.startsWith('Unsupported cipher')) {
    return {
      reason: `it is encrypted with ${/^[a-z0-9@.-]{1,60}$/.test(cipher) ? cipher : 'a cipher'}, which is not supported`,
      hint: 'Encrypt it anew: ssh-keygen -p -Z aes256-ctr -f key',
    };
  }
  return message.startsWith('Malformed') ? DAMAGED : WRONG_PASSPHRASE;
}

interface Envelope {
  readonly cipher: string;
  readonly type: string;
  /** The public half. */
  readonly blob: Buffer;
}

/** What of an OpenSSH key is not encrypted: PROTOCOL.key of the OpenSSH sources. */
function readEnvelope(text: string): Envelope | undefined {
  const bytes = Buffer.from(text.replace(/^-----.*$/gm, ''), 'base64');
  const magic = 'openssh-key-v1\0';
  if (bytes.subarray(0, magic.length).toString('latin1') !== magic) return undefined;
  let at = magic.length;
  const next = (): Buffer | undefined => {
    const string = stringAt(bytes, at);
    at += 4 + (string?.length ?? 0);
    return string;
  };
  const [cipher, kdf, options] = [next(), next(), next()];
  at += 4;
  const blob = next();
  if (!cipher || !kdf || !options || !blob || !next()) return undefined;
  return {
    cipher: cipher.toString('latin1'),
    type: blobType(blob),
    blob,
  };
}

function readPem(
  label: string,
  text: string,
  passphrase: string | undefined,
): PrivateKey | Refusal {
  const encrypted = label.startsWith('ENCRYPTED') || text.includes('Proc-Type: 4,ENCRYPTED');
  if (encrypted && passphrase === undefined) return ENCRYPTED;
  const key = attempt(() =>
    createPrivateKey({ key: text, format: 'pem', ...(encrypted ? { passphrase } : {}) }),
  );
  if (key instanceof Error) return encrypted ? WRONG_PASSPHRASE : DAMAGED;
  if (key.asymmetricKeyType === 'dsa') return DSA;
  const { namedCurve } = key.asymmetricKeyDetails ?? {};
  if (asText(key) === undefined) {
    const type = [key.asymmetricKeyType, namedCurve].filter(Boolean).join(' ');
    return { reason: `SSH has no keys of type ${type}`, hint: NEW_KEY };
  }
  return usable(key, encrypted) ?? DAMAGED;
}

/**
 * PKCS#8 would do for all, but ssh2 1.17 reads none, and OpenSSH reads ed25519 of it only from 9.6
 * on.
 */
function asText(key: KeyObject): string | undefined {
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return ed25519KeyPair(key, '').privateKey;
    case 'rsa':
      return key.export({ type: 'pkcs1', format: 'pem' }).toString();
    case 'ec':
      return /^(prime256v1|secp384r1|secp521r1)$/.test(key.asymmetricKeyDetails?.namedCurve ?? '')
        ? key.export({ type: 'sec1', format: 'pem' }).toString()
        : undefined;
    default:
      return undefined;
  }
}

/** The key, if SSH has its type, and it can sign, and its halves belong together. */
function usable(key: KeyObject, isEncrypted: boolean): PrivateKey | undefined {
  const text = asText(key);
  const parsed = text === undefined ? undefined : attempt(() => ssh2.utils.parseKey(text));
  if (!parsed || parsed instanceof Error || text === undefined) return undefined;
  const data = Buffer.from('swarm-up');
  // RSA would sign with SHA-1 by itself, which some systems forbid.
  const hash = parsed.type === 'ssh-rsa' ? 'sha256' : undefined;
  const verified = attempt(() => {
    const signature = parsed.sign(data, hash);
    return signature instanceof Error ? signature : parsed.verify(data, signature, hash);
  });
  if (verified !== true) return undefined;
  const blob = parsed.getPublicSSH();
  return { type: parsed.type, fingerprint: fingerprint(blob), blob, isEncrypted, text };
}

function attempt<T>(run: () => T | Error): T | Error {
  try {
    return run();
  } catch (error) {
    return error instanceof Error ? error : new Error('unknown');
  }
}
