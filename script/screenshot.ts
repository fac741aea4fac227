import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runner } from '../src/exec/runner.ts';

/** Docs are read on screens with two pixels for one, and the file has to stay small. */
const SCALE = 1.5;
const DRAW_MS = 60_000;
const MOST_BYTES = 150_000;

interface Page {
  /** Absolute path of an HTML file. Once all is drawn, `<html>` has its height as `data-height`. */
  readonly page: string;
  /** In CSS pixels. */
  readonly width: number;
  /** A folder that may be written to. */
  readonly directory: string;
}

/**
 * Writes the picture of a page to `target`, and gives a line about it. Throws if the page says no
 * height, and if the picture is larger than a page of documentation should load.
 */
export async function screenshot(
  { page, width, directory }: Page,
  target: string,
): Promise<string> {
  const profile = join(directory, 'profile');
  mkdirSync(profile, { recursive: true });
  try {
    const { stdout } = await browse(page, { width, height: 1_000, profile }, '--dump-dom');
    const height = Number(/data-height="(\d+)"/.exec(stdout)?.[1]);
    if (!(height > 0)) throw new Error('The page was not drawn: it says no height.');
    await browse(page, { width, height, profile }, `--screenshot=${target}`);
    const { length } = readFileSync(target);
    if (length > MOST_BYTES) throw new Error(`${target} has more than ${MOST_BYTES / 1_000} kB.`);
    return `${target}: ${width} x ${height} at ${SCALE}, ${Math.ceil(length / 1_000)} kB`;
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}

async function browse(
  page: string,
  { width, height, profile }: { width: number; height: number; profile: string },
  output: string,
) {
  const options = [
    ...['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--no-first-run'],
    ...['--allow-file-access-from-files', `--user-data-dir=${profile}`],
    ...[`--window-size=${width},${height}`, `--force-device-scale-factor=${SCALE}`],
    // Until all of it has come and is drawn.
    '--virtual-time-budget=20000',
  ];
  const url = pathToFileURL(page).href;
  return await runner.run(['chromium', ...options, output, url], { timeoutMs: DRAW_MS });
}
