import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import pLimit from 'p-limit';
import { describeError } from '../../../src/base/errors.ts';
import { type RenderedStack, renderStack } from '../../../src/compose/render/render.ts';
import { runner } from '../../../src/exec/runner.ts';
import {
  type DrainedSwarm,
  deployPlainly,
  deployRendered,
  type SwarmObjects,
  startDrainedSwarm,
} from '../../support/drained-swarm.ts';
import { loadProject } from '../../support/load-project.ts';

// Compose files that plain `docker stack deploy` accepts, deployed by it and by us to a real swarm:
// what the swarm then has is the same.

jest.setTimeout(240_000);

const FIXTURES = join(import.meta.dirname, '../../fixtures');

/** Each file is a stack of its name; `NAME.OTHER.yaml` is merged over `NAME.yaml`. */
function stacksOf(folder: string): [name: string, files: string[]][] {
  const stacks = new Map<string, string[]>();
  for (const file of readdirSync(join(FIXTURES, folder)).sort()) {
    if (!file.endsWith('.yaml')) continue;
    const [name = ''] = file.split('.', 1);
    stacks.set(name, [...(stacks.get(name) ?? []), join(FIXTURES, folder, file)]);
  }
  return [...stacks];
}

const SAME = stacksOf('same-as-docker');
const UNLIKE = stacksOf('unlike-docker');
const ALL = [...SAME, ...UNLIKE];

/** By the name in the swarm, services and networks. */
type Specs = ReadonlyMap<string, unknown>;

let plain: Specs = new Map();
let ours: Specs = new Map();

/**
 * A service that has one config and one secret at eight paths, after each of several deployments.
 */
let repeated: readonly unknown[] = [];

beforeAll(async () => {
  process.env.FROM_THE_STEP = 'of the step';
  const few = pLimit(4);
  await using swarm = await startDrainedSwarm();
  const deployed = async (
    deploy: (stack: string, files: readonly string[]) => Promise<void>,
  ): Promise<Specs> => {
    await makeExternalObjects(swarm);
    const failures = await Promise.all(
      ALL.map(([stack, files]) =>
        few(async () => {
          const failure = await deploy(stack, files).catch(describeError);
          return failure ? [[`${stack}_`, failure] as const] : [];
        }),
      ),
    );
    return new Map([...comparable(await swarm.objects()), ...failures.flat()]);
  };
  plain = await deployed((stack, files) => deployPlainly(swarm.client, stack, files));
  await swarm.anew();
  ours = await deployed(async (stack, files) =>
    deployRendered(swarm.client, await render(stack, files)),
  );
  repeated = await repeatedly(swarm, 'several-paths', 4);
});

afterAll(() => {
  delete process.env.FROM_THE_STEP;
});

async function render(stackName: string, files: readonly string[]): Promise<RenderedStack> {
  const project = await loadProject(runner, {
    workspace: FIXTURES,
    files,
    profiles: [],
    env: {},
    projectName: stackName,
  });
  return await renderStack(project, { stackName });
}

/** The spec of a stack's service after each of so many more deployments. */
async function repeatedly(swarm: DrainedSwarm, stack: string, times: number): Promise<unknown[]> {
  const files = new Map(SAME).get(stack) ?? [];
  const specs: unknown[] = [];
  for (let time = 0; time < times; time++) {
    await deployRendered(swarm.client, await render(stack, files));
    const { services } = await swarm.objects();
    specs.push(services.find(({ Spec }) => Spec.Name === `${stack}_web`)?.Spec);
  }
  return specs;
}

/** What the files call external. */
async function makeExternalObjects({ client }: DrainedSwarm): Promise<void> {
  for (const name of ['proxy', 'network-of-another']) {
    await client.run(['docker', 'network', 'create', '--driver=overlay', name]);
  }
  for (const name of ['config-of-another', 'spec']) {
    await client.run(['docker', 'config', 'create', name, '-'], { stdin: name });
  }
  await client.run(['docker', 'secret', 'create', 'outside', '-'], { stdin: 'outside' });
}

/**
 * Without what no two deployments have in common: ids, and the hash in the names of configs and
 * secrets.
 */
function comparable({ services, networks }: SwarmObjects): Specs {
  const nameOf = new Map(networks.map(({ Id, Name }) => [Id, Name]));
  const specs = new Map<string, unknown>();
  for (const { Spec } of services) {
    const { ContainerSpec, Networks = [] } = Spec.TaskTemplate;
    for (const network of Networks) network.Target = nameOf.get(network.Target);
    for (const config of ContainerSpec.Configs ?? []) {
      delete config.ConfigID;
      config.ConfigName = unhashed(config.ConfigName);
    }
    for (const secret of ContainerSpec.Secrets ?? []) {
      delete secret.SecretID;
      secret.SecretName = unhashed(secret.SecretName);
    }
    // The docker client sorts them by the object's name only, so that several of one object come in
    // any order.
    for (const references of [ContainerSpec.Configs, ContainerSpec.Secrets]) {
      references?.sort(byTarget);
    }
    const credentials = ContainerSpec.Privileges?.CredentialSpec;
    if (credentials?.Config) credentials.Config = 'a config';
    specs.set(Spec.Name, Spec);
  }
  for (const {
    Name,
    Driver,
    Options,
    Labels,
    Internal,
    Attachable,
    EnableIPv6,
    IPAM,
  } of networks) {
    const { 'com.docker.network.driver.overlay.vxlanid_list': _, ...options } = Options ?? {};
    const facts = { Driver, options, Labels: Labels ?? {}, Internal, Attachable, EnableIPv6 };
    specs.set(`network ${Name}`, { ...facts, IPAM: IPAM.Driver });
  }
  return specs;
}

