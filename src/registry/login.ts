import { DOCKER_HUB } from './reference.ts';

/** Who is known to a registry. Secret but for the registry and the user. */
export interface Login {
  /** As in an image reference; `docker.io` for Docker Hub. */
  readonly registry: string;
  /** Where it comes from, for messages. */
  readonly source: string;
  readonly proof:
    | { readonly user: string; readonly password: string }
    /** What a credential helper keeps in place of a password. */
    | { readonly identityToken: string };
}

/** The key that a docker config has for a registry. */
export function configKey(registry: string): string {
  return registry === DOCKER_HUB ? 'https://index.docker.io/v1/' : registry;
}

/** A docker config with these logins and nothing else. */
export function dockerConfig(logins: readonly Login[]): string {
  const auths = logins.map(({ registry, proof }) => [
    configKey(registry),
    'identityToken' in proof
      ? { auth: base64('<token>:'), identitytoken: proof.identityToken }
      : { auth: base64(`${proof.user}:${proof.password}`) },
  ]);
  return JSON.stringify({ auths: Object.fromEntries(auths) });
}

/** The value of the header `X-Registry-Auth` of the Engine API. */
export function registryAuthHeader({ registry, proof }: Login): string {
  const body =
    'identityToken' in proof
      ? { identitytoken: proof.identityToken }
      : { username: proof.user, password: proof.password };
  return Buffer.from(JSON.stringify({ ...body, serveraddress: configKey(registry) })).toString(
    'base64url',
  );
}

/**
 * Every text of a login that no log may show: the proof itself, and what docker configs and headers
 * make of it.
 */
export function secretsOf(login: Login): string[] {
  const { proof } = login;
  const header = registryAuthHeader(login);
  if ('identityToken' in proof) return [proof.identityToken, header];
  return [proof.password, base64(`${proof.user}:${proof.password}`), header];
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
