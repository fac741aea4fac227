import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';

// jest's own parts, which it does not hand out: found as jest itself finds them.
const jest = createRequire(createRequire(import.meta.url).resolve('jest'));
const core = createRequire(jest.resolve('@jest/core'));
const { default: TestRunner } = core('jest-runner');

/**
 * Whether a file boots virtual machines. Without help of the hardware each machine keeps a core
 * busy, so such files come one by one. On the empty image nothing boots, and QEMU does next to
 * nothing.
 */
const boots = (path) => /\bmachineImage\b/.test(readFileSync(path, 'utf8'));

/**
 * Two machines at once keep two cores busy: beside them, each other test took three to eight times
 * its time, and some ran into their limits.
 */
const ROOM_FOR_BOTH = cpus().length >= 4;

/**
 * Runs the files that boot virtual machines one by one in a lane of their own, and all others in
 * `maxWorkers` processes: beside them if there are cores for both, else after them.
 */
export default class Lanes {
  supportsEventEmitters = true;
  isSerial = false;
  #machines;
  #others;

  constructor(globalConfig, context) {
    this.#machines = new TestRunner({ ...globalConfig, maxWorkers: 1 }, context);
    this.#others = new TestRunner(globalConfig, context);
  }

  /**
   * On SIGINT it begins no further file, and ends when those that run have: their last hooks remove
   * what they have made.
   */
  async runTests(tests, watcher, options) {
    process.on('SIGINT', () => watcher.setState({ interrupted: true }));
    // To a runner that heard of it, it would mean: now.
    const deaf = { isInterrupted: () => watcher.isInterrupted(), on: () => () => {} };
    const { machines = [], others = [] } = Object.groupBy(tests, ({ path }) =>
      boots(path) ? 'machines' : 'others',
    );
    const lanes = [
      [this.#others, others],
      // By then the image is made.
      [this.#machines, machines],
    ].filter(([, files]) => files.length > 0);
    const run = ([lane, files]) => lane.runTests(files, deaf, options);
    if (!options.serial && ROOM_FOR_BOTH) return void (await Promise.all(lanes.map(run)));
    for (const lane of lanes) {
      await run(lane);
    }
  }

  on(event, listener) {
    const undo = [this.#machines, this.#others].map((lane) => lane.on(event, listener));
    return () => {
      for (const one of undo) one();
    };
  }
}