function byTarget(one: object, other: object): number {
  return JSON.stringify(one) < JSON.stringify(other) ? -1 : 1;
}

/**
 * What an object is called in its file: where a service has it several times, it has copies,
 * `NAME.2`.
 */
function unhashed(name: string): string {
  return name.replace(/(?:\.\d)?_[0-9a-f]{12}$/, '');
}

/** What the swarm has of one stack. */
function specsOf(specs: Specs, stack: string): object {
  const own = new RegExp(`^(network )?${stack}_`);
  return Object.fromEntries([...specs].filter(([name]) => own.test(name)));
}

test('there are as many files as were promised', () => {
  expect(SAME.length).toBeGreaterThanOrEqual(40);
});

test.each(SAME)('%s is the same', (stack) => {
  expect(specsOf(plain, stack)).not.toEqual({});
  expect(specsOf(ours, stack)).toEqual(specsOf(plain, stack));
});

// The docker client ranges over a map of eight, which Go begins anywhere: one order four times is
// chance once in 512.
test('what changes nothing gives the same service, also where an object has several paths', () => {
  const [first, ...others] = repeated;
  expect(first).toHaveProperty('TaskTemplate.ContainerSpec.Secrets.length', 8);
  expect(others).toEqual([first, first, first]);
});

test('networks with names of their own are the same', () => {
  const stacks = ALL.map(([stack]) => stack).join('|');
  const foreign = (specs: Specs) =>
    [...specs].filter(([name]) => !new RegExp(`^(network )?(${stacks})_`).test(name));
  expect(foreign(plain).map(([name]) => name)).toContain('network our-network');
  expect(Object.fromEntries(foreign(ours))).toEqual(Object.fromEntries(foreign(plain)));
});

/**
 * What plain `docker stack deploy` makes of a file, and what we make of it, at one place of the
 * spec.
 */
const DIFFERENCES: Readonly<
  Record<string, readonly [path: string, plain: unknown, ours: unknown]>
> = {
  'restart-no': ['TaskTemplate.RestartPolicy.Condition', 'any', 'none'],
  tmpfs: [
    'TaskTemplate.ContainerSpec.Mounts',
    undefined,
    [
      { Type: 'tmpfs', Target: '/run' },
      { Type: 'tmpfs', Target: '/tmp', TmpfsOptions: { SizeBytes: 64 * 2 ** 20 } },
    ],
  ],
  'shm-size': [
    'TaskTemplate.ContainerSpec.Mounts',
    undefined,
    [{ Type: 'tmpfs', Target: '/dev/shm', TmpfsOptions: { SizeBytes: 64 * 2 ** 20 } }],
  ],
  'entrypoint-empty': ['TaskTemplate.ContainerSpec.Command', undefined, ['']],
  'network-mode-host': [
    'TaskTemplate.Networks',
    [{ Target: 'network-mode-host_default', Aliases: ['web'] }],
    [{ Target: 'host' }],
  ],
  'env-file-quotes': [
    'TaskTemplate.ContainerSpec.Env',
    ['QUOTED="two words"', 'REFERS=$'.concat('{QUOTED}'), "SINGLE='$HOME'"],
    ['QUOTED=two words', 'REFERS=two words', 'SINGLE=$HOME'],
  ],
  'interpolation-nested': [
    'TaskTemplate.ContainerSpec.Env',
    ['NESTED=$'.concat('{NOR_THIS:-inner}')],
    ['NESTED=inner'],
  ],
  'mode-decimal': ['TaskTemplate.ContainerSpec.Secrets.0.File.Mode', 440, 0o440],
  dotenv: ['TaskTemplate.ContainerSpec.Image', 'registry.test/web:none', 'registry.test/web:1.2'],
};

test('each file that is meant to differ is looked at', () => {
  expect(UNLIKE.map(([stack]) => stack)).toEqual(Object.keys(DIFFERENCES).sort());
});

test.each(Object.entries(DIFFERENCES))(
  '%s: what docker loses or misreads is as the author meant it',
  (stack, [path, wrong, right]) => {
    const at = (specs: Specs) =>
      path.split('.').reduce<unknown>(
        // biome-ignore lint/suspicious/noExplicitAny: any part of a spec
        (value, key) => (value as any)?.[key],
        specs.get(`${stack}_web`),
      );
    expect(at(plain)).toEqual(wrong);
    expect(at(ours)).toEqual(right);
  },
);
