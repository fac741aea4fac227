/**
 * Runs a program of Windows under Wine, and prints what it has said once it has ended: to pipes and
 * sockets of this machine Node cannot write there (EBADF), and a shell would drop the variables of
 * inputs, whose names have hyphens.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Not Debian's `wine`, which is a script of a shell. */
const WINE = '/usr/lib/wine/wine64';

const folder = mkdtempSync(join(tmpdir(), 'wine-'));
const path = join(folder, 'output');
const output = openSync(path, 'w');
const { status } = spawnSync(WINE, process.argv.slice(2), { stdio: ['ignore', output, output] });
closeSync(output);
process.stdout.write(readFileSync(path));
rmSync(folder, { recursive: true });
process.exitCode = status ?? 1;
