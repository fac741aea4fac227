/** Docker Hub's name in references. */
export const DOCKER_HUB = 'docker.io';

/** An image reference in its parts. */
export interface Reference {
  /** `docker.io` where none is named. */
  readonly registry: string;
  /** Path in the registry, `library/` filled in. */
  readonly repository: string;
  /** Digest, or else tag; `latest` where neither is named. */
  readonly version: string;
}

/**
 * Splits `[registry/]path[:tag][@digest]` as the docker client does
 * (github.com/distribution/reference).
 */
export function parseReference(image: string): Reference {
  const [named = '', digest] = image.split('@');
  const tagAt = named.indexOf(':', named.lastIndexOf('/') + 1);
  const name = tagAt < 0 ? named : named.slice(0, tagAt);
  const version = digest ?? (tagAt < 0 ? 'latest' : named.slice(tagAt + 1));
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  const isRegistry = /[.:]/.test(first) || first === 'localhost';
  if (isRegistry && registryName(first) !== DOCKER_HUB) {
    return { registry: first, repository: name.slice(slash + 1), version };
  }
  const path = isRegistry ? name.slice(slash + 1) : name;
  return {
    registry: DOCKER_HUB,
    repository: path.includes('/') ? path : `library/${path}`,
    version,
  };
}

/**
 * The registry that a key of a docker config or a person means: without scheme and path, Docker Hub
 * by one name.
 */
export function registryName(text: string): string {
  const host = text.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return /^((index|registry-1|hub)\.)?docker\.io$/.test(host) ? DOCKER_HUB : host;
}
