import { expect, test } from '@jest/globals';
import { type EngineApi, EngineRefusal } from '../../../../src/engine/api.ts';
import {
  announceJoining,
  forgetJoining,
  readJoining,
} from '../../../../src/swarm/records/join-intent.ts';

const OWNER = { cluster: 'shop', repository: '42', run: '7/test/up' };
const OTHER = { ...OWNER, repository: '815' };
const { signal } = new AbortController();
const none = (message: string) => {
  throw new Error(message);
};

/** What each config has beside its name and labels. */
const WRITTEN = { Version: { Index: 1 }, CreatedAt: '2026-11-30T12:00:00Z' };

/** A swarm that knows configs, and refuses a second one of the same name. */
function swarm() {
  const configs: {
    ID: string;
    Version: { Index: number };
    CreatedAt: string;
    Spec: { Name: string; Labels: Record<string, string> };
  }[] = [];
  const api: Pick<EngineApi, 'get' | 'post' | 'delete'> = {
    get: async (_path, _query, schema) => schema.parse(structuredClone(configs)),
    post: async (_path, _query, body) => {
      const spec = body as (typeof configs)[number]['Spec'];
      if (configs.some(({ Spec }) => Spec.Name === spec.Name)) {
        throw new EngineRefusal('POST /configs/create', 409, 'name conflicts');
      }
      configs.push({ ID: `c${configs.length}`, ...WRITTEN, Spec: spec });
    },
    delete: async (path) => {
      const at = configs.findIndex(({ ID }) => path === `/configs/${ID}`);
      if (at < 0) throw new EngineRefusal(`DELETE ${path}`, 404, 'not found');
      configs.splice(at, 1);
    },
  };
  return { api, configs };
}

test('what is announced is read by any later run of the same cluster, and by no other', async () => {
  const { api } = swarm();
  await announceJoining(
    api,
    OWNER,
    { addresses: ['10.0.0.4', '10.0.0.5'], withoutGateway: ['10.0.0.5'] },
    signal,
  );
  const expected = { addresses: ['10.0.0.4', '10.0.0.5'], withoutGateway: ['10.0.0.5'] };
  expect(await readJoining(api, OWNER, signal, none)).toEqual(expected);
  expect(await readJoining(api, OTHER, signal, none)).toEqual({
    addresses: [],
    withoutGateway: [],
  });
});

test('a run that goes on where one was lost forgets nothing of it', async () => {
  const { api } = swarm();
  const first = { addresses: ['10.0.0.4'], withoutGateway: ['10.0.0.4'] };
  await announceJoining(api, OWNER, first, signal);
  await announceJoining(api, OWNER, first, signal);
  // The bridge is there by now, which says nothing of before.
  const second = { addresses: ['10.0.0.4', '10.0.0.5'], withoutGateway: [] };
  await announceJoining(api, OWNER, second, signal);
  const { addresses, withoutGateway } = await readJoining(api, OWNER, signal, none);
  expect([...new Set(addresses)]).toEqual(['10.0.0.4', '10.0.0.5']);
  expect([...new Set(withoutGateway)]).toEqual(['10.0.0.4']);
});

test('it is forgotten whole, and what others have announced stays', async () => {
  const { api, configs } = swarm();
  await announceJoining(api, OWNER, { addresses: ['10.0.0.4'], withoutGateway: [] }, signal);
  await announceJoining(api, OWNER, { addresses: ['10.0.0.5'], withoutGateway: [] }, signal);
  await announceJoining(api, OTHER, { addresses: ['10.0.0.6'], withoutGateway: [] }, signal);
  await forgetJoining(api, OWNER, signal);
  expect(configs.map(({ Spec }) => Spec.Labels['swarm-up.repository'])).toEqual(['815']);
  await forgetJoining(api, OWNER, signal);
});

test('a config with these labels and another name announces nothing, stays, and is named', async () => {
  const { api, configs } = swarm();
  await announceJoining(api, OWNER, { addresses: ['10.0.0.4'], withoutGateway: [] }, signal);
  const [real] = configs;
  const Labels = { ...real?.Spec.Labels, 'swarm-up.joining': '10.0.0.9' };
  configs.push({
    ID: 'twin',
    ...WRITTEN,
    Spec: { Name: 'swarm-up-joining-0123456789abcdef', Labels },
  });
  const said: string[] = [];
  const { addresses } = await readJoining(api, OWNER, signal, (message) => said.push(message));
  expect(addresses).toEqual(['10.0.0.4']);
  expect(said).toEqual([expect.stringContaining('swarm-up-joining-0123456789abcdef')]);
  await forgetJoining(api, OWNER, signal);
  expect(configs.map(({ ID }) => ID)).toEqual(['twin']);
});
