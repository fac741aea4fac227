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
import { ensureHelloImage, HELLO_IMAGE } from './hello-image.ts';
import { screenshot } from './screenshot.ts';
import { shownJob } from './shown-job.ts';
import { summaryPage } from './summary-page.ts';

const REPOSITORY = resolve(import.meta.dirname, '..');
const DIRECTORY = resolve(REPOSITORY, '.cache/pictures/run');
/** Of the last run, so that it can be drawn once more without another. */
const SUMMARY = resolve(REPOSITORY, '.cache/pictures/summary.md');
/** Of the page, in CSS pixels: the column of a job summary at GitHub. */
const WIDTH = 980;

const [tools, picture, given] = process.argv.slice(2);
if (tools === undefined || picture === undefined) throw new Error('Give TOOLS and PICTURE.');
mkdirSync(DIRECTORY, { recursive: true });
await draw(given === undefined ? await summaryOfRun() : readFileSync(given, 'utf8'));
rmSync(DIRECTORY, { recursive: true });

/** What a run on this machine writes. */
async function summaryOfRun(): Promise<string> {
  await ensureHelloImage(new AbortController().signal);
  const job = shownJob(resolve(DIRECTORY, 'job'));
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

async function draw(summary: string): Promise<void> {
  const page = resolve(DIRECTORY, 'page.html');
  writeFileSync(page, await summaryPage(summary, resolve(tools ?? '')));
  const size = { page, width: WIDTH, directory: DIRECTORY };
  console.log(await screenshot(size, resolve(picture ?? '')));
}
