import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { modelCluster } from '../../support/model/cluster.ts';
import { STACK } from '../../support/model/compose.ts';

let workspace = '';
beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'model-unwaited-'));
  writeFileSync(join(workspace, 'compose.yaml'), STACK);
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const stagesOf = async (wait: string) => {
  const inputs = { 'compose-file': '', env: 'WORD=secret', wait };
  const cluster = modelCluster({ workspace, name: 'model-unwaited', inputs });
  const { error, lines } = await cluster.up(cluster.journal());
  expect(error).toBeUndefined();
  return lines.filter((line) => /^(?:Deploying|Waiting|Asking|Looking up)/.test(line));
};

test('`wait: false` ends once the swarm has the stack; nothing is waited for or asked', async () => {
  expect(await stagesOf('false')).toEqual([
    'Deploying stack shop',
    'Looking up the published ports',
  ]);
  expect(await stagesOf('true')).toEqual([
    'Deploying stack shop',
    'Waiting until shop has converged',
    'Asking the published ports',
  ]);
});
