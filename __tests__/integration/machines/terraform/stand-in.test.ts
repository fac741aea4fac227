import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runner } from '../../../../src/exec/runner.ts';
import { lifeOf } from '../../../support/terraform/steps.ts';

const SUPPORT = join(import.meta.dirname, '../../../support/terraform');

test('the stand-in answers as the real program did when its answers were recorded', async () => {
  const { life } = JSON.parse(readFileSync(join(SUPPORT, 'recorded.json'), 'utf8'));
  const program = join(SUPPORT, 'stand-in');
  const answers = await lifeOf((words, env) =>
    runner.run([program, ...words], { env, anyExitCode: true }),
  );
  expect(JSON.parse(JSON.stringify(answers))).toEqual(life);
}, 60_000);
