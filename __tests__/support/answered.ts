import { readFileSync } from 'node:fs';

/** What an engine answered, as it came; see the README of the folder. */
export function answered(name: string): Record<string, unknown> {
  const file = new URL(`../fixtures/engine/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8'));
}
