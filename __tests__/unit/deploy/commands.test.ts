import { expect, test } from '@jest/globals';
import { stackDeploy } from '../../../src/deploy/commands.ts';
import { missingPaths } from '../../../src/deploy/node-questions.ts';
import { quote } from '../../../src/exec/quote.ts';

const flags = {
  stack: 'shop',
  prune: false,
  resolveImage: 'always',
  withRegistryAuth: false,
  clientMajor: 20,
  without: [],
} as const;

test.each([
  [{}, 'env docker stack deploy --compose-file=stack.yml --resolve-image=always shop'],
  [
    { prune: true, resolveImage: 'never', clientMajor: 26, without: ['TAG'] } as const,
    'env -u TAG docker stack deploy --compose-file=stack.yml --prune --resolve-image=never --detach=true shop',
  ],
  [
    { withRegistryAuth: true, resolveImage: 'changed' } as const,
    'env docker --config=docker-config stack deploy --compose-file=stack.yml --resolve-image=changed --with-registry-auth shop',
  ],
])('%j', (given, line) => {
  expect(quote(stackDeploy({ ...flags, ...given }))).toBe(line);
});

test('paths are arguments, which no shell reads', () => {
  const [program, option, script, ...args] = missingPaths(['/srv/a b', '$(reboot)']);
  expect([program, option, ...args]).toEqual(['sh', '-c', 'swarm-up', '/srv/a b', '$(reboot)']);
  expect(script).not.toContain('reboot');
});
