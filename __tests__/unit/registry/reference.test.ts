import { expect, test } from '@jest/globals';
import { parseReference, registryName } from '../../../src/registry/reference.ts';

test.each([
  ['web', 'docker.io', 'library/web', 'latest'],
  ['acme/web:2', 'docker.io', 'acme/web', '2'],
  ['docker.io/web', 'docker.io', 'library/web', 'latest'],
  ['index.docker.io/acme/web', 'docker.io', 'acme/web', 'latest'],
  ['ghcr.io/acme/web:2', 'ghcr.io', 'acme/web', '2'],
  ['localhost/web', 'localhost', 'web', 'latest'],
  ['registry:5000/a/b/c:x', 'registry:5000', 'a/b/c', 'x'],
  ['10.0.0.1:5000/web', '10.0.0.1:5000', 'web', 'latest'],
  ['ghcr.io/acme/web:2@sha256:abc', 'ghcr.io', 'acme/web', 'sha256:abc'],
  ['acme/web@sha256:abc', 'docker.io', 'acme/web', 'sha256:abc'],
])('%s', (image, registry, repository, version) => {
  expect(parseReference(image)).toEqual({ registry, repository, version });
});

test.each([
  ['https://index.docker.io/v1/', 'docker.io'],
  ['docker.io', 'docker.io'],
  ['https://ghcr.io', 'ghcr.io'],
  ['registry.example.com:5000/v2/', 'registry.example.com:5000'],
])('%s is %s', (key, name) => {
  expect(registryName(key)).toBe(name);
});
