import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { loadCompose } from '../../../src/compose/load.ts';
import { sealFiles } from '../../../src/compose/policy/sealed-files.ts';
import { openFiles } from '../../../src/compose/project-files.ts';
import { runner } from '../../../src/exec/runner.ts';

jest.setTimeout(60_000);

let folder = '';
let workspace = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'working-directory-'));
  workspace = join(folder, 'shop');
  write('app/compose.yaml', 'services: {web: {extends: {file: ../base.yaml, service: web}}}\n');
  write(
    'app/deploy/swarm.yaml',
    'services: {web: {image: "shop/web:$TAG", env_file: ../web.env}}\n',
  );
  write('app/.env', 'TAG=beside\n');
  write('app/deploy/.env', 'TAG=below\n');
  write('app/web.env', 'COLOUR=blue\n');
  write('base.yaml', 'services: {web: {image: "base/web:$TAG"}}\n');
  write('.env', 'TAG=wrong\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  const file = join(workspace, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

describe.each(['nobody', 'strangers'])('files that %s may have written', (who) => {
  async function load(files: readonly string[]) {
    const source = { workspace, directory: join(workspace, 'app'), files, env: {} };
    const guarded = { temporary: folder, signal: AbortSignal.timeout(60_000), debug: () => {} };
    await using opened =
      who === 'nobody'
        ? await openFiles(runner, source)
        : await sealFiles(runner, { ...source, ...guarded });
    return await loadCompose(opened, { workspace, profiles: [] });
  }

  test('a compose file is looked for in the working directory', async () => {
    const { files, directory, model, locate } = await load([]);
    expect(files).toEqual(['app/compose.yaml']);
    expect(directory).toBe(join(workspace, 'app'));
    expect(model).toMatchObject({ name: 'app', services: { web: { image: 'base/web:beside' } } });
    expect(locate(['services', 'web'])?.file).toBe('app/compose.yaml');
  });

  test('a path starts there, and `.env` lies beside the file, as ever', async () => {
    const { files, model } = await load(['deploy/swarm.yaml']);
    expect(files).toEqual(['app/deploy/swarm.yaml']);
    expect(model.services.web).toMatchObject({
      image: 'shop/web:below',
      environment: { COLOUR: 'blue' },
    });
  });
});
