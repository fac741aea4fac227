import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runner } from '../../../../src/exec/runner.ts';
import { partOf } from '../../../support/sample.ts';
import type { StrangerCase, StrangerVerdict } from '../../../support/stranger-worker.ts';
import { mutationsOf, readStrangers, type Stranger } from '../../../support/strangers.ts';

// Each file that is opened is looked at, not only the verdict.

const WORKER = resolve(import.meta.dirname, '../../../support/stranger-worker.ts');
/** What each file of the outside holds, and the environment of the step. */
const OUTSIDE = 'OUTSIDEMARK';
const OF_THE_STEP = 'STEPSECRETMARK';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'strangers-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function laid(one: Stranger, at: number): StrangerCase {
  const folder = join(root, `case-${at}`, 'home');
  const outside = join(root, `case-${at}`, 'outside');
  mkdirSync(join(folder, 'workspace'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(outside, 'env.env'), `OUTSIDE_MARK=${OUTSIDE}\n`);
  writeFileSync(join(outside, 'secret.txt'), OUTSIDE);
  writeFileSync(join(outside, 'svc.yaml'), `services: {out: {image: ${OUTSIDE.toLowerCase()}}}\n`);
  const fill = (text: string) =>
    text
      .replace(/\{BASE64:\{OUTSIDE\}([^}]*)\}/g, (_, path: string) =>
        Buffer.from(outside + path).toString('base64'),
      )
      .replaceAll('{OUTSIDE}', outside);
  const place = (path: string) => {
    const file = join(folder, 'workspace', path);
    mkdirSync(dirname(file), { recursive: true });
    return file;
  };
  for (const [path, content] of Object.entries(one.files)) {
    writeFileSync(place(path), bytesOf(content, fill));
  }
  for (const [path, target] of Object.entries(one.links)) symlinkSync(fill(target), place(path));
  return { id: one.id, folder, inputs: one.inputs };
}

function bytesOf(content: Stranger['files'][string], fill: (text: string) => string): Buffer {
  if (typeof content === 'string') return Buffer.from(fill(content));
  const bytes = Buffer.from(`\ufeff${fill(content.text)}`, 'utf16le');
  return content.encoding.includes('be') ? bytes.swap16() : bytes;
}

interface Judged {
  readonly verdicts: readonly StrangerVerdict[];
  /** The lines of the trace that tell of an open file. */
  readonly opened: readonly string[];
}

/**
 * A tracer that loses its process ends both: then the next process judges the cases that are left.
 */
const MOST_PROCESSES = 4;

/** Judges all, in as few processes as it takes. Throws when a case gets no verdict. */
async function judged(strangers: readonly Stranger[]): Promise<Judged> {
  const verdicts: StrangerVerdict[] = [];
  const opened: string[] = [];
  const said: string[] = [];
  let rest = strangers.map(laid);
  for (let count = 0; rest.length > 0 && count < MOST_PROCESSES; count += 1) {
    const list = join(root, `list-${count}.json`);
    const trace = join(root, `trace-${count}`);
    writeFileSync(list, JSON.stringify(rest));
    const { exitCode, stdout, stderr } = await runner.run(
      [
        ...(['strace', '-f', '--seccomp-bpf', '-y', '-qq', '-s', '4096'] as const),
        ...['-e', 'trace=open,openat,openat2', '-e', 'signal=none', '-o', trace],
        ...[process.execPath, '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', WORKER, list],
      ],
      {
        env: { STEPSECRET: OF_THE_STEP, OUTSIDE_MARK: OF_THE_STEP },
        timeoutMs: 300_000,
        anyExitCode: true,
      },
    );
    // What it was writing when it ended is no verdict.
    const lines = stdout.split('\n').slice(0, -1);
    verdicts.push(...lines.map((line): StrangerVerdict => JSON.parse(line)));
    opened.push(...readFileSync(trace, 'utf8').split('\n'));
    if (exitCode !== 0) said.push(`exit code ${exitCode}: ${stderr}`);
    const known = new Set(verdicts.map(({ id }) => id));
    rest = rest.filter(({ id }) => !known.has(id));
  }
  if (said.length > 0) console.warn(said.join('\n'));
  if (rest.length > 0) throw new Error(`No verdict of ${rest[0]?.id}.\n${said.join('\n')}`);
  return { verdicts, opened };
}

test('a file of a stranger opens nothing outside of the workspace, in whatever words, and gets the verdict that is wanted', async () => {
  const cases = readStrangers();
  // Each is looked at by a tracer, which costs more than the parsers.
  const mutations = partOf(cases.flatMap(mutationsOf), 'Strangers in other words', 3);
  const all = [...cases, ...mutations];
  expect(all.length).toBeGreaterThan(cases.length + 100);

  const { verdicts, opened } = await judged(all);
  expect(verdicts).toHaveLength(all.length);
  // The trace sees what is opened: the files of the workspace are in it.
  expect(opened.filter((line) => line.includes('/home/workspace/compose.yaml'))).not.toEqual([]);
  const reads = (line: string) => !/O_DIRECTORY|= -1 /.test(line);
  expect(
    opened.filter((line) => /\/outside\b|\.git\/|\/environ/.test(line) && reads(line)),
  ).toEqual([]);

  const byId = new Map(verdicts.map((one) => [one.id, one]));
  const wrong = all.flatMap(({ id, wanted }) => {
    const { refused, said, text } = byId.get(id) ?? { refused: false, said: [], text: OUTSIDE };
    const isLeak = text.includes(OUTSIDE) || text.includes(OF_THE_STEP);
    const isUnforeseen = said.some((line) => line.startsWith('unforeseen'));
    const isWrong = wanted !== 'any' && (wanted === 'refuse') !== refused;
    return isLeak || isUnforeseen || isWrong ? [{ id, wanted, refused, said, isLeak }] : [];
  });
  expect(wrong).toEqual([]);
}, 300_000);
