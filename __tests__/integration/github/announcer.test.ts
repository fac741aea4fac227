import { expect, test } from '@jest/globals';
import { createAnnouncer } from '../../../src/github/announcer.ts';
import { type Answer, type Comment, type FakeGitHub, fakeGitHub } from '../../support/github.ts';
import { failure, success as ready } from '../../support/reports.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const TARGET = { cluster: 'shop-pr-3', stack: 'shop', pullRequest: 3 };
const MARKER = '<!-- swarm-up:shop-pr-3/shop -->';
const COMMIT = 'a'.repeat(40);

const REFUSED: Answer = {
  status: 403,
  headers: { 'x-ratelimit-remaining': '4999' },
  body: { message: 'Resource not accessible by integration', status: '403' },
};
const BUSY: Answer = { status: 500, body: '<html>Server Error</html>' };

function announcing(
  github: FakeGitHub,
  changes: Partial<Parameters<typeof createAnnouncer>[0]> = {},
) {
  const warnings: string[] = [];
  const infos: string[] = [];
  const clock = virtualClock();
  const announcer = createAnnouncer({
    github: { apiUrl: github.apiUrl, repository: 'acme/shop', token: 'ghs_secret' },
    comment: true,
    deployment: true,
    run: {
      id: '77/deploy/swarm',
      commit: COMMIT,
      url: 'https://github.com/acme/shop/actions/runs/77',
    },
    log: { info: (line) => infos.push(line), warning: (message) => warnings.push(message) },
    signal: new AbortController().signal,
    clock,
    ...changes,
  });
  let deployment: number | undefined;
  return {
    announcer,
    warnings,
    infos,
    clock,
    begin: (target: Parameters<typeof announcer.begin>[0] = TARGET) =>
      announcer.begin(target, (id) => {
        deployment = id;
      }),
    end: (report = ready, target: Parameters<typeof announcer.begin>[0] = TARGET) =>
      announcer.end(target, report, deployment),
    cancelled: () => announcer.cancelled(TARGET, deployment),
  };
}

const foreign = (id: number, body: string, type: Comment['user']['type'] = 'User'): Comment => ({
  id,
  body,
  user: { login: 'octocat', type },
});
const states = (github: FakeGitHub) => github.deployments.map(({ statuses }) => statuses[0]?.state);

test('the whole life: one comment, one deployment for each run, and nothing active at its end', async () => {
  await using github = await fakeGitHub();
  const { begin, end, warnings, announcer } = announcing(github);
  await begin();
  expect(github.comments.map(({ body }) => body)).toEqual([
    expect.stringMatching(new RegExp(`^${MARKER}\n[^]*### ⏳ \`shop\` is being deployed`)),
  ]);
  expect(github.deployments).toMatchObject([
    {
      ref: COMMIT,
      environment: 'preview/shop-pr-3',
      transient_environment: true,
      statuses: [{ state: 'in_progress' }],
    },
  ]);
  await end();
  expect(github.comments[0]?.body).toContain('`shop` runs on 3 nodes');
  expect(github.deployments[0]?.statuses[0]).toMatchObject({
    state: 'success',
    environment_url: 'http://127.0.0.1:8080',
  });

  const next = announcing(github);
  await next.begin();
  expect(github.comments[0]?.body).toContain('is being deployed');
  await next.end();
  expect(states(github)).toEqual(['success', 'inactive']);

  const failing = announcing(github);
  await failing.begin();
  await failing.end(failure);
  expect(github.comments[0]?.body).toContain('does not stay up');
  expect(states(github)).toEqual(['failure', 'success', 'inactive']);

  // As `down` has it, which is a run of its own and knows no stack.
  await announcer.removed({ ...TARGET, stack: undefined }, { isWhole: true });
  expect(github.comments).toHaveLength(1);
  expect(github.comments[0]?.body).toMatch(new RegExp(`^${MARKER}\n[^]*was removed`));
  expect(states(github)).toEqual(['failure', 'inactive', 'inactive']);
  expect(warnings).toEqual([]);
});

