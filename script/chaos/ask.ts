import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../ask-nodes.ts';
import type { Actor } from './actors.ts';
import { answersOf } from './compose-file.ts';
import type { Answered } from './judge.ts';

/** On a busy machine one connection may be refused its time. */
const ATTEMPTS = 3;
const BETWEEN_MS = 1_000;

/** Asks all that a stack serves at its addresses; again where it answers otherwise than it must. */
export async function askStack(
  actor: Actor,
  version: number,
  urls: readonly string[],
): Promise<Answered[]> {
  const answers: Answered[] = [];
  for (const url of urls) {
    for (const [path, expected] of Object.entries(answersOf(actor, version))) {
      const at = new URL(path, url).href;
      answers.push({ actor: actor.name, url: at, expected, seen: await askUntil(at, expected) });
    }
  }
  return answers;
}

async function askUntil(url: string, expected: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const { text } = await ask(url);
    if (text === expected || attempt === ATTEMPTS) return text;
    await pause(BETWEEN_MS);
  }
}
