import { generateKeyPair } from '../../../src/exec/keys.ts';
import type { Site } from '../conformance.ts';
import { journal } from '../faults.ts';
import { hostInputs } from '../host-runs.ts';
import { actionWith } from '../in-process.ts';
import { addLocalNetwork, initSwarm, settle, stateOf, swarmStateOf } from './engine.ts';
import { createPlace, type Place } from './places.ts';
import { addObject } from './swarm.ts';

const user = generateKeyPair('user');
const host = generateKeyPair('host');

interface HostOptions {
  readonly workspace: string;
  readonly cluster?: string;
  /** Whether the first of two hosts is a swarm of somebody else, which the second one joins. */
  readonly joining?: boolean;
}

export interface HostSite extends Site {
  readonly place: Place;
}

/** Hosts of the model as they are before the first run: one in no swarm, or with `joining` two. */
export function modelHosts({
  workspace,
  cluster = 'conform-model',
  joining = false,
}: HostOptions): HostSite {
  const place = createPlace(joining ? 2 : 1);
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
    place,
    journal: (fault, last) => journal(addresses, fault, last),
    left: async () => {
      const now = look();
      return now === before ? [] : [now];
    },
    unknown: () => world.unknown,
  };
}
