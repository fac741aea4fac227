import { generateKeyPair } from '../../../src/ssh/keys/generate.ts';
import type { Site } from '../conformance.ts';
import { journal } from '../faults.ts';
import { hostInputs } from '../host-runs.ts';
import { type Action, actionWith } from '../in-process.ts';
import {
  addLocalNetwork,
  type Engine,
  initSwarm,
  settle,
  stateOf,
  swarmStateOf,
} from './engine.ts';
import { createPlace, type Place } from './places.ts';
import { addObject } from './swarm.ts';
import { addHostTwins, addSwarmTwins } from './twins.ts';

const user = generateKeyPair('user');
const host = generateKeyPair('host');

interface HostOptions {
  readonly workspace: string;
  readonly cluster?: string;
  /**
   * One host in no swarm, or two, or as many as are told; or the first of two is a swarm of somebody else, which the second
   * one joins.
   */
  readonly hosts?: 'one' | 'two' | 'joining' | number;
  /** Whether there is something that only looks like a part of the cluster. */
  readonly twins?: boolean;
}

export interface HostSite extends Site {
  readonly place: Place;
  /** A step of another repository with the same inputs. */
  others(): Action;
  /** A step with other inputs. */
  with(inputs: Readonly<Record<string, string>>): Action;
  /** All that there is now, to be compared with what there is later. */
  swarm(): string;
}

/** Of hosts, while a run forms a swarm of them, and of stacks, while one deploys. */
function locksOf({ volumes, member }: Engine): string[] {
  const configs = [...(member?.swarm.objects.config.values() ?? [])];
  return [...volumes.keys(), ...configs.map(({ Spec }) => Spec.Name)].filter((name) =>
    /^swarm-up-(forming|lock-)/.test(name),
  );
}

/** Hosts of the model as they are before the first run: one in no swarm, or two. */
export function modelHosts({
  workspace,
  cluster = 'conform-model',
  hosts: which = 'one',
  twins = false,
}: HostOptions): HostSite {
  const joining = which === 'joining';
  const place = createPlace(typeof which === 'number' ? which : which === 'one' ? 1 : 2);
  const { hosts, instead, world } = place;
  const [first] = hosts;
  if (!first) throw new Error('a host');
  if (joining) {
    const swarm = initSwarm(first, {});
    const spec = { Name: 'theirs', Labels: {}, Mode: { Replicated: { Replicas: 0 } } };
    addObject(world, swarm, 'service', { ...spec, TaskTemplate: { ContainerSpec: {} } });
    settle(first, Number.POSITIVE_INFINITY);
  }
  for (const engine of hosts) addLocalNetwork(engine, 'theirs', {});
  if (twins) {
    for (const engine of hosts) addHostTwins(engine, cluster);
    if (joining) addSwarmTwins(first, cluster);
  }
  const look = () =>
    JSON.stringify([...hosts.map((engine) => stateOf(engine)), joining && swarmStateOf(first)]);
  const before = look();
  const addresses = hosts.map(({ address }) => address);
  const given = hostInputs({
    ...{ cluster, addresses, privateKey: user.privateKey },
    knownHosts: addresses.map((address) => `${address} ${host.publicKey}`).join('\n'),
  });
  return {
    ...actionWith(given, { workspace, instead }),
    with: (inputs) => actionWith({ ...given, ...inputs }, { workspace, instead }),
    others: () => actionWith(given, { workspace, instead, repository: '815' }),
    swarm: () =>
      JSON.stringify(
        hosts.map((engine) => [stateOf(engine), engine.member && swarmStateOf(first)]),
      ),
    place,
    journal: (fault, last) => journal(addresses, fault, last, instead.clock),
    left: async () => {
      const now = look();
      return now === before ? [] : [now];
    },
    held: () => hosts.flatMap((engine) => locksOf(engine)),
    unknown: () => world.unknown,
  };
}