test('the address of what still runs stays in the comment, until it is removed', async () => {
  await using github = await fakeGitHub();
  const text = () => github.comments[0]?.body ?? '';
  const address = 'http://preview.example.com:8080';
  const endpoints = ready.endpoints.map((one, at) =>
    at === 0 ? { ...one, urls: [address] } : one,
  );
  const first = announcing(github, { deployment: false });
  await first.begin();
  expect(text()).not.toContain(address);
  await first.end({ ...ready, endpoints });

  // Neither a push, nor a failure, nor a cancellation takes it away.
  const next = announcing(github, { deployment: false });
  await next.begin();
  expect(text()).toMatch(
    /is being deployed\n\nUntil then the version before runs \(commit `[0-9a-f]{7}`\): <http:\/\/preview/,
  );
  await next.end({ ...failure, diagnoses: [] });
  expect(text()).toContain('The version before was at (commit');
  expect(text()).toContain(`<${address}>`);
  const cut = announcing(github, { deployment: false });
  await cut.begin();
  await cut.cancelled();
  expect(text()).toContain(`<${address}>`);
  const again = announcing(github, { deployment: false });
  await again.begin();
  const [web] = failure.services;
  if (!web) throw new Error('one service');
  const services = [{ ...web, before: { running: 2, desired: 2 } }];
  await again.end({ ...failure, services });
  expect(text()).toContain('The version before still runs (commit');

  await again.announcer.removed(TARGET, { isWhole: true, afterFailure: true });
  expect(text()).toContain('does not stay up');
  expect(text()).not.toContain(address);
});

test('its comment is found on a later page, and a quotation of it is not it', async () => {
  await using github = await fakeGitHub();
  for (let id = 1; id <= 230; id += 1) github.comments.push(foreign(id, `comment ${id}`));
  github.comments.push(foreign(231, `> ${MARKER}\nlook`), foreign(232, `${MARKER}\nold`, 'Bot'));
  github.comments.push(foreign(233, '<!-- swarm-up:shop-pr-33/shop -->\nanother'));
  await announcing(github, { deployment: false }).end();
  expect(github.requests).toEqual([
    'GET /issues/3/comments?per_page=100&page=1',
    'GET /issues/3/comments?per_page=100&page=2',
    'GET /issues/3/comments?per_page=100&page=3',
    'PATCH /issues/comments/232',
  ]);
});

test('of two comments with its marker it takes the one of a robot', async () => {
  await using github = await fakeGitHub();
  github.comments.push(foreign(1, `${MARKER}\nmine`), foreign(2, `${MARKER}\nold`, 'Bot'));
  await announcing(github).end();
  expect(github.comments[0]?.body).toBe(`${MARKER}\nmine`);
  expect(github.comments[1]?.body).toContain('runs on 3 nodes');
});

test('a comment of another user that GitHub does not let it change is a warning', async () => {
  await using github = await fakeGitHub();
  github.comments.push(foreign(1, `${MARKER}\nmine`));
  github.instead(/^PATCH/, REFUSED);
  const { end, warnings } = announcing(github, { deployment: false });
  await end();
  expect(github.comments).toEqual([foreign(1, `${MARKER}\nmine`)]);
  expect(warnings).toHaveLength(1);
});

test.each([
  ['401', { status: 401, body: { message: 'Bad credentials' } }],
  ['403', REFUSED],
  ['404', { status: 404, body: { message: 'Not Found' } }],
])(
  '%s: one warning for each permission, with its name, and no further question',
  async (_, answer) => {
    await using github = await fakeGitHub();
    github.instead(/./, answer);
    const { begin, end, warnings } = announcing(github);
    await begin();
    await end();
    expect(github.requests).toHaveLength(2);
    expect(warnings).toHaveLength(2);
    const [comment, deployment] = warnings.toSorted();
    expect(comment).toMatch(/^The comment on the pull request cannot be written/);
    expect(comment).toContain('permissions: { pull-requests: write }');
    expect(deployment).toMatch(/^The deployment cannot be recorded at GitHub\./);
    expect(deployment).toContain('permissions: { deployments: write }');
    expect(warnings.join()).not.toContain('ghs_secret');
  },
);

test('without a token nobody is asked', async () => {
  await using github = await fakeGitHub();
  const { end, warnings } = announcing(github, {
    deployment: false,
    github: { apiUrl: github.apiUrl, repository: 'acme/shop', token: '' },
  });
  await end();
  expect(github.requests).toEqual([]);
  expect(warnings.join()).toContain('There is no `github-token`.\nIt needs');
});

