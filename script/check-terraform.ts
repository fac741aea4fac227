import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Answer, type Ask, faultsOf, lifeOf } from '../__tests__/support/terraform/steps.ts';
import { runner } from '../src/exec/runner.ts';

const RECORDED = resolve(import.meta.dirname, '../__tests__/support/terraform/recorded.json');

const words = process.argv.slice(2);
const [given = 'terraform'] = words.filter((word) => !word.startsWith('--'));
const program = given.includes('/') ? resolve(given) : given;
const ask: Ask = (argv, env) => runner.run([program, ...argv], { env, anyExitCode: true });

const { stdout } = await runner.run([program, 'version', '-json']);
const { terraform_version: version } = JSON.parse(stdout);
const answers = { version, life: await lifeOf(ask), faults: await faultsOf(ask) };
if (words.includes('--record')) {
  writeFileSync(RECORDED, `${JSON.stringify(answers, undefined, 2)}\n`);
  console.log(`Recorded in ${join('__tests__/support/terraform', 'recorded.json')}.`);
} else {
  const kept: typeof answers = JSON.parse(readFileSync(RECORDED, 'utf8'));
  const others = [...compare(answers.life, kept.life), ...compare(answers.faults, kept.faults)];
  console.log(`${program} ${version}; recorded of ${kept.version}.`);
  for (const { step, now, recorded: before } of others) {
    console.log(`✗ ${step}\n  now:  ${JSON.stringify(now)}\n  then: ${JSON.stringify(before)}`);
  }
  const all = answers.life.length + answers.faults.length;
  console.log(`${all - others.length} of ${all} answers are as recorded.`);
  if (others.length > 0) process.exitCode = 1;
}

function compare(now: readonly Answer[], before: readonly Answer[]) {
  return now.flatMap((answer) => {
    const recorded = before.find(({ step }) => step === answer.step);
    // As JSON has it, which knows no `undefined`.
    const plain = JSON.parse(JSON.stringify(answer));
    return isDeepStrictEqual(plain, recorded) ? [] : [{ step: answer.step, now: plain, recorded }];
  });
}
