import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Report, ServiceDiagnosis } from '../../../src/report/report.ts';
import { renderSummary } from '../../../src/report/summary.ts';
import { hostileText } from '../../support/hostile-text.ts';
import { failure, large, nodes, service, success, tasks, weird } from '../../support/reports.ts';

const MIB = 1_048_576;

/**
 * The fixtures were looked at as GitHub shows them, light and dark. `UPDATE_FIXTURES=1` writes them
 * anew; then look again.
 */
test.each([
  ['success', success],
  ['large', large],
  ['failure', failure],
  ['weird', weird],
])('%s is rendered as it was when it was looked at', (name, report) => {
  const file = new URL(`../../fixtures/summary/${name}.md`, import.meta.url);
  const text = renderSummary(report);
  if (process.env.UPDATE_FIXTURES) writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
});

const nothing: Report = {
  ...success,
  stack: undefined,
  status: 'failed',
  nodes: [],
  services: [],
  endpoints: [],
  timeline: [],
  warnings: [],
};

test('what changed comes after the services, as a diff that no name can break out of; of a dry run it comes first', () => {
  const changes = [
    { setting: 'image', kind: 'removed', item: 'web:1' },
    { setting: 'labels', kind: 'changed', item: 'a\n```\n# b' },
  ] as const;
  const plan = {
    services: [{ name: 'web', action: 'updated', changes }],
    created: ['config page'],
  } as const;
  const text = renderSummary({ ...success, plan });
  expect(text).toContain(
    '### What changed\n\n````diff\n  service web\n-     image: web:1\n!     labels: a ``` # b (changed)\n+ config page\n````',
  );
  expect(text.indexOf('### What changed')).toBeGreaterThan(text.indexOf('| Service |'));
  const planned = renderSummary({ ...nothing, status: 'planned', plan, machines: ['one: made'] });
  expect(planned).toContain('### What would change\n\n````diff\n! one: made\n  service web');
});

test('what machines were planned to cost stands on top, and not after a failure', () => {
  const planned = ['2 × cx23 in nbg1: about € 0.01 an hour', 'no room for *cx33*'];
  const text = 'Planned: 2 × cx23 in nbg1: about € 0.01 an hour<br>no room for &#42;cx33&#42;\n';
  expect(renderSummary({ ...success, planned })).toContain(text);
  expect(renderSummary({ ...success, status: 'planned', planned })).toContain(text);
  expect(renderSummary({ ...nothing, planned })).not.toContain('Planned:');
});

test('once there are machines, what they are and cost stands in place of the plan', () => {
  const planned = ['2 × cx23 in nbg1: about € 0.01 an hour'];
  const costs = ['2 × cx23 in hel1: about € 0.02 an hour'];
  const text = renderSummary({ ...success, planned, costs });
  expect(text).toContain('Machines: 2 × cx23 in hel1: about € 0.02 an hour\n');
  expect(text).not.toContain('nbg1');
});

test('what was collected is found where it is: in the artifact, or on the runner', () => {
  const folder = { diagnosticsFolder: '/tmp/swarm-up-shop' };
  const url = 'https://github.com/acme/shop/actions/runs/77/artifacts/4711';
  const artifact = { name: 'swarm-up-shop-0a1b2c', url };
  expect(renderSummary({ ...failure, ...folder })).toContain(
    'They are in `/tmp/swarm-up-shop` of the runner. This step keeps them',
  );
  expect(renderSummary({ ...failure, ...folder, artifact })).toContain(
    `What was collected about it: the artifact [\`swarm-up-shop-0a1b2c\`](${url}) of this run`,
  );
});

