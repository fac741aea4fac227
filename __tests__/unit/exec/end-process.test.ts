import { describe, expect, test } from '@jest/globals';
import { endProcess, interruptProcess, type System } from '../../../src/exec/end-process.ts';

/** What a system was told to end, and how. */
function ended(
  platform: NodeJS.Platform,
  signal: 'SIGTERM' | 'SIGKILL',
  { pid = 4711, fails = false }: { pid?: number | undefined; fails?: boolean } = {},
): readonly unknown[] {
  const told: unknown[] = [];
  const system: System = {
    platform,
    signal: (group, name) => {
      told.push([group, name]);
      if (fails) throw new Error('kill ESRCH');
    },
    start: ([program, ...args], failed) => {
      told.push([program.split('\\').at(-1), ...args]);
      if (fails) failed();
    },
  };
  const kill = (name?: NodeJS.Signals | number) => {
    told.push(['child', name]);
    return true;
  };
  endProcess({ pid, kill }, signal, system);
  return told;
}

describe('on Windows', () => {
  test('the whole tree ends, so that no plugin of docker stays', () => {
    const tree = ['taskkill.exe', '/T', '/F', '/PID', '4711'];
    expect(ended('win32', 'SIGKILL')).toEqual([tree]);
    expect(ended('win32', 'SIGKILL', { fails: true })).toEqual([tree, ['child', 'SIGKILL']]);
  });

  test('nothing is ended within the grace: the plugin could not be found any more', () => {
    expect(ended('win32', 'SIGTERM')).toEqual([]);
  });
});

test.each(['linux', 'darwin'] as const)('on %s the group of the child ends', (platform) => {
  expect(ended(platform, 'SIGTERM')).toEqual([[-4711, 'SIGTERM']]);
  expect(ended(platform, 'SIGKILL', { fails: true })).toEqual([[-4711, 'SIGKILL']]);
});

test.each([
  ['linux', [[4711, 'SIGINT']]],
  ['win32', []],
] as const)('on %s a child alone is asked to stop', (platform, expected) => {
  const told: unknown[] = [];
  const signal = (pid: number, name: NodeJS.Signals) => {
    told.push([pid, name]);
    throw new Error('kill ESRCH');
  };
  interruptProcess({ pid: 4711 }, { platform, signal, start: () => {} });
  interruptProcess({ pid: undefined }, { platform, signal, start: () => {} });
  expect(told).toEqual(expected);
});
