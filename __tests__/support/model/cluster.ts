import type { NamedSite } from '../conformance.ts';
import { journal } from '../faults.ts';
import { type Action, actionWith } from '../in-process.ts';
import { addLocalNetwork, addVolume, stateOf } from './engine.ts';
import { createPlace, type Place } from './places.ts';
import { addEngineTwins } from './twins.ts';

interface ClusterOptions {
  readonly workspace: string;
  readonly name: string;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Whether there is something that only looks like a part of the cluster. */
  readonly twins?: boolean;
}

/**
 * A cluster of the driver docker on the model of a runner, on which there is something of others.
 */
export function modelCluster({
  workspace,
  name,
  inputs = {},
  twins = false,
}: ClusterOptions): NamedSite & { readonly place: Place; others(): Action } {
  const place = createPlace();
  const { runner, instead, world } = place;
  addLocalNetwork(runner, `${name}-theirs`, { 'swarm-up.repository': '815' });
  addVolume(runner, `${name}-theirs`, { 'swarm-up.repository': '815' });
  if (twins) addEngineTwins(runner, name);
  const look = () => JSON.stringify(stateOf(runner));
  const before = look();
  const given = { cluster: name, nodes: '1', 'compose-file': '-', ...inputs };
  return {
    ...actionWith(given, { workspace, instead }),
    ...{ name, place },
    others: () => actionWith(given, { workspace, instead, repository: '815' }),
    journal: (fault, last) => journal([name], fault, last),
    left: async () => {
      const now = look();
      return now === before ? [] : [now];
    },
    unknown: () => world.unknown,
  };
}
