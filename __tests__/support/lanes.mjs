import { execFileSync } from 'node:child_process';
import { readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { relative, resolve } from 'node:path';

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

const ROOT = resolve(import.meta.dirname, '../..');
const QUIET = '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON';
/** Prints by what virtual machines run here: `kvm` or `tcg`. Takes some seconds. */
const ACCELERATOR = resolve(ROOT, 'script/accelerator.ts');

/**
 * What a run of all files leaves out if machines are emulated: each takes some minutes of
 * processor time. Beside them `qemu.test.ts` runs a whole cluster everywhere.
 */
const DEAR_WHEN_EMULATED = /[/]e2e[/](cloud-init|qemu-user)\.test\.ts$/;

/**
 * Two machines at once keep two cores busy: beside them, each other test took three to eight times
 * its time, and some ran into their limits.
 */
const ROOM_FOR_BOTH = cpus().length >= 4;

/**
 * What runs in the test's own process, most of it by a clock of its own, or asks Compose to read a
 * file. One such file at a time takes the processor that machines leave idle, and no limit of its
 * tests is in seconds of theirs.
 */
const IS_LIGHT =
  /[/]__tests__[/](unit|integration[/](compose|conformance|machines[/](amazonec2|digitalocean|hetzner)))[/]/;

/**
 * Runs the files that boot virtual machines one by one in a lane of their own, and all others in
 * `maxWorkers` processes: beside them if there are cores for both, else before them. What is light
 * then waits for the machines, and runs beside them one by one.
 */
export default class Lanes {
  supportsEventEmitters = true;
  isSerial = false;
  #isOfAll;
  #machines;
  #light;
  #others;

  constructor(globalConfig, context) {
    this.#isOfAll = !globalConfig.testPathPatterns.isSet() && process.env.BOOT !== 'whole';
    this.#machines = new TestRunner({ ...globalConfig, maxWorkers: 1 }, context);
    this.#light = new TestRunner({ ...globalConfig, maxWorkers: 1 }, context);
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
    const { machines = [], rest = [] } = Object.groupBy(tests, ({ path }) =>
      boots(path) ? 'machines' : 'rest',
    );
    const isApart = machines.length > 0 && !options.serial && !ROOM_FOR_BOTH;
    const { light = [], others = [] } = Object.groupBy(rest, ({ path }) =>
      isApart && IS_LIGHT.test(path) ? 'light' : 'others',
    );
    const run = async (runner, chosen) => {
      if (chosen.length > 0) await runner.runTests(chosen, deaf, options);
    };
    const runOthers = () => run(this.#others, others);
    // By then the image is made, and QEMU is there.
    const runMachines = () => run(this.#machines, this.#affordable(machines));
    if (!options.serial && ROOM_FOR_BOTH) {
      return void (await Promise.all([runOthers(), runMachines()]));
    }
    await runOthers();
    await Promise.all([runMachines(), run(this.#light, light)]);
  }

  #affordable(tests) {
    const isDear = ({ path }) => DEAR_WHEN_EMULATED.test(path);
    const dear = this.#isOfAll ? tests.filter(isDear) : [];
    if (dear.length === 0 || accelerator() === 'kvm') return tests;
    const names = dear.map(({ path }) => relative(ROOT, path)).join(' ');
    process.once('exit', () =>
      writeSync(
        process.stderr.fd,
        `Left out, as machines are emulated here: script/test ${names}\n`,
      ),
    );
    return tests.filter((one) => !isDear(one));
  }

  on(event, listener) {
    const undo = [this.#machines, this.#light, this.#others].map((lane) =>
      lane.on(event, listener),
    );
    return () => {
      for (const one of undo) one();
    };
  }
}

function accelerator() {
  const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] };
  return execFileSync(process.execPath, [QUIET, ACCELERATOR], options).trim();
}