test('a limit that passes is waited for, one that lasts is not', async () => {
  await using github = await fakeGitHub();
  const limited = (seconds: number): Answer => ({
    status: 429,
    headers: { 'retry-after': String(seconds) },
    body: { message: 'You have exceeded a secondary rate limit.' },
  });
  github.instead(/^POST/, limited(7), { times: 1 });
  const short = announcing(github, { deployment: false });
  await short.end();
  expect(short.clock.now()).toBe(7_000);
  expect(github.comments).toHaveLength(1);
  expect(short.warnings).toEqual([]);

  github.instead(/^PATCH/, limited(60));
  const long = announcing(github, { deployment: false });
  await long.end(failure);
  expect(long.clock.now()).toBe(0);
  expect(long.warnings.join()).toContain('secondary rate limit');
  expect(long.warnings.join()).not.toContain('permissions');
});

test('a limit without a time is no missing permission', async () => {
  await using github = await fakeGitHub();
  const body = { message: 'You have exceeded a secondary rate limit.' };
  github.instead(/./, { status: 403, body });
  const { begin, end, warnings } = announcing(github, { deployment: false });
  await begin();
  await end();
  expect(github.requests).toHaveLength(2);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).not.toContain('permissions');
});

test('a comment that was made though the answer is lost is not made again', async () => {
  await using github = await fakeGitHub();
  github.instead(/^POST/, BUSY, { times: 1, isDone: true });
  const { begin, warnings } = announcing(github, { deployment: false });
  await begin();
  expect(github.comments).toHaveLength(1);
  github.comments.length = 0;
  github.instead(/^POST/, BUSY, { times: 1 });
  await begin();
  expect(github.comments).toHaveLength(1);
  expect(warnings).toEqual([]);
});

test('a server that stays busy is said once, and asked again at the end', async () => {
  await using github = await fakeGitHub();
  github.instead(/./, BUSY, { times: 3 });
  const { begin, end, warnings } = announcing(github, { deployment: false });
  await begin();
  expect(warnings).toHaveLength(1);
  await end();
  expect(github.comments[0]?.body).toContain('runs on 3 nodes');
  expect(warnings).toHaveLength(1);
});

test('a cancellation ends it without a word', async () => {
  await using github = await fakeGitHub();
  const cancel = new AbortController();
  github.instead(/./, { status: 429, headers: { 'retry-after': '5' }, body: {} });
  const clock = { now: () => 0, sleep: async () => cancel.abort(new Error('cancelled')) };
  const { begin, end, warnings } = announcing(github, {
    signal: cancel.signal,
    deployment: false,
    clock,
  });
  await begin();
  await end();
  expect(github.requests).toHaveLength(1);
  expect(warnings).toEqual([]);
});

test('a run that was cut short is told of, unless another has begun since', async () => {
  await using github = await fakeGitHub();
  const first = announcing(github);
  await first.begin();
  const run = { id: '78/deploy/swarm', commit: COMMIT, url: undefined };
  const second = announcing(github, { run });
  await second.begin();
  await first.cancelled();
  expect(github.comments[0]?.body).toContain('is being deployed');
  await second.cancelled();
  expect(github.comments[0]?.body).toContain('The deployment of `shop` was cancelled');
  expect(states(github)).toEqual(['error', 'error']);
});

test('after a failure the reason stays, and what has become of the cluster is added', async () => {
  await using github = await fakeGitHub();
  const { end, announcer } = announcing(github);
  await end(failure);
  await announcer.removed(TARGET, { isWhole: true, afterFailure: true });
  expect(github.comments[0]?.body).toContain('No node can get its image.');
  expect(github.comments[0]?.body).toMatch(/<sub>It was removed at the end of the job\.<\/sub>$/);
  await announcer.removed(TARGET, { isWhole: false });
  expect(github.comments[0]?.body).toContain('### ❌ `shop` could not be removed completely');
});

test('where nothing was told, a removal tells nothing', async () => {
  await using github = await fakeGitHub();
  await announcing(github).announcer.removed(TARGET, { isWhole: true });
  expect(github.comments).toEqual([]);
  expect(github.deployments).toEqual([]);
});

test('a failure before the stack was known shares the comment of the stack', async () => {
  await using github = await fakeGitHub();
  const unknown = { ...TARGET, stack: undefined };
  await announcing(github).end(failure, unknown);
  await announcing(github).end(ready);
  expect(github.comments[0]?.body).toMatch(new RegExp(`^${MARKER}\n`));
  await announcing(github).end(failure, unknown);
  expect(github.comments[0]?.body).toMatch(new RegExp(`^${MARKER}\n[^]*does not stay up`));
  expect(github.comments).toHaveLength(1);
});

