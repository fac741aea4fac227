import { expect, test } from '@jest/globals';
import {
  type Booting,
  GuestDiedError,
  waitForBoot,
} from '../../../../src/machines/virtual-machine/boot.ts';
import {
  isHopeless,
  lastWords,
  printable,
} from '../../../../src/machines/virtual-machine/console.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

const never = new AbortController().signal;

function booting(more: Partial<Booting> = {}): Booting {
  return {
    name: 'shop-1',
    limitMs: 60_000,
    hint: 'A cloud image.',
    isRunning: async () => true,
    console: async () => 'Booting Linux',
    answers: async () => false,
    ...more,
  };
}

const boot = (machine: Booting, signal = never) =>
  waitForBoot(machine, { signal, clock: virtualClock() });

test('a machine is up when its sshd answers', async () => {
  let asked = 0;
  await boot(booting({ answers: async () => ++asked === 5 }));
  expect(asked).toBe(5);
});

test('a machine that ends is told at once, with what its console said', async () => {
  await expect(
    boot(booting({ isRunning: async () => false, console: async () => 'reboot: Power down' })),
  ).rejects.toMatchObject({
    message: 'Machine shop-1 ended while it booted.',
    details: 'reboot: Power down',
  });
});

test.each(['Kernel panic - not syncing: Attempted to kill init!', 'UEFI Interactive Shell v2.2'])(
  'a machine that will not come up any more is told at once: %s',
  async (line) => {
    const console = async () => `x\n${line}\n`;
    await expect(boot(booting({ console }))).rejects.toThrow('Machine shop-1 cannot boot.');
  },
);

test('a guest that has died is told from one that has nothing to boot', async () => {
  const says = (line: string) => booting({ console: async () => line });
  await expect(boot(booting({ isRunning: async () => false }))).rejects.toThrow(GuestDiedError);
  await expect(boot(says('Kernel panic - not syncing: x'))).rejects.toThrow(GuestDiedError);
  await expect(boot(says('grub rescue>'))).rejects.not.toThrow(GuestDiedError);
});

test('it waits so long, and says what the image has to be', async () => {
  await expect(boot(booting())).rejects.toMatchObject({
    message: 'The sshd of machine shop-1 did not answer within 60 s.',
    hint: 'A cloud image.',
  });
});

test('a cancelled run waits no longer', async () => {
  const stop = new AbortController();
  const answers = async () => {
    stop.abort(new Error('cancelled'));
    return false;
  };
  await expect(boot(booting({ answers }), stop.signal)).rejects.toThrow('cancelled');
});

test('an error quotes what went wrong before the last lines', () => {
  const noise = Array.from({ length: 50 }, (_, at) => `noise ${at}`).join('\n');
  const words = lastWords(
    `start\n[FAILED] Failed to start cloud-init.service\ncloud-init[5]: write failed\nmkdir: No space left on device\n${noise}`,
  );
  expect(words.split('\n').slice(0, 5)).toEqual([
    '[FAILED] Failed to start cloud-init.service',
    'cloud-init[5]: write failed',
    'mkdir: No space left on device',
    '…',
    'noise 10',
  ]);
  expect(words).not.toContain('start\n[FAILED] start');
  expect(lastWords('')).toBe('Its console has said nothing.');
});

test('what steers a terminal is not shown', () => {
  expect(
    printable(
      '\u001b[!p\u001b]104\u0007\u001b[?7h[\u001b[0;32m  OK  \u001b[0m] caf\u00c3\u00a9\r\n',
    ),
  ).toBe('[  OK  ] café\n');
});

test.each([
  ['Kernel panic - not syncing: VFS: Unable to mount root fs', true],
  ['No bootable device.', true],
  ['grub rescue> ', true],
  ['You are in emergency mode. After logging in', true],
  ['panic=-1 on the command line', false],
])('%s', (line, hopeless) => {
  expect(isHopeless(line)).toBe(hopeless);
});
