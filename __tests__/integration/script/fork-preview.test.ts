import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';

const run = promisify(execFile);

interface Workflow {
  readonly on: { readonly pull_request_target: { readonly types: readonly string[] } };
  readonly jobs: Readonly<
    Record<
      string,
      { permissions: object; steps: { uses?: string; run?: string; with?: object; env?: object }[] }
    >
  >;
}

const path = resolve(import.meta.dirname, '../../../examples/workflows/fork-preview.yml');
const workflow = parse(readFileSync(path, 'utf8')) as Workflow;
const [fetch] = workflow.jobs.fetch?.steps ?? [];

const SHA = 'a'.repeat(40);
const FORK = 'stranger/shop';
const BUILD = {
  id: 9,
  run_number: 5,
  head_sha: SHA,
  head_repository: { full_name: FORK },
  conclusion: 'success',
  created_at: '2026-11-23T12:00:00Z',
};
const ARTIFACT = { id: 77, name: 'image', expired: false, size_in_bytes: 500 };
const PULL = { state: 'open', head: { sha: SHA }, labels: [{ name: 'bug' }, { name: 'preview' }] };

/** What GitHub would answer. */
interface Answers {
  readonly runs?: readonly object[];
  readonly artifacts?: readonly object[];
  readonly pull?: object;
  /** Files of the artifact. */
  readonly files?: Readonly<Record<string, string>>;
  readonly labeledAt?: string;
  readonly mostBytes?: string;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fork-preview-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Stands for GitHub's client: answers from files, and filters by the real jq. */
const GH = `#!/bin/bash
set -eu
shift
while [ $# -gt 0 ]; do
  case $1 in
    --method | --field) shift ;;
    --jq) shift; filter=$1 ;;
    *) path=$1 ;;
  esac
  shift
done
case $path in
  */workflows/fork-preview-build.yml/runs) file=runs ;;
  */runs/9/artifacts) file=artifacts ;;
  */artifacts/77/zip) exec cat "$ANSWERS/image.zip" ;;
  */pulls/12) file=pull ;;
  *) echo "unknown: $path" >&2; exit 1 ;;
esac
jq -r "$filter" "$ANSWERS/$file.json"
`;

/** Runs the step as the runner does, and gives what it printed and the image that it left. */
async function fetched(answers: Answers = {}) {
  const { runs = [BUILD], artifacts = [ARTIFACT], pull = PULL } = answers;
  const { files = { 'shop.tar': 'the image' }, labeledAt = '2026-11-23T12:30:00Z' } = answers;
  const [bin, work, inside] = ['bin', 'work', 'inside'].map((name) => join(folder, name));
  for (const one of [bin, work, inside]) mkdirSync(one ?? '');
  writeFileSync(join(bin ?? '', 'gh'), GH);
  chmodSync(join(bin ?? '', 'gh'), 0o755);
  writeFileSync(join(folder, 'runs.json'), JSON.stringify({ workflow_runs: runs }));
  writeFileSync(join(folder, 'artifacts.json'), JSON.stringify({ artifacts }));
  writeFileSync(join(folder, 'pull.json'), JSON.stringify(pull));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(inside ?? '', name), text);
  await run('zip', ['-q', '-r', join(folder, 'image.zip'), '.'], { cwd: inside });
  const script = join(folder, 'script.sh');
  writeFileSync(script, fetch?.run ?? '');
  const env = {
    ...(fetch?.env as Record<string, string>),
    PATH: `${bin}:${process.env.PATH}`,
    ANSWERS: folder,
    REPOSITORY: 'acme/shop',
    NUMBER: '12',
    HEAD_SHA: SHA,
    HEAD_REPOSITORY: FORK,
    LABELED_AT: labeledAt,
    ...(answers.mostBytes === undefined ? {} : { MOST_BYTES: answers.mostBytes }),
  };
  const options = {
    cwd: work,
    env: Object.fromEntries(Object.entries(env).map(([k, v]) => [k, `${v}`])),
  };
  // As GitHub runs a step without `shell`.
  const { code, stdout } = await run('bash', ['-e', script], options).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: { code: number; stdout: string }) => error,
  );
  const image = join(work ?? '', 'shop.tar');
  return { code, stdout, image, text: existsSync(image) ? readFileSync(image, 'utf8') : undefined };
}

