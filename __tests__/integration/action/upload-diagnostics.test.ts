import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import {
  notUploaded,
  takesArtifacts,
  uploadDiagnostics,
} from '../../../src/action/upload-diagnostics.ts';
import { artifactService } from '../../support/artifact-service.ts';

jest.setTimeout(60_000);

let folder = '';
const before = { ...process.env };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'upload-diagnostics-'));
  mkdirSync(join(folder, 'shop-1'));
  writeFileSync(join(folder, 'stack.yml'), 'services: {}\n');
  writeFileSync(join(folder, 'shop-1/dockerd.log'), 'started\n');
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
  process.env = { ...before };
});

const signal = new AbortController().signal;
const RUN = 'https://github.com/acme/shop/actions/runs/77';

test('the folder becomes an artifact of the run, under a name of its own', async () => {
  await using service = await artifactService();
  Object.assign(process.env, service.env);
  const upload = () => uploadDiagnostics(folder, 'shop', { runUrl: RUN, signal });
  const artifact = await upload();
  expect(artifact).toEqual({
    name: expect.stringMatching(/^swarm-up-shop-[0-9a-f]{6}$/),
    url: `${RUN}/artifacts/4711`,
  });
  const text = service.content().toString('latin1');
  expect(text).toContain('stack.yml');
  expect(text).toContain('shop-1/dockerd.log');
  expect((await upload()).name).not.toBe(artifact.name);
  expect(service.names).toHaveLength(2);
});

test('a service that refuses, and a step that ends, are told and nothing more', async () => {
  await using service = await artifactService({ refuse: 403 });
  Object.assign(process.env, service.env);
  const refused = await uploadDiagnostics(folder, 'shop', { runUrl: RUN, signal }).catch(String);
  expect(refused).toContain('403');
  expect(notUploaded(refused)).toMatch(
    /^The diagnostics did not become an artifact, .*403.* give `upload-diagnostics: false`\.$/s,
  );
  const gone = AbortSignal.abort(new Error('cancelled'));
  await expect(uploadDiagnostics(folder, 'shop', { runUrl: RUN, signal: gone })).rejects.toThrow(
    'cancelled',
  );
});

test('only a runner that has the service is asked', () => {
  expect(takesArtifacts({})).toBe(false);
  expect(takesArtifacts({ ACTIONS_RUNTIME_TOKEN: 't' })).toBe(false);
  expect(takesArtifacts({ ACTIONS_RUNTIME_TOKEN: 't', ACTIONS_RESULTS_URL: 'u' })).toBe(true);
});
