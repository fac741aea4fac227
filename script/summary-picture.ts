/**
 * Draws a job summary as a browser would show it at GitHub:
 *
 *   node script/summary-picture.ts TOOLS PICTURE [SUMMARY]
 *
 * TOOLS is a folder with the npm packages `mermaid` and `marked`. Without SUMMARY, the action runs
 * on this machine, and post removes everything again.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runner } from '../src/exec/runner.ts';
import { ensureHelloImage, HELLO_IMAGE } from './hello-image.ts';
import { createJob } from './job.ts';
import { summaryPage } from './summary-page.ts';
import { renderLine } from './workflow-commands.ts';

const REPOSITORY = resolve(import.meta.dirname, '..');
const DIRECTORY = resolve(REPOSITORY, '.cache/summary-picture/run');
/** Of the last run, so that it can be drawn once more without another. */
const SUMMARY = resolve(REPOSITORY, '.cache/summary-picture/summary.md');
/** Of the page, in CSS pixels: the column of a job summary at GitHub. */
const WIDTH = 980;
/** The README is read on screens with two pixels for one, and the file has to stay small. */
const SCALE = 1.5;
const DRAW_MS = 60_000;
const MOST_BYTES = 150_000;

const [tools, picture, given] = process.argv.slice(2);
if (tools === undefined || picture === undefined) throw new Error('Give TOOLS and PICTURE.');
mkdirSync(DIRECTORY, { recursive: true });
await draw(given === undefined ? await summaryOfRun() : readFileSync(given, 'utf8'));
rmSync(DIRECTORY, { recursive: true });

/** What a run on this machine writes. */
async function summaryOfRun(): Promise<string> {
  await ensureHelloImage(new AbortController().signal);
  const job = createJob({
    workspace: REPOSITORY,
    directory: resolve(DIRECTORY, 'job'),
    onLine: (entry) => {
      if (entry.kind !== 'debug') console.log(`    ${renderLine(entry, process.stdout.isTTY)}`);
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => job.cancel());
  try {
    const { summary, conclusion } = await job.step({
      cluster: 'shop-pr-42',
      nodes: '3',
      'compose-file': 'script/summary-shop.yaml',
      'stack-name': 'shop',
      images: HELLO_IMAGE,
    });
    if (conclusion !== 'success') throw new Error(`The step ended with ${conclusion}.`);
    writeFileSync(SUMMARY, summary);
    return summary;
  } finally {
    await job.finish();
  }
}

/** Writes the picture. Throws if it is larger than a page of documentation should load. */
async function draw(summary: string): Promise<void> {
  const page = resolve(DIRECTORY, 'page.html');
  writeFileSync(page, await summaryPage(summary, resolve(tools ?? '')));
  const { stdout } = await browse(page, WIDTH, 1_000, ['--dump-dom']);
  const height = Number(/data-height="(\d+)"/.exec(stdout)?.[1]);
  if (!(height > 0)) throw new Error('The page was not drawn: Mermaid refused the diagram.');
  const target = resolve(picture ?? '');
  await browse(page, WIDTH, height, [`--screenshot=${target}`]);
  const { length } = readFileSync(target);
  console.log(`${picture}: ${WIDTH} x ${height} at ${SCALE}, ${Math.ceil(length / 1_000)} kB`);
  if (length > MOST_BYTES) throw new Error(`More than ${MOST_BYTES / 1_000} kB.`);
}

async function browse(page: string, width: number, height: number, args: readonly string[]) {
  const options = [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run'],
    ...['--allow-file-access-from-files', `--user-data-dir=${resolve(DIRECTORY, 'profile')}`],
    ...[`--window-size=${width},${height}`, `--force-device-scale-factor=${SCALE}`],
    // Until Mermaid has drawn.
    '--virtual-time-budget=20000',
  ];
  const url = pathToFileURL(page).href;
  return await runner.run(['chromium', ...options, ...args, url], { timeoutMs: DRAW_MS });
}
