import { expect, test } from '@jest/globals';
import { referenceFault } from '../../../../src/compose/limits/image-reference.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

test.each([
  'nginx',
  'nginx:1.27',
  'library/nginx:1.27-alpine',
  'ghcr.io/acme/shop:v1.2.3',
  'localhost:5000/web',
  'GHCR.io/acme/shop',
  'Acme/shop',
  '[2001:db8::1]:5000/web:1',
  'registry.example.com:443/a/b/c_d__e--f.g:TAG_1.0-x',
  `web@${DIGEST}`,
  `web:1@${DIGEST}`,
  DIGEST,
  `web:${'x'.repeat(128)}`,
])('%s is a reference', (image) => {
  expect(referenceFault(image)).toBeUndefined();
});

test.each([
  ['ghcr.io/Acme/Shop:1.0', 'write `ghcr.io/acme/shop:1.0`'],
  ['ghcr.io/Acme/Shop:RC', 'write `ghcr.io/acme/shop:RC`'],
  ['Nginx', 'write `nginx`'],
  [`ghcr.io/Acme/Shop@${DIGEST}`, 'write `ghcr.io/acme/shop@sha256:'],
  ['ghcr.io/acme/shop:', 'Its tag is empty.'],
  [`ghcr.io/acme/shop:@${DIGEST}`, 'Its tag is empty.'],
  ['ghcr.io/acme/shop@', 'Its digest is empty.'],
  ['ghcr.io//shop:1', 'A part of its name is empty.'],
  ['/shop:1', 'A part of its name is empty.'],
  [':1', 'A part of its name is empty.'],
  ['ghcr.io/acme/:1', 'A part of its name is empty.'],
  ['https://ghcr.io/acme/shop:1', 'Write `ghcr.io/acme/shop:1`'],
  ['docker://nginx', 'Write `nginx`'],
  ['acme/shop :1', 'no blanks'],
  ['acme/shop:1\n', 'no blanks'],
  ['acme/shop:feature/x', 'A reference is'],
  ['acme/shop:ä', 'A reference is'],
  ['acme/shop_', 'A reference is'],
  [`web:${'x'.repeat(129)}`, 'A reference is'],
  ['web@sha256:abc', 'A reference is'],
  [`${'a/'.repeat(200)}web`, '403 characters, and 255 are allowed'],
  ['a'.repeat(64), 'not by its ID alone'],
])('%s is none', (image, why) => {
  expect(referenceFault(image)).toContain(why);
});
