import { isDeepStrictEqual } from 'node:util';
import type { Findings } from '../../compose/findings.ts';
import {
  type Present,
  type PresentNetwork,
  type PresentService,
  STACK_LABEL,
} from '../../stack/present.ts';
import { MTU_OPTION } from '../../swarm/mtu.ts';
import { nameInSwarm, type WantedObject, type WantedStack } from '../wanted.ts';

/** Options that the engine adds itself. */
const OWN_OPTIONS = ['com.docker.network.driver.overlay.vxlanid_list'];
const ENCRYPTED = 'encrypted';

/** A setting of a network of the file that the network of the swarm has otherwise. */
interface Difference {
  /** Below the network, in the file. */
  readonly path: readonly string[];
  /** What stays, as the end of "it keeps". */
  readonly keeps: string;
  /** Whether what stays is open for more than the file says. */
  readonly isLessSafe: boolean;
}

/**
 * Compares networks of the stack that exist with what the file says: `docker stack deploy` leaves
 * each as it is, without a word. Refuses what would be less safe than the file, and warns of the
 * rest. Refuses a network that has the name and is not of this stack, as `docker stack deploy`
 * would. With `recreate` it gives the networks to be removed beforehand, so that they are made
 * anew.
 */
export function checkNetworks(
  wanted: WantedStack,
  present: Present,
  { stack, recreate }: { readonly stack: string; readonly recreate: boolean },
  { refuse, warn }: Pick<Findings, 'refuse' | 'warn'>,
): readonly PresentNetwork[] {
  const recreated: PresentNetwork[] = [];
  for (const [key, network] of Object.entries(wanted.networks)) {
    if (network.external) continue;
    const name = nameInSwarm(stack, key, network);
    const found = present.networks.find(({ Name }) => Name === name);
    if (!found) continue;
    if (found.Labels[STACK_LABEL] !== stack) {
      refuse(
        ['networks', key],
        `network ${key}: ${found.Scope === 'swarm' ? 'the swarm' : 'the manager'} has a network ${name} that is not of this stack. Remove it (docker network rm ${name}), or give this one another \`name\`.`,
      );
      continue;
    }
    const differences = differencesOf(network, found);
    if (differences.length === 0) continue;
    const others = usersBeside(found, present.services, stack);
    if (recreate && others.length === 0) {
      recreated.push(found);
      continue;
    }
    for (const { path, keeps, isLessSafe } of differences) {
      (isLessSafe ? refuse : warn)(
        ['networks', key, ...path],
        `network ${key}: it keeps ${keeps}, because a network that exists is not changed. ${remedy(others)}`,
      );
    }
  }
  return recreated;
}

function remedy(others: readonly string[]): string {
  return others.length === 0
    ? 'With `recreate: true` this step removes it and its services, and makes them anew; they do not answer meanwhile.'
    : `Services of others use it (${others.join(', ')}), so it cannot be made anew: give this one another \`name\`.`;
}

function usersBeside(
  { Id }: PresentNetwork,
  services: readonly PresentService[],
  stack: string,
): readonly string[] {
  return servicesOn([Id], services)
    .filter(({ Spec }) => Spec.Labels[STACK_LABEL] !== stack)
    .map(({ Spec }) => Spec.Name);
}

/** The services that are on one of the networks, by their ids. */
export function servicesOn(
  ids: readonly string[],
  services: readonly PresentService[],
): readonly PresentService[] {
  return services.filter(({ Spec }) =>
    (Spec.TaskTemplate.Networks ?? []).some(({ Target }) => ids.includes(Target)),
  );
}

function differencesOf(wanted: WantedObject, found: PresentNetwork): readonly Difference[] {
  return [
    ...driver(wanted, found),
    ...flag('internal', 'its way to the outside', wanted.internal ?? false, found.Internal, true),
    ...flag(
      'attachable',
      'the right of any container to join it (`attachable`)',
      wanted.attachable ?? false,
      found.Attachable,
      false,
    ),
    ...subnets(wanted, found),
    ...options(wanted, found),
    ...labels(wanted, found),
  ];
}

function driver(
  { driver: name = 'overlay' }: WantedObject,
  { Driver }: PresentNetwork,
): Difference[] {
  if (Driver === '' || Driver === name) return [];
  return [{ path: ['driver'], keeps: `its driver ${Driver}`, isLessSafe: false }];
}

/** `isGuard`: set, it keeps others out; else it lets others in. */
function flag(
  path: string,
  what: string,
  wanted: boolean,
  has: boolean,
  isGuard: boolean,
): Difference[] {
  if (wanted === has) return [];
  const isLessSafe = isGuard ? !has : has;
  return [{ path: [path], keeps: isLessSafe ? what : `\`${path}: ${has}\``, isLessSafe }];
}

function subnets({ ipam }: WantedObject, { IPAM }: PresentNetwork): Difference[] {
  const wanted = (ipam?.config ?? []).flatMap(({ subnet }) => subnet ?? []);
  const has = (IPAM?.Config ?? []).map(({ Subnet }) => Subnet);
  if (wanted.length === 0 || isDeepStrictEqual(wanted.toSorted(), has.toSorted())) return [];
  return [{ path: ['ipam', 'config'], keeps: `its subnet ${has.join(', ')}`, isLessSafe: false }];
}

function options({ driver_opts = {} }: WantedObject, { Options }: PresentNetwork): Difference[] {
  const names = new Set([...Object.keys(driver_opts), ...Object.keys(Options)]);
  return (
    [...names]
      .filter((name) => !OWN_OPTIONS.includes(name))
      .filter((name) => textOf(driver_opts[name]) !== Options[name])
      // It is written into every network when it is asked for, and nobody who asks for it no more
      // wants it back.
      .filter((name) => name !== MTU_OPTION || driver_opts[name] !== undefined)
      .map((name) => ({
        path: ['driver_opts', name],
        ...(name === ENCRYPTED && !(name in Options)
          ? { keeps: 'its traffic without encryption', isLessSafe: true }
          : { keeps: kept(name, Options[name]), isLessSafe: false }),
      }))
  );
}

function textOf(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

function kept(name: string, value: string | undefined): string {
  if (name === MTU_OPTION) return value === undefined ? 'the MTU of Docker' : `its MTU of ${value}`;
  return value === undefined ? `no option ${name}` : `its option ${name}${value && `=${value}`}`;
}

function labels({ labels: wanted }: WantedObject, { Labels }: PresentNetwork): Difference[] {
  const has = Object.entries(Labels).filter(([name]) => name !== STACK_LABEL);
  const asked = Object.entries(wanted).map(([name, value]) => [name, textOf(value) ?? '']);
  const isSame = isDeepStrictEqual(Object.fromEntries(asked), Object.fromEntries(has));
  return isSame ? [] : [{ path: ['labels'], keeps: 'the labels that it has', isLessSafe: false }];
}
