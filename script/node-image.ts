// Pulls or builds the node image where the engine does not have it yet, with the action's own code,
// and prints its name.
import { resolve } from 'node:path';
import { runner } from '../src/exec/runner.ts';
import { ensureNodeImage } from '../src/machines/docker/node-image.ts';

const log = {
  info: (line: string) => console.error(line),
  warning: (line: string) => console.error(line),
};
const actionRoot = resolve(import.meta.dirname, '..');
console.log(await ensureNodeImage(runner, { actionRoot }, log, new AbortController().signal));