test('a stack that goes back makes the deployment before the active one, until the next', async () => {
  await using github = await fakeGitHub();
  for (const run of [announcing(github), announcing(github)]) {
    await run.begin();
    await run.end();
  }
  expect(states(github)).toEqual(['success', 'inactive']);
  const { announcer, warnings } = announcing(github);
  await announcer.returned(TARGET, ready);
  expect(states(github)).toEqual(['inactive', 'success']);
  expect(github.deployments[1]?.statuses[0]?.environment_url).toBe('http://127.0.0.1:8080');
  expect(github.comments[0]?.body).toContain('`shop` runs on 3 nodes');
  expect(github.comments[0]?.body).toContain('It was rolled back to what it was before');
  expect(github.comments[0]?.body).not.toContain('commit');

  const next = announcing(github);
  await next.begin();
  await next.end();
  expect(states(github)).toEqual(['success', 'inactive', 'inactive']);
  expect(warnings).toEqual([]);
});

test('after a deployment that failed the one before is active already; a return that fails changes none', async () => {
  await using github = await fakeGitHub();
  const [first, second] = [announcing(github), announcing(github)];
  await first.begin();
  await first.end();
  await second.begin();
  await second.end(failure);
  await second.announcer.returned(TARGET, ready);
  expect(states(github)).toEqual(['failure', 'success']);
  await first.announcer.returned(TARGET, failure);
  expect(states(github)).toEqual(['failure', 'success']);
  expect(github.comments[0]?.body).toContain('It was to go back');
});

test('of a stack that nobody was told of, a return tells nothing', async () => {
  await using github = await fakeGitHub();
  await announcing(github).announcer.returned(TARGET, ready);
  expect([github.comments, github.deployments]).toEqual([[], []]);
});

test('the removal of one stack leaves those of others', async () => {
  await using github = await fakeGitHub();
  const blog = { ...TARGET, stack: 'blog' };
  const [first, second] = [announcing(github), announcing(github)];
  await first.begin();
  await first.end();
  await second.begin(blog);
  await second.end(ready, blog);
  await first.announcer.removed(TARGET, { isWhole: true });
  expect(states(github)).toEqual(['success', 'inactive']);
  expect(github.comments.map(({ body }) => body.includes('was removed'))).toEqual([true, false]);
});

test('a run about no pull request has a deployment and no comment; the commit is asked for where the event has none', async () => {
  await using github = await fakeGitHub();
  const none = announcing(github);
  await none.begin({ ...TARGET, pullRequest: undefined });
  expect(none.infos.join()).toContain('no pull request');
  expect(github.comments).toEqual([]);
  const run = { id: '78', commit: undefined, url: undefined };
  await announcing(github, { run, environment: 'preview' }).begin();
  expect(github.deployments.map(({ ref, environment }) => [ref[0], environment])).toEqual([
    ['f', 'preview'],
    ['a', 'preview/shop-pr-3'],
  ]);
});

test('of a dry run nothing can be written, and what is found is only read', async () => {
  await using github = await fakeGitHub();
  const { begin, end, announcer, warnings } = announcing(github, {
    github: {
      apiUrl: github.apiUrl,
      repository: 'acme/shop',
      token: 'ghs_secret',
      readsOnly: true,
    },
  });
  await begin();
  await end();
  await announcer.removed(TARGET, { isWhole: true });
  expect(github.requests.filter((request) => !request.startsWith('GET '))).toEqual([]);
  expect(github.comments).toEqual([]);
  expect(github.deployments).toEqual([]);
  expect(warnings.join('\n')).toContain(
    'The dry run refused what is not known to only read on GitHub.',
  );
});

const superseded = { ...failure, status: 'superseded' as const, services: [], diagnoses: [] };

test('a superseded run leaves the comment to the newer one, and its deployment is no failure', async () => {
  await using github = await fakeGitHub();
  const older = announcing(github, {
    run: { id: '76/deploy/swarm', commit: COMMIT, url: undefined },
  });
  await older.begin();
  const newer = announcing(github);
  await newer.begin();
  await newer.end();
  await older.end(superseded);
  expect(github.comments).toHaveLength(1);
  expect(github.comments[0]?.body).toContain('`shop` runs on 3 nodes');
  expect(states(github)).toEqual(['success', 'inactive']);
});

test('a superseded run whose comment stands there corrects it', async () => {
  await using github = await fakeGitHub();
  const older = announcing(github, { deployment: false });
  await older.begin();
  await older.end(superseded);
  expect(github.comments[0]?.body).toContain('`shop` was not deployed: a newer run');
});
