import { Readable } from 'node:stream';
import { unpackTar } from 'modern-tar';
import { parse } from 'yaml';
import { WHOLE_FILE } from '../../../src/deploy/commands.ts';
import type { RunOptions } from '../../../src/exec/executor.ts';
import { type Engine, managed } from './engine.ts';
import {
  addNetwork,
  addObject,
  type Labels,
  named,
  removeObject,
  updateObject,
  updateService,
} from './swarm.ts';
import { unknown, wordsOf } from './world.ts';

interface Part {
  readonly name?: string;
  readonly file?: string;
  readonly labels?: Labels;
}

interface Service {
  readonly image: string;
  readonly configs?: readonly { readonly source: string }[];
  readonly secrets?: readonly { readonly source: string }[];
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly deploy?: { readonly mode?: string; readonly replicas?: number };
}

interface StackFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks?: Readonly<Record<string, Part>>;
  readonly configs?: Readonly<Record<string, Part>>;
  readonly secrets?: Readonly<Record<string, Part>>;
}

const NAMESPACE = 'com.docker.stack.namespace';

/**
 * `docker stack deploy` of what stands in a tar archive, as far as the stacks of the tests have it.
 */
export async function deployStack(
  engine: Engine,
  argv: readonly string[],
  { stdin, onLine }: RunOptions,
): Promise<{ exitCode?: number; stdout?: string; stderr?: string }> {
  const { world } = engine;
  const { words, flags } = wordsOf(argv);
  if (words.slice(0, 4).join(' ') !== 'env docker stack deploy') {
    throw unknown(world, argv.join(' '), 'stack.ts');
  }
  const stack = words[4] ?? '';
  const files = await filesOf(stdin);
  if (!files.has(WHOLE_FILE)) {
    return { exitCode: 1, stderr: 'The files of the stack broke off on the way.\n' };
  }
  const swarm = managed(engine);
  const said: string[] = [];
  const say = (line: string) => {
    said.push(`${line}\n`);
    onLine?.(line);
  };
  const file: StackFile = parse(files.get(flags.get('compose-file')?.[0] ?? '') ?? '');
  const own = { [NAMESPACE]: stack };
  const full = (name: string, { name: given }: Part = {}) => given ?? `${stack}_${name}`;
  const isOwn = (one: { Labels: Labels }) => one.Labels[NAMESPACE] === stack;

  for (const [name, part] of Object.entries(file.networks ?? {})) {
    const there = [...swarm.networks.values()].some(({ Name }) => Name === full(name, part));
    if (there) continue;
    say(`Creating network ${full(name, part)}`);
    addNetwork(world, swarm, full(name, part), { ...part?.labels, ...own });
  }
  for (const kind of ['secret', 'config'] as const) {
    for (const [name, part] of Object.entries(file[`${kind}s`] ?? {})) {
      const Name = full(name, part);
      const Labels = { ...part.labels, ...own };
      const data = files.get(part.file?.replace(/^\.\//, '') ?? '') ?? '';
      // The engine never gives the content of a secret.
      const Data = kind === 'config' && { Data: Buffer.from(data).toString('base64') };
      const there = named(swarm, kind, Name);
      if (!there) {
        say(`Creating ${kind} ${Name}`);
        addObject(world, swarm, kind, { Name, Labels, ...Data });
      } else updateObject(world, there, { ...there.Spec, Labels });
    }
  }
  if (flags.has('prune')) {
    for (const { ID, Spec } of [...swarm.objects.service.values()].filter((one) =>
      isOwn(one.Spec),
    )) {
      if (!(Spec.Name.slice(stack.length + 1) in file.services)) removeObject(swarm, 'service', ID);
    }
  }
  for (const [name, service] of Object.entries(file.services)) {
    const Name = `${stack}_${name}`;
    const reference = (kind: 'config' | 'secret', source: string) => {
      const key = kind === 'config' ? 'Config' : 'Secret';
      const objectName = full(source, file[`${kind}s`]?.[source]);
      return {
        [`${key}ID`]: named(swarm, kind, objectName)?.ID,
        [`${key}Name`]: objectName,
        File: { Name: source, UID: '0', GID: '0', Mode: 0o444 },
      };
    };
    const networks = Object.keys(service.networks ?? {}).map((one) => {
      const wanted = full(one, file.networks?.[one]);
      const found = [...swarm.networks.values()].find(({ Name: known }) => known === wanted);
      return { Target: found?.Id ?? '', Aliases: [name] };
    });
    const spec = {
      ...{ Name, Labels: { 'com.docker.stack.image': service.image, ...own } },
      TaskTemplate: {
        ContainerSpec: {
          ...{ Image: `${service.image}:latest`, Labels: own },
          Configs: (service.configs ?? []).map(({ source }) => reference('config', source)),
          Secrets: (service.secrets ?? []).map(({ source }) => reference('secret', source)),
        },
        ...{ Networks: networks, Placement: {}, Resources: {} },
      },
      Mode:
        service.deploy?.mode === 'global'
          ? { Global: {} }
          : { Replicated: { Replicas: service.deploy?.replicas ?? 1 } },
      EndpointSpec: { Mode: 'vip' },
    };
    if (service.deploy?.replicas !== 0 && !world.pace) {
      throw unknown(world, `a service with tasks: ${Name}`, 'stack.ts');
    }
    const there = named(swarm, 'service', Name);
    say(there ? `Updating service ${Name} (id: ${there.ID})` : `Creating service ${Name}`);
    if (there) updateService(world, there, spec);
    else addObject(world, swarm, 'service', spec);
  }
  return { stdout: said.join('') };
}

async function filesOf(stdin: RunOptions['stdin']): Promise<Map<string, string>> {
  const archive = stdin instanceof Readable ? Buffer.concat(await stdin.toArray()) : stdin;
  const entries = await unpackTar(archive as Uint8Array);
  return new Map(
    entries.map(({ header, data }) => [header.name, Buffer.from(data ?? []).toString()]),
  );
}