test('a stack that nobody has waited for is not said to run', () => {
  const services = [service('web', [], { desired: 0, summary: 'deployed, not waited for' })];
  const text = renderSummary({ ...success, status: 'deployed', services });
  expect(text).toMatch(/^## ✅ `shop` was deployed to 3 nodes, and not waited for: /);
  expect(text).toContain('1 service, not waited for');
  expect(text).toContain('| `web` | deployed, not waited for |');
  expect(text).not.toMatch(/mermaid|no tasks| 0\/|running/);
});

test('a run that failed before there was anything says why', () => {
  const { teardown, ...bare } = nothing;
  const error = {
    message: 'No engine answers',
    details: 'dial unix: no such file',
    hint: 'Start it.',
  };
  expect(renderSummary({ ...bare, error })).toBe(
    [
      '## ❌ `shop-pr-42` failed: No engine answers',
      'cluster `shop-pr-42` · driver `docker`',
      '```text\ndial unix: no such file\n```',
      '**What to do:** Start it.\n',
    ].join('\n\n'),
  );
});

test('what loading images cost stands node by node, without those that had them', () => {
  const loads = [
    { machine: 'one', loaded: ['web:1', 'a|`b`'], bytes: 12_340_000, durationMs: 2_310 },
    { machine: 'two', loaded: [], bytes: 0, durationMs: 0 },
  ];
  const text = renderSummary({ ...nothing, loads });
  expect(text).toContain('<summary>Images loaded into 1 node</summary>');
  expect(text).toMatch(/^\| `one` \| `web:1`, .* \| 12\.3 MB \| 2\.3 s \|$/m);
  expect(text).not.toContain('`two`');
  expect(renderSummary({ ...nothing, loads: loads.slice(1) })).not.toContain('Images loaded');
});

test('post and expiry are told', () => {
  const teardown = {
    text: 'The machines stay.',
    expires: '2026-11-24T10:00:00Z',
    lifeLeft: '23 h',
  };
  const text = renderSummary({ ...nothing, teardown });
  expect(text).toContain('<sub>The machines stay. It expires at 2026-11-24T10:00:00Z.</sub>');
  expect(text).toContain('driver `docker` · expires in 23 h\n');
  const over = renderSummary({
    ...nothing,
    teardown: { ...teardown, lifeLeft: 'expired 3 h ago' },
  });
  expect(over).toContain('driver `docker` · expired 3 h ago\n');
});

function diagnosisOf(changes: Partial<ServiceDiagnosis>): ServiceDiagnosis {
  return {
    service: 'api',
    class: 'crash-loop',
    cause: 'It ends.',
    evidence: [],
    hint: '',
    ...changes,
  };
}

test('of a long log the last lines are shown, and how many are not', () => {
  const logTail = Array.from({ length: 900 }, (_, index) => `line ${index + 1}`).join('\n');
  const text = renderSummary({ ...failure, diagnoses: [diagnosisOf({ logTail })] });
  expect(text).toContain('The last 100 of 900 log lines');
  expect(text).toContain('```text\nline 801\n');
  expect(text).toContain('\nline 900\n```');
});

test('what a log holds cannot leave its block', () => {
  const logTail = 'a\n`````\n</details>\n# x';
  const text = renderSummary({ ...failure, diagnoses: [diagnosisOf({ logTail })] });
  expect(text).toContain('``````text\na\n`````\n</details>\n# x\n``````\n\n</details>');
});

test('the largest report stays below the limit of GitHub, keeps its reasons and says what is missing', () => {
  const huge = '<'.repeat(20_000);
  const many = nodes(300);
  const services = Array.from({ length: 500 }, (_, index) =>
    service(`${huge}${index}`, tasks(30, many), {
      image: huge,
      ports: Array.from({ length: 50 }, () => huge),
      summary: huge,
    }),
  );
  const logTail = Array.from({ length: 1_000 }, () => '日'.repeat(1_000)).join('\n');
  const text = renderSummary({
    ...failure,
    nodes: many,
    services,
    warnings: Array.from({ length: 3_000 }, () => ({ message: huge, file: huge })),
    diagnoses: Array.from({ length: 300 }, (_, index) =>
      diagnosisOf({
        service: `s${index}`,
        logTail,
        hint: huge,
        evidence: Array.from({ length: 90 }, () => huge),
      }),
    ),
  });
  expect(Buffer.byteLength(text)).toBeLessThan(MIB);
  expect(text).toContain('### `s0`: crash-loop');
  expect(text).toContain('### `s19`: crash-loop');
  expect(text).toContain('280 more services failed; the job log names them all.');
  expect(text).toMatch(/\n\nParts of this summary were too long for GitHub; [^\n]*\n$/);
});

const hostileReport: fc.Arbitrary<Report> = fc
  .record({
    name: hostileText,
    names: fc.array(hostileText, { minLength: 1, maxLength: 4 }),
    line: hostileText,
    state: hostileText,
    log: hostileText,
    url: hostileText,
  })
  .map(({ name, names, line, state, log, url }) => {
    const [node, ...rest] = nodes(names.length).map((one, index) => ({
      ...one,
      name: names[index] as string,
      state,
      engine: line,
      address: line,
    }));
    if (node === undefined) throw new Error('one node at least');
    const own = [{ id: 'x', slot: 1, node: node.name, state, error: line }];
    return {
      ...failure,
      cluster: name,
      driver: name,
      stack: name,
      nodes: [node, ...rest],
      services: names.map((one) =>
        service(one, own, { image: line, ports: [line], summary: line, class: 'image' }),
      ),
      endpoints: success.endpoints.map((one) => ({
        ...one,
        service: name,
        urls: [url, `http://${url}`],
        note: line,
      })),
      timeline: [{ name, startMs: 0, durationMs: 1, result: 'ok', note: line }],
      warnings: [{ message: line, file: name, line: 1 }],
      diagnoses: [
        {
          service: name,
          class: 'crash-loop',
          cause: line,
          evidence: [line],
          hint: line,
          logTail: log,
          location: { file: name, line: 1 },
        },
      ],
      error: { message: line, details: log, hint: log },
      teardown: { text: line, expires: line },
      diagnosticsFolder: name,
    } satisfies Report;
  });

/**
 * Takes the fenced blocks out as CommonMark reads them: a block ends at a fence at least as long as
 * the one it began with.
 */
function withoutBlocks(markdown: string): { prose: string[]; open: boolean } {
  const prose: string[] = [];
  let fence = '';
  for (const line of markdown.split('\n')) {
    const backticks = /^ {0,3}(`{3,})/.exec(line)?.[1] ?? '';
    if (fence === '' && backticks !== '') fence = backticks;
    else if (fence === '') prose.push(line);
    else if (backticks.length >= fence.length && /^ {0,3}`+\s*$/.test(line)) fence = '';
  }
  return { prose, open: fence !== '' };
}

const OUR_TAG =
  /<(?:\/?details(?: open)?|\/?summary|\/?code|\/?sub|br|https?:\/\/[\w.:/?=%~+,[\]-]+)>/g;

test('no text of a user becomes markup: blocks, cells, tags, headings and code stay ours', () => {
  fc.assert(
    fc.property(hostileReport, (report) => {
      const text = renderSummary(report);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
      expect(text).not.toMatch(/[\0-\x08\v-\x1f\x7f\u202a-\u202e\u2028\u2029]/);
      const { prose, open } = withoutBlocks(text);
      expect(open).toBe(false);

      const outside = prose.join('\n');
      expect(outside.match(/<details/g)?.length).toBe(outside.match(/<\/details>/g)?.length);
      const bare = outside.replace(/(`+)[^`\n]+\1(?!`)/g, 'code');
      expect(bare.replace(OUR_TAG, '')).not.toMatch(/[<`]/);
      expect(bare).not.toMatch(/(?<!&)#\d|@octocat|\$|\*\*bold|\]\(/);

      const headings = prose.filter((line) => line.startsWith('#'));
      expect(headings).toEqual(
        headings.filter((line) =>
          /^## |^### (?:.*: crash-loop|Endpoints|Where the time went)$/.test(line),
        ),
      );
      for (const rows of outside.split('\n\n').filter((part) => part.startsWith('| '))) {
        const widths = rows.split('\n').map((row) => row.split('|').length);
        expect(new Set(widths).size).toBe(1);
      }
    }),
    { numRuns: 300 },
  );
});

test('a preview shows what else lives of the repository, its own first', () => {
  const now = Date.now();
  const ago = (hours: number) => new Date(now - hours * 3_600_000).toISOString();
  const one = (name: string, expires: string | undefined, pullRequest: string | undefined) => ({
    ...{ name, expires, pullRequest, created: ago(50), run: '7/test/up' },
  });
  const livePreviews = [
    one('shop-pr-3', ago(2), '3'),
    one('sh|op', undefined, undefined),
    { ...one(success.stack ?? '', ago(-2.99), '12'), created: undefined },
  ];
  const text = renderSummary({ ...success, livePreviews });
  expect(text).toContain(
    [
      '### All previews of this repository here',
      '',
      '| Name | Age | Made by run | Pull request | Time left |',
      '| --- | --- | --- | --- | --- |',
      `| **\`${success.stack}\`** |  | 7/test/up | 12 | 2 h 59 min |`,
      '| `shop-pr-3` | 2 d 2 h | 7/test/up | 3 | expired 2 h ago |',
      '| <code>sh&#124;op</code> | 2 d 2 h | 7/test/up |  | no ttl |',
    ].join('\n'),
  );
  const linked = renderSummary({
    ...success,
    livePreviews,
    repositoryUrl: 'https://github.com/acme/shop',
  });
  expect(linked).toContain(
    '| 2 d 2 h | [7](https://github.com/acme/shop/actions/runs/7) (test) | [#3](https://github.com/acme/shop/pull/3) |',
  );
  const previews = livePreviews.filter(({ pullRequest }) => pullRequest !== undefined);
  expect(renderSummary({ ...success, livePreviews: previews })).toContain(
    '### All previews of this',
  );
  // Nothing but its own.
  expect(renderSummary({ ...success, livePreviews: livePreviews.slice(2) })).not.toContain(
    'All previews',
  );
  expect(renderSummary(success)).not.toContain('All previews');
});
