import { expect, test } from '@jest/globals';
import { planText } from '../../../src/deploy/plan-text.ts';
import { findWayBack } from '../../../src/operations/rollback-plan.ts';
import type { Standing } from '../../../src/operations/standing.ts';
import type { PresentService } from '../../../src/stack/present.ts';
import { beforeNote } from '../../../src/stack/specs-before.ts';
import { fakeEngine } from '../../support/fake-engine.ts';
import {
  presentNetwork,
  presentObject,
  presentService,
  presentWith,
} from '../../support/present.ts';
import { recordedLog } from '../../support/recorded-log.ts';

const { signal } = new AbortController();

const spec = (Image: string, secret: string) => ({
  TaskTemplate: {
    ContainerSpec: {
      ...{ Image, Labels: {} },
      Secrets: [{ SecretID: `id-${secret}`, SecretName: secret, File: { Name: 'word' } }],
    },
    Networks: [{ Target: 'id-shop_default' }],
  },
});
const EARLIER = presentService('shop_web', spec('web:1-swarm-up-0123456789ab', 'shop_word_1'));
const NOW: PresentService = {
  ...presentService('shop_web', spec('web:1-swarm-up-ba9876543210', 'shop_word_2')),
  PreviousSpec: EARLIER.Spec,
};

/**
 * A swarm with these secrets whose stack was deployed twice; `note` is what the last deployment has
 * left.
 */
function find(
  secrets: readonly string[],
  note = beforeNote(presentWith({ services: [EARLIER] }), 'shop'),
  { has = NOW, exitCode = 0 }: { has?: PresentService; exitCode?: number } = {},
) {
  const { log, lines } = recordedLog();
  const { api } = fakeEngine({
    '/services': [has],
    ...{ '/configs': [], '/secrets': secrets.map((name) => presentObject(name)) },
    '/networks': [presentNetwork('shop_default')],
  });
  const run = async () => ({ exitCode, stdout: '', stderr: '' });
  const members = [{ machine: { name: 'node-1', ssh: { run } } }];
  const standing = { swarm: { api, members }, record: { before: note }, cluster: undefined };
  const found = findWayBack(
    { signal, reporter: { log } as never },
    standing as unknown as Standing,
    'shop',
  );
  return { found, lines };
}

test('what changes is said, and what is needed is there', async () => {
  const { found, lines } = find(['shop_word_1', 'shop_word_2']);
  const { plan, target } = await found;
  expect(planText(plan)).toEqual([
    '  service web',
    '!     image: web:1 (rebuilt)',
    '-     secrets: shop_word_2 -> word',
    '+     secrets: shop_word_1 -> word',
  ]);
  expect(target.services).toMatchObject([{ ID: 'id-shop_web', Spec: EARLIER.Spec }]);
  expect(lines).toEqual([]);
});

test('a secret that is gone is told before anything changes', async () => {
  await expect(find(['shop_word_2']).found).rejects.toMatchObject({
    message:
      'Stack shop cannot go back: the swarm does not have all that its earlier services need.',
    details: 'shop_web: secret shop_word_1',
  });
});

test('a node without the earlier image is a warning', async () => {
  const { found, lines } = find(['shop_word_1'], undefined, { exitCode: 1 });
  await found;
  expect(lines.join('\n')).toContain('node-1 does not have the image web:1 of the earlier');
});

test('nothing to go back to, and no way there, are two messages', async () => {
  await expect(find([], '').found).rejects.toThrow(
    'There is nothing that stack shop could go back',
  );
  await expect(find([], undefined, { has: EARLIER }).found).rejects.toThrow(
    'Stack shop is what it was before its last deployment.',
  );
  const scaled = { ...NOW, PreviousSpec: NOW.Spec };
  await expect(find([], undefined, { has: scaled }).found).rejects.toMatchObject({
    message: expect.stringContaining('Swarm does not keep all of what it was'),
    details: 'shop_web: was made anew by the deployment, or was changed once more since',
  });
});
