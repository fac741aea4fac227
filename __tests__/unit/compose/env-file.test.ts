import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { envFileFindings } from '../../../src/compose/env-file.ts';

let workspace = '';
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'env-file-'));
});
afterEach(async () => {
  await rm(workspace, { recursive: true });
});

test('a COMPOSE_FILE of `.env` is not followed, and that is told at its line', async () => {
  await writeFile(
    join(workspace, '.env'),
    '# COMPOSE_FILE=no\nTAG=1\r\nCOMPOSE_FILE=compose.yaml:prod.yaml\r\n',
  );
  expect(await envFileFindings(workspace, { workspace, files: [] })).toEqual([
    {
      level: 'warning',
      message: expect.stringMatching(
        /`compose\.yaml:prod\.yaml`.*Name the files in `compose-file`/,
      ),
      location: { file: '.env', line: 3 },
    },
  ]);
});

test('with files that are named Compose does not look at it either', async () => {
  await writeFile(join(workspace, '.env'), 'COMPOSE_FILE=a.yaml\n');
  expect(await envFileFindings(workspace, { workspace, files: ['b.yaml'] })).toEqual([]);
});

test('without one, or with another `.env`, nothing is told', async () => {
  expect(await envFileFindings(workspace, { workspace, files: [] })).toEqual([]);
  await writeFile(join(workspace, '.env'), 'COMPOSE_FILE=\nCOMPOSE_PROFILES=debug\n');
  expect(await envFileFindings(workspace, { workspace, files: [] })).toEqual([]);
});
