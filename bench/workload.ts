import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { ensureHelloImage, HELLO_IMAGE } from '../script/hello-image.ts';
import type { Argv } from '../src/exec/argv.ts';
import { runner } from '../src/exec/runner.ts';
import { createNode, type Privilege } from '../src/machines/docker/commands.ts';
import { ensureNodeImage } from '../src/machines/docker/node-image.ts';
import { ownerLabels } from '../src/machines/ownership.ts';

export const REPOSITORY = resolve(import.meta.dirname, '..');

/** What every way has to bring up: the same machines, the same image, the same stack. */
export interface Workload {
  readonly nodes: number;
  /** Loaded from the engine of this machine into every node. */
  readonly image: string;
  /** Of the nodes. */
  readonly nodeImage: string;
  /** Absolute path. */
  readonly composeFile: string;
  /** How many tasks run when all run; the stack has one service. */
  readonly replicas: number;
  /** The `docker create` of a machine, with the flags that the action gives it. */
  create(cluster: string, machine: string): Argv;
}

const composeModel = z.object({
  services: z.object({ web: z.object({ deploy: z.object({ replicas: z.number() }) }) }),
});

/** Builds what images are missing and finds out which rights this engine can grant. */
export async function prepareWorkload(nodes: number, signal: AbortSignal): Promise<Workload> {
  await ensureHelloImage(signal);
  const log = { info: console.log, warning: console.log };
  const nodeImage = await ensureNodeImage(runner, { actionRoot: REPOSITORY }, log, signal);
  return workloadOf(nodes, nodeImage, await grantedPrivilege(nodeImage, signal));
}

/** As `prepareWorkload`, of images that are there. */
export function workloadOf(nodes: number, nodeImage: string, privilege: Privilege): Workload {
  const composeFile = resolve(import.meta.dirname, 'compose.yaml');
  const { services } = composeModel.parse(parse(readFileSync(composeFile, 'utf8')));
  return {
    nodes,
    image: HELLO_IMAGE,
    nodeImage,
    composeFile,
    replicas: services.web.deploy.replicas,
    create: (cluster, machine) =>
      createNode({
        name: machine,
        network: cluster,
        image: nodeImage,
        labels: ownerLabels({ cluster, repository: '1', run: 'bench' }),
        privilege,
        kernelModules: existsSync('/lib/modules') ? '/lib/modules' : undefined,
        cpus: undefined,
        memory: undefined,
        publish: [],
      }),
  };
}

async function grantedPrivilege(image: string, signal: AbortSignal): Promise<Privilege> {
  const { exitCode } = await runner.run(
    ['docker', 'run', '--rm', '--privileged', '--entrypoint=true', image],
    { anyExitCode: true, signal },
  );
  return exitCode === 0 ? 'privileged' : 'capabilities';
}
