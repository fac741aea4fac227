/**
 * Previews, production, another repository, sweeps, cancels, kills and lost runners at random on
 * one swarm; what must hold is checked after each action and at the end. The same seed makes the
 * same choices:
 *
 *   npm run chaos -- --seed 1 --minutes 5
 */
import { randomInt } from 'node:crypto';
import { parseChaosArguments, USAGE } from './chaos/arguments.ts';
import { runChaos } from './chaos/run-chaos.ts';

const SEEDS = 1_000_000;

process.exitCode = await run();

async function run(): Promise<number> {
  const given = parseChaosArguments(process.argv.slice(2), () => randomInt(SEEDS));
  if (given === 'help') {
    console.log(USAGE);
    return 0;
  }
  if ('problem' in given) {
    console.error(`error: ${given.problem}\n\n${USAGE}`);
    return 2;
  }
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      console.log('Ending all runs and removing the hosts.');
      stopping.abort(new Error(`Ended by ${signal}.`));
    });
  }
  try {
    return (await runChaos(given, console.log, stopping.signal)) ? 0 : 1;
  } catch (error) {
    if (stopping.signal.aborted) return 130;
    console.error(error);
    return 1;
  }
}