test('the commit that has got the label is fetched', async () => {
  expect(await fetched()).toMatchObject({ code: 0, text: 'the image' });
});

test('of several builds of the commit the newest counts', async () => {
  const runs = [{ ...BUILD, id: 8, run_number: 4, conclusion: 'failure' }, BUILD];
  expect(await fetched({ runs })).toMatchObject({ code: 0 });
});

describe('nothing is deployed', () => {
  test.each<[string, Answers, string]>([
    ['a commit without a build', { runs: [] }, 'has no build'],
    ['a build that has failed', { runs: [{ ...BUILD, conclusion: 'failure' }] }, 'has no build'],
    ['a build that still runs', { runs: [{ ...BUILD, conclusion: null }] }, 'has no build'],
    [
      'a build of another commit',
      { runs: [{ ...BUILD, head_sha: 'b'.repeat(40) }] },
      'has no build',
    ],
    [
      'a build in another fork',
      { runs: [{ ...BUILD, head_repository: { full_name: 'other/shop' } }] },
      'has no build',
    ],
    ['a build in a fork that is gone', { runs: [{ ...BUILD, head_repository: null }] }, 'no build'],
    ['a push just before the label', { labeledAt: '2026-11-23T12:01:59Z' }, 'less than 120 s'],
    [
      'a commit that was there before, went, and came back just before the label',
      { runs: [BUILD, { ...BUILD, run_number: 7, created_at: '2026-11-23T12:29:30Z' }] },
      'less than 120 s',
    ],
    [
      'a newer build of the commit that failed',
      { runs: [BUILD, { ...BUILD, run_number: 7, conclusion: 'cancelled' }] },
      'has no build',
    ],
    ['a build without an artifact', { artifacts: [] }, 'has no image'],
    ['an artifact of another name', { artifacts: [{ ...ARTIFACT, name: 'log' }] }, 'has no image'],
    ['an artifact that has expired', { artifacts: [{ ...ARTIFACT, expired: true }] }, 'no image'],
    [
      'an artifact that is too big',
      { artifacts: [{ ...ARTIFACT, size_in_bytes: 3e9 }] },
      'more than 2000000000 bytes',
    ],
    ['an artifact without the image', { files: { 'other.tar': '' } }, 'has no shop.tar'],
    ['an empty image', { files: { 'shop.tar': '' } }, 'has no shop.tar'],
    [
      'a push after the label',
      { pull: { ...PULL, head: { sha: 'b'.repeat(40) } } },
      'not the newest',
    ],
    ['a label that was taken off', { pull: { ...PULL, labels: [] } }, 'lost the label'],
    ['a pull request that was closed', { pull: { ...PULL, state: 'closed' } }, 'not the newest'],
  ])('of %s', async (_name, answers, reason) => {
    const { code, stdout } = await fetched(answers);
    expect(stdout).toMatch(/^::error::/);
    expect(stdout).toContain(reason);
    expect(code).toBe(1);
  });

  test('of an image that is small only as long as it is packed', async () => {
    const files = { 'shop.tar': '0'.repeat(50_000_000) };
    const { code, stdout, image } = await fetched({ files, mostBytes: '100000' });
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringContaining('has more than 100000 bytes'),
    });
    // No more of it was written than shows that.
    expect(statSync(image).size).toBe(100_001);
  });
});

test('only labels start a deployment, and no job that may do something runs code of the fork', () => {
  expect(Object.keys(workflow.on)).toEqual(['pull_request_target']);
  expect(workflow.on.pull_request_target.types).toEqual([
    'labeled',
    'unlabeled',
    'synchronize',
    'closed',
  ]);
  for (const { steps } of Object.values(workflow.jobs)) {
    for (const { uses = '', run = '', with: given } of steps) {
      if (uses.startsWith('actions/checkout@')) {
        expect(given).toMatchObject({
          ref: expect.stringMatching(/^\$\{\{ github\.event\.repository\.default_branch \}\}$/),
        });
      }
      // What comes from the event reaches a shell by variables alone.
      expect(run).not.toContain('${{');
    }
  }
});
