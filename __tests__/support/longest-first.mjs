import { readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** Written by a whole run with `DURATIONS=write`; a clean clone knows no others. */
export const DURATIONS = join(import.meta.dirname, 'durations.json');

/** What a file that is not in the table takes, in seconds, by its level. */
const UNKNOWN = { e2e: 60, integration: 5, unit: 0 };

/**
 * Orders files so that the longest begin first, and the last to begin are short: then no process
 * waits long for another at the end.
 */
export default class LongestFirst {
  #known = JSON.parse(readFileSync(DURATIONS, 'utf8'));

  sort(tests) {
    const sized = tests.map((test) => ({
      test,
      seconds: this.#secondsOf(test.path),
      bytes: statSync(test.path).size,
    }));
    return sized.sort((a, b) => b.seconds - a.seconds || b.bytes - a.bytes).map(({ test }) => test);
  }

  /** Each shard gets long and short ones alike. */
  shard(tests, { shardIndex, shardCount }) {
    return this.sort(tests).filter((_, at) => at % shardCount === shardIndex - 1);
  }

  cacheResults() {}

  allFailedTests() {
    throw new Error('Which tests failed is not kept. Each failed one is named with its command.');
  }

  #secondsOf(path) {
    const known = this.#known[relative(ROOT, path)];
    if (known !== undefined) return known;
    const [, level] = relative(ROOT, path).split(/[\\/]/);
    return UNKNOWN[level] ?? 0;
  }
}
