/**
 * Plants each fault of script/mutations/table.ts into a copy of the repository, and says whether
 * the tests that claim to find it fail:
 *
 *   npm run mutations                 all of them
 *   npm run mutations -- lock mask    those with one of these words in their name or file
 *
 * Tests of `integration` need what `script/bootstrap` sets up, and those of sshd the node image.
 */
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CommandTimeout } from '../src/exec/executor.ts';
import { runner } from '../src/exec/runner.ts';
import type { Mutation } from './mutations/mutation.ts';
import { plant } from './mutations/plant.ts';
import { MUTATIONS } from './mutations/table.ts';
import { readVerdicts, type Said } from './mutations/verdict.ts';

const REPOSITORY = resolve(import.meta.dirname, '..');
const JEST = [
  ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  ...['node_modules/jest/bin/jest.js', '--forceExit', '--json', '--outputFile=verdicts.json'],
];
/** How long the tests of one mutation may take, in ms. */
const TIMEOUT_MS = 10 * 60_000;

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => stopping.abort(new Error(`Ended by ${signal}.`)));
}
const chosen = choose(process.argv.slice(2));
const copy = mkdtempSync(join(tmpdir(), 'swarm-up-mutations-'));
try {
  await copyRepository();
  process.exitCode = (await findAll(chosen)) ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

function choose(words: readonly string[]): readonly Mutation[] {
  if (words.length === 0) return MUTATIONS;
  const found = MUTATIONS.filter(({ name, file }) =>
    words.some((word) => `${name} ${file}`.includes(word)),
  );
  if (found.length > 0) return found;
  throw new Error(`No mutation has one of these words in its name or file: ${words.join(', ')}`);
}

/** With what is not committed yet, but without what git ignores. */
async function copyRepository(): Promise<void> {
  const list = ['git', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'] as const;
  const { stdout } = await runner.run(list, { cwd: REPOSITORY });
  for (const file of new Set(stdout.split('\0').filter(Boolean))) {
    cpSync(join(REPOSITORY, file), join(copy, file), { recursive: true });
  }
  symlinkSync(join(REPOSITORY, 'node_modules'), join(copy, 'node_modules'));
}

/** Whether each mutation was found by each of its tests, which pass without it. */
async function findAll(mutations: readonly Mutation[]): Promise<boolean> {
  const all = [...new Set(mutations.flatMap(({ tests }) => tests))];
  console.log(`${all.length} test files without a mutation`);
  const before = [...(await run(all))].filter(([, said]) => said !== 'passed');
  for (const [test, said] of before) console.log(`  ${said}: ${test}`);
  if (before.length > 0) return false;
  let found = 0;
  for (const mutation of mutations) if (await isFound(mutation)) found += 1;
  console.log(`${found} of ${mutations.length} mutations found`);
  return found === mutations.length;
}

async function isFound(mutation: Mutation): Promise<boolean> {
  const { name, file, tests } = mutation;
  const text = readFileSync(join(copy, file), 'utf8');
  writeFileSync(join(copy, file), plant(text, mutation));
  try {
    const blind = [...(await run(tests))].filter(([, said]) => said !== 'failed');
    console.log(`${blind.length === 0 ? 'found    ' : 'NOT FOUND'} ${name} (${file})`);
    for (const [test, said] of blind) console.log(`          ${said}: ${test}`);
    return blind.length === 0;
  } finally {
    writeFileSync(join(copy, file), text);
  }
}

/** A planted fault may keep jest from ending although it has said all. */
async function run(tests: readonly string[]): Promise<ReadonlyMap<string, Said>> {
  const verdicts = join(copy, 'verdicts.json');
  rmSync(verdicts, { force: true });
  const command = [process.execPath, ...JEST, '--runTestsByPath', ...tests] as const;
  const options = { cwd: copy, anyExitCode: true, timeoutMs: TIMEOUT_MS, signal: stopping.signal };
  const { stderr } = await runner.run(command, options).catch((error: unknown) => {
    if (error instanceof CommandTimeout) return { stderr: error.message };
    throw error;
  });
  if (!existsSync(verdicts)) throw new Error(`jest gave no verdicts: ${stderr.slice(-2_000)}`);
  return readVerdicts(readFileSync(verdicts, 'utf8'), copy, tests);
}
