import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { actionWith } from '../../support/in-process.ts';
import { modelCluster } from '../../support/model/cluster.ts';
import { STACK } from '../../support/model/compose.ts';
import { modelHosts } from '../../support/model/hosts.ts';

let workspace = '';
beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'model-max-clusters-'));
  writeFileSync(join(workspace, 'compose.yaml'), STACK);
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const DEPLOY = { 'compose-file': '', env: 'WORD=secret' };

test('a cluster more than `max-clusters` is refused before anything is made; the others are updated', async () => {
  const first = modelCluster({ workspace, name: 'shop-1', inputs: { 'max-clusters': '1' } });
  const { instead } = first.place;
  const given = { nodes: '1', 'compose-file': '-', 'max-clusters': '1' };
  const second = (more: Readonly<Record<string, string>> = {}) =>
    actionWith({ ...given, cluster: 'shop-2', ...more }, { workspace, instead });
  expect((await first.up(first.journal())).error).toBeUndefined();
  const before = await first.left();

  for (const more of [{}, { 'dry-run': 'true' }]) {
    const { error, state } = await second(more).up(first.journal());
    expect(String(error)).toContain(
      'Cluster shop-2 was not made: the repository has 1 cluster of the driver docker, and `max-clusters` is 1.',
    );
    expect(state).toBeUndefined();
  }
  expect(await first.left()).toEqual(before);

  expect((await first.up(first.journal())).error).toBeUndefined();
  await first.down(first.journal());
  expect((await second().up(first.journal())).error).toBeUndefined();
});

test('a stack more than `max-clusters` on hosts is refused before the hosts are changed', async () => {
  const hosts = modelHosts({ workspace });
  const stack = (name: string, more: Readonly<Record<string, string>> = {}) =>
    hosts
      .with({ ...DEPLOY, 'max-clusters': '1', cluster: name, 'stack-name': name, ...more })
      .up(hosts.journal());
  expect((await stack('shop-1')).error).toBeUndefined();
  const before = hosts.swarm();

  for (const more of [{}, { 'dry-run': 'true' }]) {
    expect(String((await stack('shop-2', more)).error)).toContain(
      'Stack shop-2 was not deployed: the repository has 1 stack on the swarm of',
    );
  }
  expect(hosts.swarm()).toBe(before);
  expect((await stack('shop-1')).error).toBeUndefined();
});
