// Builds the node image where the engine does not have it yet, with the action's own code, and
// prints its name.
import { resolve } from 'node:path';
import { runner } from '../src/exec/runner.ts';
import { ensureNodeImage } from '../src/machines/docker/node-image.ts';

const log = {
  info: (line: string) => console.error(line),
  warning: (line: string) => console.error(line),
};
const folder = resolve(import.meta.dirname, '../node-image');
console.log(await ensureNodeImage(runner, folder, undefined, log, new AbortController().signal));
