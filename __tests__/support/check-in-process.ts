import { join, resolve } from 'node:path';
import { jest } from '@jest/globals';
import { recordedLog } from './recorded-log.ts';
import { type Script, scriptedPrograms } from './scripted-programs.ts';
import { virtualClock } from './virtual-clock.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const real = await import('../../src/base/clock.ts');
const systemClock = virtualClock();
jest.unstable_mockModule(join(ROOT, 'src/base/clock.ts'), () => ({ ...real, systemClock }));
const { checkPrograms } = await import('../../script/command-check/check-programs.ts');
const { commandDriver } = await import('../../src/machines/command/driver.ts');

/** The options of the driver that are programs. */
const ALL = ['create', 'list', 'destroy', 'prepare', 'cleanup', 'renew'];

/** Puts programs that a script plays through all checks, on a clock of their own. */
export async function check(script: Script, given: readonly string[] = ALL) {
  const { work } = scriptedPrograms(script);
  const { log } = recordedLog();
  const options = {
    ...{ create: ['./create'], list: ['./list'], destroy: ['./destroy'], timeout: 600_000 },
    ...Object.fromEntries(given.map((one) => [one, [`./${one}`]])),
  } as Parameters<typeof checkPrograms>[0]['options'];
  const context = { runner: work.runner, actionRoot: '', log };
  const key = { read: () => '', variables: {}, problem: () => {}, warn: () => {} };
  const driverOf: Parameters<typeof checkPrograms>[0]['driverOf'] = (some) => {
    const driver = commandDriver.read({ ...key, purpose: 'make' }).create(some, context);
    if (!driver.makesMachines) throw new Error('a driver of machines');
    return driver;
  };
  const trial = { options, driverOf, noRoom: undefined, interruptMs: 5_000, cluster: 'check' };
  const outcomes: { title: string; state: string; said?: string | undefined }[] = [];
  const login = async () => {};
  for await (const one of checkPrograms({
    ...trial,
    login,
    work: { ...work, clock: systemClock },
  })) {
    outcomes.push(one);
  }
  const failed = outcomes.filter(({ state }) => state === 'failed');
  return { outcomes, failed };
}
