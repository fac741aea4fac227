import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  cancelledComment,
  outcomeComment,
  pendingComment,
  removedComment,
  withLastLine,
} from '../../../src/github/comment-text.ts';
import { readRunningNote } from '../../../src/github/running-note.ts';
import type { Report } from '../../../src/report/report.ts';
import { hostileText } from '../../support/hostile-text.ts';
import { failure, success, weird } from '../../support/reports.ts';

const RUN = {
  commit: '4c0fdaa8b6341bfdeca5f18f7837462c80cff905',
  url: 'https://github.com/acme/shop/actions/runs/77',
};

const AT = { ...RUN, at: new Date('2026-11-24T10:00:00Z') };
const BEFORE = { urls: ['http://shop-pr-42.example.com:8080'], commit: '1234567' };

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
  ['pending', pendingComment('shop', AT)],
  ['pending-again', pendingComment('shop', AT, BEFORE)],
  ['ready', outcomeComment(preview, RUN)],
  ['failed', outcomeComment(failure, RUN)],
  ['failed-again', outcomeComment(failure, AT, BEFORE)],
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
  expect(text).toMatch(/^### ✅ `shop` was deployed to 3 nodes, and not waited for: /);
  expect(text).toContain('<http://shop-pr-42.example.com:8080>');
  expect(text).not.toContain('runs on');
});

test('where no service is to blame, the error says why, without what a program printed', () => {
  const error = { message: 'Host web-1 cannot be reached.', details: 'password: hunter2' };
  const text = outcomeComment({ ...failure, status: 'failed', diagnoses: [], error }, RUN);
  expect(text).toContain('Host web-1 cannot be reached.');
  expect(text).not.toContain('hunter2');
});

test('an only service has its address in the headline, and no table of one row', () => {
  const [web] = preview.endpoints;
  if (!web) throw new Error('one endpoint');
  const one = outcomeComment({ ...preview, endpoints: [web] }, RUN);
  expect(one).toContain('runs on 3 nodes: <http://shop-pr-42.example.com:8080>');
  expect(one).not.toContain('| Service |');
  const silent = outcomeComment({ ...preview, endpoints: [{ ...web, checked: 'no answer' }] }, RUN);
  expect(silent).toContain('| Service |');
});

test('how to remove what stays is said', () => {
  const teardown = {
    text: 'The cluster stays.',
    removal: 'A step with `command: down` removes it.',
  };
  expect(outcomeComment({ ...preview, teardown }, RUN)).toContain(
    '<sub>The cluster stays. A step with `command: down` removes it.</sub>',
  );
});

describe('the note of what runs', () => {
  test('is read from what a comment said, with the ends of lines of GitHub, too', () => {
    const text = outcomeComment(preview, RUN).replaceAll('\n', '\r\n');
    expect(readRunningNote(text)).toEqual({
      urls: ['http://shop-pr-42.example.com:8080', 'http://127.0.0.1:9000'],
      commit: '4c0fdaa',
    });
  });

  test.each([
    ['no note', 'hello'],
    ['no JSON', '<!-- runs {x} -->'],
    ['another shape', '<!-- runs {"urls":"http://a"} -->'],
    ['no address', '<!-- runs {"urls":[]} -->'],
    ['another scheme of things', '<!-- runs {"urls":["javascript:alert(1)"]} -->'],
    ['Markdown in it', '<!-- runs {"urls":["http://a](http://evil.example)"]} -->'],
    ['a mention in it', '<!-- runs {"urls":["http://a/@octocat"]} -->'],
    ['an odd commit', '<!-- runs {"urls":["http://a"],"commit":"@octocat"} -->'],
  ])('%s is passed over', (_name, text) => {
    expect(readRunningNote(text)).toBeUndefined();
  });

  test('is not made of an address that could end it', () => {
    const endpoints = success.endpoints.map((one) => ({ ...one, urls: ['http://a/-->@x'] }));
    expect(outcomeComment({ ...preview, endpoints }, RUN)).not.toContain('<!-- runs');
  });
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
        expect(text).not.toMatch(/<(?!\/?sub>|br>)/);
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
