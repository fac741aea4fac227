import { expect, test } from '@jest/globals';
import { runner } from '../../../src/exec/runner.ts';
import { composeConfig, STACK } from '../../support/model/compose.ts';

test('what the model of the engines takes for the loaded stack is what `docker compose config` makes of it', async () => {
  const { stdout } = await runner.run(
    ['docker', 'compose', '-f', '-', '--project-name', 'shop', 'config', '--format', 'json'],
    { stdin: STACK, env: { WORD: 'secret' } },
  );
  expect(JSON.parse(composeConfig({}).stdout)).toEqual(JSON.parse(stdout));
});
