import { readFile } from 'node:fs/promises';

/** Lines that say why a machine does not come up. */
const TROUBLES = [
  /kernel panic/i,
  /no bootable device|boot failed|failed to load boot\w+|grub rescue|error: (no such|unknown|file)/i,
  /cloud-init.*\b(fail|error|traceback)/i,
  /failed to start .*cloud/i,
  /no space left on device/i,
  /out of memory|oom-kill/i,
  /you are in (emergency|rescue) mode/i,
];

const PANIC = /kernel panic - not syncing/i;
/** After one of these nothing follows any more, either. */
const HOPELESS =
  /no bootable device|uefi interactive shell|grub rescue>|you are in emergency mode/i;

const MOST_TROUBLES = 10;
const TAIL_LINES = 40;

/** What a machine has written to its serial console; empty where it has written nothing. */
export async function readConsole(places: { readonly console: string }): Promise<string> {
  return printable(await readFile(places.console, 'latin1').catch(() => ''));
}

/** Text for people: without the sequences that steer a terminal. */
export function printable(text: string): string {
  return (
    Buffer.from(text, 'latin1')
      .toString('utf8')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
      .replace(/\u001b(\[[0-9;?=!]*[A-Za-z]|\][^\u0007\u001b]*[\u0007]?|[()][A-Z0-9]|[=>c78])/g, '')
      .replace(/\r/g, '')
  );
}

/** Whether the console says that the machine will not come up any more. */
export function isHopeless(console: string): boolean {
  return hasPanicked(console) || HOPELESS.test(console);
}

/** Whether the kernel of the guest has given up. */
export function hasPanicked(console: string): boolean {
  return PANIC.test(console);
}

/** What an error quotes: the lines that tell of a trouble, then the last ones. */
export function lastWords(console: string): string {
  const lines = console.split('\n').filter((line) => line.trim() !== '');
  const tail = lines.slice(-TAIL_LINES);
  const troubles = lines
    .slice(0, -TAIL_LINES)
    .filter((line) => TROUBLES.some((trouble) => trouble.test(line)))
    .slice(-MOST_TROUBLES);
  if (tail.length === 0) return 'Its console has said nothing.';
  return [...troubles, ...(troubles.length > 0 ? ['…'] : []), ...tail].join('\n');
}
