import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { fakeTerraform, memoryBackend } from '../../../support/terraform/fake-terraform.ts';
import { lifeOf } from '../../../support/terraform/steps.ts';

const SUPPORT = join(import.meta.dirname, '../../../support/terraform');

test('the stand-in answers as the real program did when its answers were recorded', async () => {
  const { life } = JSON.parse(readFileSync(join(SUPPORT, 'recorded.json'), 'utf8'));
  const answers = await lifeOf(
    fakeTerraform(memoryBackend('local'), { create: () => {}, destroy: () => {} }),
  );
  expect(JSON.parse(JSON.stringify(answers))).toEqual(life);
});
