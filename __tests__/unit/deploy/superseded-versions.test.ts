import { expect, test } from '@jest/globals';
import { removeSuperseded, superseded } from '../../../src/deploy/superseded-versions.ts';
import { EngineRefusal } from '../../../src/engine/api.ts';
import {
  type PresentObject,
  type PresentService,
  readPresent,
} from '../../../src/stack/present.ts';
import { fakeEngine } from '../../support/fake-engine.ts';

const OPTIONS = { stack: 'shop', repository: '7', current: new Set(['shop_page_d']), keep: 1 };

/** A version of the config `page` that was last deployed then, by the count of the swarm. */
function version(
  letter: string,
  index: number,
  labels: Readonly<Record<string, string>> = {},
): PresentObject {
  const hash = letter.repeat(64);
  return {
    ID: letter,
    Version: { Index: index },
    Spec: {
      Name: `shop_page_${hash.slice(0, 12)}`,
      Labels: {
        'com.docker.stack.namespace': 'shop',
        'swarm-up.repository': '7',
        'swarm-up.object': 'page',
        'swarm-up.sha256': hash,
        ...labels,
      },
    },
  };
}

function service(present: string, previous?: string): PresentService {
  const spec = (id: string) => ({
    Name: 'other_web',
    Labels: {},
    Mode: {},
    TaskTemplate: { ContainerSpec: { Image: 'x', Labels: {}, Configs: [{ ConfigID: id }] } },
  });
  return {
    ID: 's',
    Version: { Index: 1 },
    Spec: spec(present),
    PreviousSpec: previous === undefined ? undefined : spec(previous),
  };
}

function gone(
  configs: readonly PresentObject[],
  changes: Partial<typeof OPTIONS> = {},
  services: readonly PresentService[] = [],
): string[] {
  const present = { configs, secrets: [], networks: [], services };
  return superseded(present, { ...OPTIONS, ...changes }).map(({ id }) => id);
}

const current = new Set([version('d', 4).Spec.Name]);
const all = [version('a', 1), version('b', 3), version('c', 2), version('d', 4)];

test('the versions that were deployed last stay, the present one in any case', () => {
  expect(gone(all, { current })).toEqual(['c', 'a']);
  expect(gone(all, { current, keep: 0 })).toEqual(['b', 'c', 'a']);
  expect(gone(all, { current, keep: 5 })).toEqual([]);
});

test('each object has versions of its own', () => {
  const others = [version('e', 1, { 'swarm-up.object': 'other' })];
  expect(gone([...all, ...others], { current })).toEqual(['c', 'a']);
});

test('what the present or previous spec of any service uses stays', () => {
  expect(gone(all, { current, keep: 0 }, [service('d', 'a'), service('b')])).toEqual(['c']);
});

test.each([
  ['of another stack', { 'com.docker.stack.namespace': 'other' }],
  ['of another repository', { 'swarm-up.repository': '8' }],
  ['whose hash is not that of its name', { 'swarm-up.sha256': 'f'.repeat(64) }],
])('one %s stays', (_, labels) => {
  expect(gone([version('a', 1, labels)], { current, keep: 0 })).toEqual([]);
});

test('one without our labels stays', () => {
  const foreign = { ...version('a', 1), Spec: { Name: 'shop_page_aaaaaaaaaaaa', Labels: {} } };
  expect(gone([foreign], { current, keep: 0 })).toEqual([]);
});

test('one that the engine does not let go is told of; one that is gone is not', async () => {
  const warnings: string[] = [];
  const engine = fakeEngine({
    '/configs': all,
    '/secrets': [],
    '/networks': [],
    '/services': [],
  });
  engine.refuse('DELETE /configs/b', new EngineRefusal('DELETE', 400, 'config is in use by web'));
  engine.refuse('DELETE /configs/c', new EngineRefusal('DELETE', 404, 'not found'));
  const { signal } = new AbortController();
  const removed = await removeSuperseded(engine.api, await readPresent(engine.api, signal), {
    ...OPTIONS,
    current,
    keep: 0,
    signal,
    warn: (message) => warnings.push(message),
  });
  expect(removed).toEqual(['config shop_page_aaaaaaaaaaaa']);
  expect(warnings).toEqual([
    'The superseded config shop_page_bbbbbbbbbbbb stays: config is in use by web',
  ]);
});
