import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

/**
 * What this job knows of a state, so that a lost one is told from one that never was: the lineage
 * from the moment at which something could be made, `emptied` once nothing is left.
 */
const knownState = z.object({ lineage: z.string(), emptied: z.boolean() });
export type KnownState = z.infer<typeof knownState>;

/** The driver's own files, which nobody else may read. They last as long as the job. */
export interface Scratch {
  /** Where Terraform keeps providers and the settings of the backend: `TF_DATA_DIR`. */
  readonly data: string;
  /** A new folder, for one command. */
  folder(): Disposable & { readonly path: string };
  known(name: string): KnownState | undefined;
  remember(name: string, state: KnownState): void;
  forget(name: string): void;
}

/**
 * `temp` is the runner's folder for the job; without one, files last as long as the process. One set
 * of providers and settings serves all steps with this module and these settings.
 */
export function scratchOf(temp: string | undefined, about: readonly string[]): Scratch {
  // Of a folder that all users share, no name may be known before.
  const root =
    temp === undefined
      ? mkdtempSync(join(tmpdir(), 'swarm-up-terraform-'))
      : join(temp, 'swarm-up-terraform');
  const key = createHash('sha256').update(JSON.stringify(about)).digest('hex').slice(0, 16);
  const made = (path: string) => {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  };
  const record = (name: string) => join(made(join(root, key)), `${name}.json`);
  return {
    get data() {
      return made(join(root, key, 'data'));
    },
    folder: () => {
      const path = mkdtempSync(join(made(root), 'run-'));
      return {
        path,
        [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
      };
    },
    known: (name) => {
      const file = record(name);
      if (!existsSync(file)) return undefined;
      return knownState.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
    },
    remember: (name, state) => writeFileSync(record(name), JSON.stringify(state), { mode: 0o600 }),
    forget: (name) => rmSync(record(name), { force: true }),
  };
}
