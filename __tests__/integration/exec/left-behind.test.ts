import { execFile } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, jest, test } from '@jest/globals';

jest.setTimeout(60_000);

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'left-behind-')));
afterAll(() => rmSync(folder, { recursive: true }));

const source = resolve('src');

test('a step ends although a command that may run on goes on', async () => {
  // Gone with the folder, also where the command looks only after that.
  const on = join(folder, 'on');
  writeFileSync(on, '');
  const script = `
    import { exitIfLeftBehind } from '${source}/exec/left-behind.ts';
    import { runner } from '${source}/exec/runner.ts';
    const argv = ['sh', '-c', 'while [ -e "$0" ]; do sleep 0.05; done', '${on}'];
    await runner.run(argv, { mayRunOn: true, timeoutMs: 100 }).catch((error) => {
      console.log(error.message);
    });
    process.exitCode = 3;
    exitIfLeftBehind();
  `;
  const args = ['--input-type=module', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', '-e'];
  const step = promisify(execFile)(process.execPath, [...args, script], { timeout: 30_000 });
  const ended = await step.catch((error: unknown) => error);
  rmSync(on);
  expect(ended).toMatchObject({
    code: 3,
    killed: false,
    stdout: expect.stringMatching(/^Command did not end within 0.1 s on the runner: sh -c/),
  });
});
