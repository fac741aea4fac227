import { copyFile, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { loadCompose } from '../../../src/compose/load.ts';
import { findComposePrograms } from '../../../src/compose/policy/compose-programs.ts';
import { sealFiles } from '../../../src/compose/policy/sealed-files.ts';
import { openFiles } from '../../../src/compose/project-files.ts';
import { runner } from '../../../src/exec/runner.ts';

// A real Compose as a program, and no docker in PATH: as on a macOS runner.
jest.setTimeout(60_000);

// biome-ignore lint/suspicious/noTemplateCurlyInString: Compose fills it in
const TEXT = 'services: {web: {image: "nginx:${TAG}", ports: ["8080:80"]}}\n';
const before = { PATH: process.env.PATH, DOCKER_CONFIG: process.env.DOCKER_CONFIG };

let folder = '';
let workspace = '';
beforeAll(async () => {
  const { compose } = await findComposePrograms();
  if (compose === undefined) throw new Error('Compose is not there: script/bootstrap');
  folder = await realpath(await mkdtemp(join(tmpdir(), 'standalone-')));
  workspace = join(folder, 'shop');
  const bin = join(folder, 'bin');
  for (const path of [workspace, bin]) await mkdir(path);
  await writeFile(join(workspace, 'compose.yaml'), TEXT);
  await copyFile(compose, join(bin, 'docker-compose'));
  // What runs a program in namespaces of its own, and no more.
  for (const program of ['unshare', 'mount', 'chroot', 'sh', 'test']) {
    const path = (await runner.run(['sh', '-c', `command -v "$1"`, 'sh', program])).stdout.trim();
    if (path.startsWith('/')) await symlink(await realpath(path), join(bin, program));
  }
  process.env.PATH = bin;
  process.env.DOCKER_CONFIG = join(folder, 'none');
});
afterAll(async () => {
  Object.assign(process.env, before);
  if (before.DOCKER_CONFIG === undefined) delete process.env.DOCKER_CONFIG;
  await rm(folder, { recursive: true });
});

const source = () => ({ workspace, files: [], profiles: [], env: { TAG: '1' } });

describe('without docker a compose file is read by docker-compose', () => {
  test('as it lies in the workspace', async () => {
    await expect(runner.run(['docker', 'version'])).rejects.toThrow('Program not found');
    const project = await loadCompose(await openFiles(runner, source()), source());
    expect(project.model.services.web?.image).toBe('nginx:1');
  });

  test('and so is that of a stranger, in isolation', async () => {
    const said: string[] = [];
    await using files = await sealFiles(runner, {
      ...{ ...source(), temporary: folder, signal: AbortSignal.timeout(60_000) },
      debug: (line) => said.push(line),
    });
    const project = await loadCompose(files, source());
    expect(project.model.services.web?.image).toBe('nginx:1');
    expect(said).toEqual([expect.stringMatching(/^Compose runs /)]);
  });
});
