import { expect, test } from '@jest/globals';
import { runner } from '../../../../src/exec/runner.ts';

const source = new URL('../../../../src/action/runner/stray-errors.ts', import.meta.url);

test.each([
  ['that is thrown', 'setTimeout(() => { throw error; })'],
  ['that nobody awaits', 'void Promise.reject(error)'],
])('an error %s is told by the log, once, and commands no runner', async (_, fails) => {
  const step = `
    import { reportStrayErrors } from '${source}';
    reportStrayErrors();
    const error = new Error('gone\\n\\x85::add-mask::x\\n::stop-commands::y');
    ${fails};
    setTimeout(() => console.log('goes on'), 1_000);
  `;
  const { exitCode, stdout, stderr } = await runner.run(
    [process.execPath, '--input-type=module', '--eval', step],
    { anyExitCode: true },
  );
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /^::error title=Swarm Up::Error: gone%0A\\x85::add-mask::x%0A:\u200b:stop/,
  );
  expect(stdout.trim().split('\n')).toHaveLength(1);
  expect(stderr).not.toContain('::');
});
