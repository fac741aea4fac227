import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const script = resolve(import.meta.dirname, '../../../script/lint-workflows.ts');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lint-workflows-test-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const lint = (...files: string[]) => promisify(execFile)(process.execPath, [script, ...files]);

test('the workflows of this repository have no finding', async () => {
  expect((await lint()).stdout).toMatch(/^[1-9]\d* workflows, 0 findings$/m);
}, 30_000);

test.each([
  ['what actionlint knows', `steps: [{ run: "echo \${{ steps.none.outputs.x }}" }]`, '"none"'],
  ['an unknown label', 'steps: []\n    runs-on: ubuntu-9', 'ubuntu-9'],
  ['a rule of our own', 'steps: [{ uses: "actions/cache@v4" }]', '40 digits'],
])('%s fails the run, with file and line', async (_case, steps, message) => {
  const file = join(folder, 'bad.yml');
  const runsOn = steps.includes('runs-on') ? '' : 'runs-on: ubuntu-latest\n    ';
  writeFileSync(
    file,
    `on: push\npermissions: {}\njobs:\n  one:\n    permissions: {}\n    timeout-minutes: 5\n    ${runsOn}${steps}\n`,
  );
  await expect(lint(file)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(new RegExp(`bad\\.yml:\\d+: .*${message}`)),
  });
});
