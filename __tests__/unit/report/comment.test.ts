import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  cancelledComment,
  outcomeComment,
  pendingComment,
  removedComment,
  withLastLine,
} from '../../../src/report/comment.ts';
import type { Report } from '../../../src/report/report.ts';
import { hostileText } from '../../support/hostile-text.ts';
import { failure, success, weird } from '../../support/reports.ts';

const RUN = {
  commit: '4c0fdaa8b6341bfdeca5f18f7837462c80cff905',
  url: 'https://github.com/acme/shop/actions/runs/77',
};

const preview: Report = {
  ...success,
  endpoints: success.endpoints.map((endpoint, at) =>
    at === 0 ? { ...endpoint, urls: ['http://shop-pr-42.example.com:8080'] } : endpoint,
  ),
  teardown: {
    text: 'The cluster stays after the job: `teardown: never`.',
    expires: '2026-11-28T00:50:00Z',
    lifeLeft: '3 d',
  },
};

/** `UPDATE_FIXTURES=1` writes them anew; then look at them. */
test.each([
  ['pending', pendingComment('shop', RUN)],
  ['ready', outcomeComment(preview, RUN)],
  ['failed', outcomeComment(failure, RUN)],
  ['weird', outcomeComment(weird, RUN)],
  ['cancelled', cancelledComment('shop', RUN)],
  ['removed', removedComment('shop', { isWhole: true, run: RUN })],
  ['swept', removedComment('shop', { isWhole: true, reason: 'ttl ended 3 h ago', run: RUN })],
  ['not-removed', removedComment('shop', { isWhole: false, run: RUN })],
])('%s is written as it was when it was looked at', (name, text) => {
  const file = new URL(`../../fixtures/comment/${name}.md`, import.meta.url);
  if (process.env.UPDATE_FIXTURES) writeFileSync(file, `${text}\n`);
  expect(`${text}\n`).toBe(readFileSync(file, 'utf8'));
});

test('what was deployed and not waited for has its addresses, and does not say that it runs', () => {
  const text = outcomeComment({ ...preview, status: 'deployed' }, RUN);
  expect(text).toMatch(/^### `shop` was deployed to 3 nodes, and not waited for: /);
  expect(text).toContain('<http://shop-pr-42.example.com:8080>');
  expect(text).not.toContain('runs on');
});

test('where no service is to blame, the error says why, without what a program printed', () => {
  const error = { message: 'Host web-1 cannot be reached.', details: 'password: hunter2' };
  const text = outcomeComment({ ...failure, status: 'failed', diagnoses: [], error }, RUN);
  expect(text).toContain('Host web-1 cannot be reached.');
  expect(text).not.toContain('hunter2');
});

test('the last paragraph alone is replaced, also where GitHub gives the text back with other ends of lines', () => {
  const text = outcomeComment(failure, RUN).replaceAll('\n', '\r\n');
  const changed = withLastLine(text, 'It was removed.');
  expect(changed).toContain('No node can get its image.');
  expect(changed).not.toContain('The post step destroys');
  expect(changed).toMatch(/\n\n<sub>It was removed\.<\/sub>$/);
});

describe('whatever a compose file or a program says', () => {
  const textOf = (line: string) =>
    [
      outcomeComment(
        {
          ...failure,
          stack: line,
          diagnoses: failure.diagnoses.map((one) => ({ ...one, service: line, cause: line })),
        },
        RUN,
      ),
      outcomeComment({ ...failure, diagnoses: [], error: { message: line } }, RUN),
      removedComment(line, { isWhole: true, reason: line, run: RUN }),
    ].join('\n\n');
  /** Without code, in which GitHub looks for nothing. */
  const outsideOfCode = (text: string) =>
    text.replace(/<code>.*?<\/code>/g, '').replace(/`[^`\n]*`/g, '');

  test.each([
    ['a mention', 'see @octocat and @acme/all', /@\w|&#64;\w/],
    ['a reference', 'fixes #12', /(?<!&)#\d|&#35;\d/],
    ['a link', 'go to https://evil.example or www.evil.example', /https?:\/\/evil|www\.evil/],
    ['HTML', '</sub><img src=x onerror=alert(1)><!-- ', /<img|<!--/],
    ['a link of Markdown', '[log](javascript:alert(1))', /\]\(javascript/],
  ])('%s stays text', (_name, line, markup) => {
    expect(line).toMatch(markup);
    expect(outsideOfCode(textOf(line))).not.toMatch(markup);
  });

  test('nobody is mentioned, and no comment of HTML begins or ends', () => {
    fc.assert(
      fc.property(hostileText, (line) => {
        const text = outsideOfCode(textOf(line));
        expect(text).not.toMatch(/(?:@|&#64;)(?!\u200b)/);
        expect(text).not.toMatch(/<(?!\/?sub>)/);
      }),
    );
  });

  test('it stays below what GitHub takes', () => {
    const line = '@'.repeat(10_000);
    const many = Array.from({ length: 50 }, () => ({
      service: line,
      class: 'image' as const,
      cause: line,
      evidence: [],
      hint: '',
    }));
    const text = outcomeComment({ ...failure, diagnoses: many }, RUN);
    expect(text.length).toBeLessThan(65_536);
  });
});
