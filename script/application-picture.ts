/**
 * Draws what a browser shows of the manual's application, at each machine of a swarm that the
 * action makes here:
 *
 *   node script/application-picture.ts PICTURE
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ask, readEndpoints, readNodes } from './ask-nodes.ts';
import { screenshot } from './screenshot.ts';
import { shownJob } from './shown-job.ts';

const REPOSITORY = resolve(import.meta.dirname, '..');
const DIRECTORY = resolve(REPOSITORY, '.cache/pictures/application');
/** Of the page, in CSS pixels. */
const WIDTH = 760;

interface Served {
  readonly url: string;
  readonly html: string;
}

const [picture] = process.argv.slice(2);
if (picture === undefined) throw new Error('Give PICTURE.');
mkdirSync(DIRECTORY, { recursive: true });
const job = shownJob(resolve(DIRECTORY, 'job'));
try {
  const { outputs, conclusion } = await job.step({
    cluster: 'getstartedlab',
    nodes: '2',
    'compose-file': 'examples/getstartedlab/docker-compose.yml',
    'stack-name': 'getstartedlab',
    build: 'true',
    // Also a kernel without IPVS answers so, and the picture is the same everywhere.
    env: 'PORT_MODE=host\nREPLICAS=2',
  });
  if (conclusion !== 'success') throw new Error(`The step ended with ${conclusion}.`);
  const machines = readNodes(outputs.nodes ?? '').map(({ address }) => address);
  const urls = readEndpoints(outputs.endpoints ?? '')
    .flatMap((endpoint) => endpoint.urls)
    .filter((url) => machines.includes(new URL(url).hostname));
  const served: Served[] = [];
  for (const url of urls) {
    const { ok, text } = await ask(url);
    if (!ok || !text.includes('Hello World!')) throw new Error(`${url} says: ${text}`);
    served.push({ url, html: text });
  }
  const page = resolve(DIRECTORY, 'page.html');
  writeFileSync(page, windowsOf(served));
  console.log(await screenshot({ page, width: WIDTH, directory: DIRECTORY }, resolve(picture)));
} finally {
  await job.finish();
  rmSync(DIRECTORY, { recursive: true });
}

/** A window for each URL, with what is served there. */
function windowsOf(served: readonly Served[]): string {
  const windows = served.map(
    ({ url, html }) =>
      `<figure><figcaption><i></i><i></i><i></i>${url}</figcaption><div>${html}</div></figure>`,
  );
  const style = `
    body { margin: 0; padding: 16px; background: #fff; }
    figure { margin: 0 0 16px; border: 1px solid #b6bcc3; border-radius: 8px; overflow: hidden; }
    figure:last-child { margin: 0; }
    figcaption { background: #e6e9ec; padding: 8px 12px; color: #1f2328;
      font: 14px 'Liberation Sans', sans-serif; }
    figcaption i { display: inline-block; width: 11px; height: 11px; margin-right: 8px;
      border-radius: 50%; background: #b6bcc3; }
    figcaption i:last-of-type { margin-right: 16px; }
    div { padding: 0 12px 16px; font: 16px 'Liberation Serif', serif; }`;
  const script = `addEventListener('load', () => {
    document.documentElement.dataset.height = document.body.scrollHeight;
  });`;
  return `<!doctype html><meta charset="utf-8"><style>${style}</style><script>${script}</script>${windows.join('')}`;
}
