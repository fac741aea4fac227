import { expect, test } from '@jest/globals';
import { checkWorkflow } from '../../../script/workflow-rules.ts';

const SHA = '3d3c42e5aac5ba805825da76410c181273ba90b1';
const own = 'swarm-up/swarm-up';

function workflow({
  top = 'permissions: {}',
  job = 'permissions: { contents: read }',
  limit = 'timeout-minutes: 5',
  uses = `actions/setup-node@${SHA} # v7.0.0`,
  more = '',
} = {}): string {
  return `on: push
${top}
jobs:
  one:
    runs-on: ubuntu-latest
    ${job}
    ${limit}
    steps:
      - uses: ${uses}
${more}`;
}

const messages = (text: string) => checkWorkflow(text, { own }).map(({ message }) => message);

test.each([
  ['pinned, no permissions at the top', workflow()],
  ['read at the top', workflow({ top: 'permissions: { contents: read, packages: none }' })],
  ['read-all at the top', workflow({ top: 'permissions: read-all' })],
  ['an action of the repository', workflow({ uses: './' })],
  ['our own action by its tag', workflow({ uses: 'swarm-up/swarm-up@v1' })],
  ['an action in a folder', workflow({ uses: `a/b/c/d@${SHA} # v1` })],
  ['an image by digest', workflow({ uses: `docker://alpine@sha256:${'a'.repeat(64)}` })],
  [
    'checkout without its token',
    workflow({
      uses: `actions/checkout@${SHA} # v7.0.1`,
      more: '        with: { persist-credentials: false }',
    }),
  ],
  [
    'a called workflow has its limits itself',
    'on: push\npermissions: {}\njobs:\n  a:\n    permissions: {}\n    uses: ./.github/workflows/b.yml',
  ],
])('%s is fine', (_case, text) => {
  expect(messages(text)).toEqual([]);
});

test.each([
  ['a tag', workflow({ uses: 'actions/setup-node@v7' }), 'not pinned by the 40 digits'],
  ['a short commit', workflow({ uses: `a/b@${SHA.slice(0, 12)} # v1` }), 'not pinned by the 40'],
  ['no reference', workflow({ uses: 'a/b' }), 'not pinned by the 40'],
  ['no comment', workflow({ uses: `a/b@${SHA}` }), 'no comment with its version'],
  ['another comment', workflow({ uses: `a/b@${SHA} # newest` }), 'no comment with its version'],
  ['an image by tag', workflow({ uses: 'docker://alpine:3' }), 'not pinned by digest'],
  ['another of the same owner', workflow({ uses: 'swarm-up/swarm-up-x@v1' }), 'not pinned by'],
  ['no permissions at the top', workflow({ top: 'name: x' }), 'has no `permissions` at its top'],
  ['write at the top', workflow({ top: 'permissions: { contents: write }' }), 'more than `read`'],
  ['write-all at the top', workflow({ top: 'permissions: write-all' }), 'more than `read`'],
  ['no permissions of a job', workflow({ job: 'name: x' }), 'job one has no `permissions`'],
  ['no limit of a job', workflow({ limit: 'name: x' }), 'job one has no `timeout-minutes`'],
  [
    'checkout with its token',
    workflow({ uses: `actions/checkout@${SHA} # v7.0.1` }),
    'persist-credentials',
  ],
  [
    'a called workflow that is not pinned',
    'on: push\npermissions: {}\njobs:\n  a:\n    permissions: {}\n    uses: a/b/.github/workflows/c.yml@main',
    'not pinned by',
  ],
  ['a list', '- a', 'is not a workflow'],
  ['a broken file', 'a: [', 'Flow sequence'],
])('%s is found', (_case, text, message) => {
  expect(messages(text)).toEqual([expect.stringContaining(message)]);
});

test('names the line', () => {
  expect(checkWorkflow(workflow({ uses: 'a/b@v1' }), { own })).toEqual([
    { line: 9, message: expect.stringContaining('a/b@v1: ') },
  ]);
});
