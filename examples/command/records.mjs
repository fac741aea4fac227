// For tools that keep no labels: a file for each machine, beside the machines on the same computer.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The records of a tool. A record is written before its machine is made, and removed after it. */
export function records(tool, home = homedir()) {
  const folder = join(home, '.local/share/swarm-up', tool);
  mkdirSync(folder, { recursive: true });
  const file = (name) => join(folder, `${name}.json`);
  const all = () =>
    readdirSync(folder).map((one) => JSON.parse(readFileSync(join(folder, one), 'utf8')));
  return {
    all,
    find: (name) => all().find((one) => one.name === name),
    write: (one) => writeFileSync(file(one.name), JSON.stringify(one)),
    remove: (name) => rmSync(file(name), { force: true }),
  };
}
