import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Argv } from '../../../src/exec/argv.ts';
import type { Executor, RunOptions, RunResult } from '../../../src/exec/executor.ts';
import { newlyAsked } from '../../../src/machines/terraform/asked.ts';
import { journal } from '../faults.ts';
import { actionWith } from '../in-process.ts';
import { fakeTerraform, memoryBackend } from '../terraform/fake-terraform.ts';
import { MODULE } from '../terraform/steps.ts';
import type { CloudSite } from './cloud-site.ts';
import { newEngine } from './engine.ts';
import { createPlace } from './places.ts';

/** Another repository's, with a cluster of the same name. */
const OTHERS = '815';

export interface TerraformSite extends CloudSite {
  /** By workspace. */
  readonly states: Map<string, string>;
  /** What runs in the cloud, whatever the states say. */
  readonly machines: ReadonlySet<string>;
  /** Every command line, without the program and its folder. */
  readonly asked: readonly (readonly string[])[];
}

/** Of all runners of this process. */
const temporary = mkdtempSync(join(tmpdir(), 'model-terraform-'));

/** To be called when no run needs its files any more. */
export function removeRunnerFiles(): void {
  rmSync(temporary, { recursive: true, force: true });
}

/** A cluster of the driver terraform: the machines of its module are engines of the model. */
export function modelTerraform(about: {
  readonly workspace: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Type of the backend. */
  readonly backend?: string;
  /** Whether another repository has a cluster of the same name. */
  readonly hasTwin?: boolean;
}): TerraformSite {
  const place = createPlace(0, Number.POSITIVE_INFINITY);
  const { world } = place;
  const { clock } = world;
  const backend = memoryBackend(about.backend);
  const machines = new Set<string>();
  const asked: string[][] = [];
  const way = { delayMs: 0 };
  const terraform = fakeTerraform(backend, {
    create: ({ name, address }) => {
      machines.add(name);
      if (world.engines.has(address)) return;
      const host = name.replace(/^su-\d+-/, '');
      world.engines.set(address, newEngine(world, host, address));
    },
    destroy: ({ name, address }) => {
      machines.delete(name);
      world.engines.delete(address);
    },
  });
  const base = place.instead.runner;
  const run = async (argv: Argv, options: RunOptions = {}): Promise<RunResult> => {
    const [program, ...words] = argv;
    if (program !== 'terraform') return await base.run(argv, options);
    clock.touch();
    await new Promise(setImmediate);
    options.signal?.throwIfAborted();
    asked.push(words.slice(1));
    // As long as it runs, its lock keeps others out, and it goes on if nobody waits for it.
    if (way.delayMs > 0 && options.outlives) await clock.sleep(way.delayMs);
    const answer = await terraform(words, options.env ?? {});
    options.signal?.throwIfAborted();
    return answer;
  };
  const runner: Executor = { ...base, run };
  const name = 'conform';
  const given = {
    ...{ cluster: name, nodes: '2', 'compose-file': '-', driver: 'terraform' },
    'driver-options': JSON.stringify({ module: MODULE, variables: { network: '198.51.100' } }),
    ...about.inputs,
  };
  const variables = { RUNNER_TEMP: mkdtempSync(join(temporary, 'runner-')) };
  const options = { ...about, variables, instead: { ...place.instead, runner } };
  if (about.hasTwin) addTwin(backend.states, name);
  const before = [...backend.states.keys()];
  return {
    ...actionWith(given, options),
    with: (inputs, id = '2/test/up') =>
      actionWith({ ...given, ...inputs }, { ...options, run: id }),
    ...{ name, place, machines, asked, states: backend.states },
    delay: (ms) => {
      way.delayMs = ms;
    },
    journal: (fault, last) => journal([name], fault, last, clock),
    left: async () => {
      const now = [...backend.states.keys()];
      const gone = before.filter((one) => !now.includes(one)).map((one) => `${one} is gone`);
      return [...now.filter((one) => !before.includes(one)), ...machines, ...gone];
    },
    unknown: () => world.unknown,
  };
}

function addTwin(states: Map<string, string>, cluster: string): void {
  const owner = { cluster, repository: OTHERS, run: '1/test/up' };
  const value = newlyAsked(owner, '2026-12-01T00:00:00Z');
  const instances = [{ attributes: { input: { value } } }];
  const marker = { mode: 'managed', type: 'terraform_data', name: 'swarm_up', instances };
  const state = { version: 4, serial: 1, lineage: 'twin', outputs: {}, resources: [marker] };
  states.set(value.name, JSON.stringify(state));
}
