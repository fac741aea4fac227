// Prints what test files, one path for each line of standard input, need of the machine, a word on
// each line: `engine` (Docker Engine with compose), `node-image`, `machine-image`. What a file
// imports of __tests__/support tells it; unit tests need nothing.
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, resolve } from 'node:path';

const MACHINES = 'virtual-machines.ts';
const NODES = ['sshd.ts', 'cluster.ts', 'hosts.ts', 'conformance.ts', 'stages.ts'];

/** The file itself and all that it imports by a relative path, and what these import. */
function imported(file: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(file) || !existsSync(file)) return found;
  found.add(file);
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(
    /(?:from|import\() ?'(\.[^']+)'/g,
  ))
    imported(resolve(dirname(file), path), found);
  return found;
}

function needsOf(file: string): readonly string[] {
  if (file.includes('/__tests__/unit/')) return [];
  const support = [...imported(file)]
    .filter((one) => one.includes('/__tests__/support/'))
    .map((one) => basename(one));
  if (support.includes(MACHINES)) {
    // Where nothing has to boot, an image without content will do.
    return /\bmachineImage\b/.test(readFileSync(file, 'utf8'))
      ? ['engine', 'machine-image']
      : ['engine'];
  }
  return support.some((one) => NODES.includes(one)) ? ['engine', 'node-image'] : ['engine'];
}

// Among the paths jest says which projects it runs.
const files = readFileSync(0, 'utf8').split('\n').filter(isAbsolute);
for (const need of new Set(files.flatMap(needsOf))) console.log(need);
