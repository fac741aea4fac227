import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { uploadIfAsked } from '../../../src/action/upload-diagnostics.ts';
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

const RUN = 'https://github.com/acme/shop/actions/runs/77';

/** Uploads the folder; gives the artifact and what the log was warned of. */
async function upload(wanted = true, signal = new AbortController().signal) {
  const warnings: string[] = [];
  const log = {
    group: <T>(_title: string, work: () => Promise<T>) => work(),
    warning: (message: string) => void warnings.push(message),
  };
  const inputs = { cluster: 'shop', uploadDiagnostics: wanted };
  const artifact = await uploadIfAsked(folder, inputs, { runUrl: RUN, signal, log });
  return { artifact, warnings };
}

test('the folder becomes an artifact of the run, under a name of its own', async () => {
  await using service = await artifactService();
  Object.assign(process.env, service.env);
  const { artifact } = await upload();
  expect(artifact).toEqual({
    name: expect.stringMatching(/^swarm-up-shop-[0-9a-f]{6}$/),
    url: `${RUN}/artifacts/4711`,
  });
  const text = service.content().toString('latin1');
  expect(text).toContain('stack.yml');
  expect(text).toContain('shop-1/dockerd.log');
  expect((await upload()).artifact?.name).not.toBe(artifact?.name);
  expect(service.names).toHaveLength(2);
});

test('a service that refuses, and a step that ends, are warned of and nothing more', async () => {
  await using service = await artifactService({ refuse: 403 });
  Object.assign(process.env, service.env);
  expect(await upload()).toEqual({
    artifact: undefined,
    warnings: [
      expect.stringMatching(
        /^The diagnostics did not become an artifact\. .*403.* give `upload-diagnostics: false`\.$/s,
      ),
    ],
  });
  const { warnings } = await upload(true, AbortSignal.abort(new Error('cancelled')));
  expect(warnings).toEqual([expect.stringContaining('cancelled')]);
});

test('nobody is asked where nobody wants it, or the runner has no such service', async () => {
  await using service = await artifactService();
  expect(await upload()).toEqual({ artifact: undefined, warnings: [] });
  process.env.ACTIONS_RUNTIME_TOKEN = service.env.ACTIONS_RUNTIME_TOKEN;
  expect(await upload()).toEqual({ artifact: undefined, warnings: [] });
  Object.assign(process.env, service.env);
  expect(await upload(false)).toEqual({ artifact: undefined, warnings: [] });
  expect(service.names).toEqual([]);
});
