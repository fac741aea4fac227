import type { KeyPair } from '../../ssh/keys/generate.ts';

/** The user that logs in. Cloud images let nobody log in as root. */
export const USER = 'swarm-up';

/** Who a machine is, and whom it lets in. */
export interface FirstLogin {
  /** Its host key, made here, so that it can be pinned from the first connection on. */
  readonly hostKey: KeyPair;
  /** The public keys that may log in. */
  readonly authorizedKeys: readonly string[];
}

/**
 * The keys of cloud-init's cloud-config that make the first login safe: one user with keys and
 * without a password, and one host key. They hold the host's private key. Throws nothing.
 */
export function firstLogin({ hostKey, authorizedKeys }: FirstLogin) {
  return {
    users: [
      {
        name: USER,
        // cloud-init makes the group where the image has no engine yet; the package of the engine
        // takes the one that is there.
        groups: ['docker'],
        shell: '/bin/bash',
        lock_passwd: true,
        sudo: 'ALL=(ALL) NOPASSWD:ALL',
        ssh_authorized_keys: authorizedKeys,
      },
    ],
    ssh_pwauth: false,
    ...hostKeyConfig(hostKey),
    manage_etc_hosts: 'localhost',
  };
}

/** The keys of a cloud-config by which a machine has this host key, and no other. */
export function hostKeyConfig({ privateKey, publicKey }: KeyPair) {
  return {
    ssh_deletekeys: true,
    ssh_keys: { ed25519_private: privateKey, ed25519_public: publicKey },
  };
}

/** The text of a cloud-config. JSON is YAML, and needs no thought about quotes and indentation. */
export function cloudConfig(config: object): string {
  return `#cloud-config\n${JSON.stringify(config, undefined, 1)}\n`;
}
