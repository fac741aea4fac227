import type { Engine } from '../../__tests__/support/model/engine.ts';
import type { Pace } from '../../__tests__/support/model/world.ts';
import type { Argv } from '../../src/exec/argv.ts';
import { askCommand } from '../../src/preflight/scripts/ask-script.ts';
import { readFactsCommand } from '../../src/preflight/scripts/facts-script.ts';

/** To a host and back, in ms. */
export const ROUND_TRIP_MS = 50;
/** From the creation of a service until its tasks run, in ms. */
export const START_MS = 1_500;
/** A command of `docker`, in ms: a client starts, asks, ends. */
export const COMMAND_MS = 30;
const FACTS_MS = 150;
/** Datagrams are sent for a second; see preflight/scripts/ask-script.ts. */
const ASK_MS = 1_100;
/** What `docker stack deploy` takes for each service beside its start, in ms. */
export const DEPLOY_MS = 20;

/** Questions that take longer than a look into the engine's memory, in ms. */
const QUESTIONS: Readonly<Record<string, number>> = {
  'POST /swarm/init': 400,
  'POST /swarm/join': 300,
};
const READ_MS = 3;
const WRITE_MS = 10;

/** What one host was asked, in the order in which it began. */
export type Conversation = readonly { readonly what: string; readonly ms: number }[];

/** The latencies above, and what the manager was asked. */
export function recordedPace(manager: Engine): Pace & { take(): Conversation } {
  let told: { what: string; ms: number }[] = [];
  const note = (engine: Engine, what: string, ms: number): number => {
    if (engine === manager) told.push({ what, ms });
    return ms;
  };
  return {
    startMs: START_MS,
    command: (engine, argv) => note(engine, argv.slice(0, 3).join(' '), commandMs(argv)),
    question: (engine, method, path) => {
      const ms = QUESTIONS[`${method} ${path}`] ?? (method === 'GET' ? READ_MS : WRITE_MS);
      return note(engine, `${method} ${path}`, ms);
    },
    take: () => {
      const all = told;
      told = [];
      return all;
    },
  };
}

const scriptOf = (argv: Argv) => argv[2];

function commandMs(argv: Argv): number {
  if (scriptOf(argv) === scriptOf(readFactsCommand())) return FACTS_MS;
  if (scriptOf(argv) === scriptOf(askCommand('bash', ''))) return ASK_MS;
  // A script around it: its argument is the stack file's.
  const isDeployment = argv.includes('deploy');
  return isDeployment ? COMMAND_MS + DEPLOY_MS * servicesOf(argv) : COMMAND_MS;
}

/** `docker stack deploy` of the bench names how many it has. */
function servicesOf(argv: Argv): number {
  return Number(/^scale-(\d+)$/.exec(argv.at(-1) ?? '')?.[1] ?? 1);
}
