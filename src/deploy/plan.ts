import { isDeepStrictEqual } from 'node:util';
import type { Wave } from '../compose/depends-on.ts';
import {
  type Present,
  type PresentNetwork,
  type PresentService,
  type ServiceSpec,
  STACK_LABEL,
  servicesNotIn,
} from '../stack/present.ts';
import { describeMove, portMoves } from './port-moves.ts';
import { servicesOn } from './requirements/network-changes.ts';
import {
  type Item,
  imageItem,
  presentSettings,
  type Settings,
  wantedSettings,
} from './settings.ts';
import { nameInSwarm, type WantedStack } from './wanted.ts';

/**
 * One item of one setting of a service. No value of a variable, label or command is in it: each may
 * be secret.
 */
export interface Change {
  /** For example `image`, `environment`. */
  readonly setting: string;
  readonly kind: 'added' | 'removed' | 'changed' | 'rebuilt';
  /** The item, or its name alone where only that is shown; empty where nothing is. */
  readonly item: string;
}

export interface ServicePlan {
  /** As in the compose file, without the stack's name. */
  readonly name: string;
  /**
   * `kept`: not in the file, and not pruned. `withheld`: what it would have waited for failed, so
   * it was not deployed.
   */
  readonly action:
    | 'created'
    | 'updated'
    | 'recreated'
    | 'removed'
    | 'kept'
    | 'unchanged'
    | 'withheld';
  readonly changes: readonly Change[];
}

export interface Plan {
  readonly services: readonly ServicePlan[];
  /** Networks, configs and secrets that are made, as `network shop_default`. */
  readonly created: readonly string[];
  /**
   * Networks of the stack that are not in the file any more, as `network shop_old`: Docker leaves
   * them.
   */
  readonly staying?: readonly string[] | undefined;
  /** The services of each wave; absent where all are deployed at once. */
  readonly waves?: readonly (readonly string[])[] | undefined;
  /** Networks that are removed and made anew, with their services. */
  readonly recreated?: readonly string[] | undefined;
  /** Published ports that one service gives to another. */
  readonly moves?: readonly string[] | undefined;
}

/**
 * What deploying the stack changes on the swarm. Services are in the order of the stack file, those
 * that are not in it come last.
 */
export function planOf(
  wanted: WantedStack,
  present: Present,
  options: {
    readonly stack: string;
    readonly prune: boolean;
    readonly waves?: readonly Wave[] | undefined;
    /** Networks that are made anew. */
    readonly recreatedNetworks?: readonly PresentNetwork[] | undefined;
  },
): Plan {
  const { stack, prune, waves = [], recreatedNetworks = [] } = options;
  const moving = servicesOn(
    recreatedNetworks.map(({ Id }) => Id),
    present.services,
  );
  const own = present.services.filter(({ Spec }) => Spec.Labels[STACK_LABEL] === stack);
  const services = Object.entries(wanted.services).map(([name, service]): ServicePlan => {
    const found = own.find(({ Spec }) => Spec.Name === `${stack}_${name}`);
    const settings = wantedSettings(service, wanted, stack);
    if (!found) return { name, action: 'created', changes: changesBetween(new Map(), settings) };
    const before = presentSettings(found.Spec, present.networks);
    const changes = changesBetween(before, settings);
    const isAnew = moving.includes(found) || changes.some(({ setting }) => setting === 'mode');
    const action = isAnew ? 'recreated' : 'updated';
    if (moving.includes(found)) return { name, action, changes };
    return { name, action: changes.length === 0 ? 'unchanged' : action, changes };
  });
  const moves = portMoves(wanted, present, options);
  const others = servicesNotIn(present, stack, Object.keys(wanted.services)).map(
    ({ Spec }): ServicePlan => ({
      name: Spec.Name.slice(stack.length + 1),
      action: prune ? 'removed' : 'kept',
      changes: [],
    }),
  );
  const staying = stayingNetworks(wanted, present, stack);
  return {
    services: [...services, ...others],
    created: createdObjects(wanted, present, stack),
    recreated: unlessEmpty(recreatedNetworks.map(({ Name }) => `network ${Name}`)),
    staying: unlessEmpty(staying),
    moves: unlessEmpty(moves.map((move) => describeMove(stack, move))),
    waves: waves.length > 1 ? waves.map((wave) => wave.services) : undefined,
  };
}

function unlessEmpty<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length > 0 ? list : undefined;
}

function stayingNetworks(wanted: WantedStack, present: Present, stack: string): string[] {
  const used = Object.entries(wanted.networks).map(([key, one]) => nameInSwarm(stack, key, one));
  // Docker puts services that name no network on it.
  const needsDefault = Object.values(wanted.services).some(
    ({ networks }) => Object.keys(networks).length === 0,
  );
  if (needsDefault) used.push(`${stack}_default`);
  return present.networks
    .filter(({ Labels, Scope }) => Labels[STACK_LABEL] === stack && Scope === 'swarm')
    .filter(({ Name }) => !used.includes(Name))
    .map(({ Name }) => `network ${Name}`);
}

function createdObjects(wanted: WantedStack, present: Present, stack: string): string[] {
  const there = {
    networks: present.networks.map(({ Name }) => Name),
    configs: present.configs.map(({ Spec }) => Spec.Name),
    secrets: present.secrets.map(({ Spec }) => Spec.Name),
  };
  return (['networks', 'configs', 'secrets'] as const).flatMap((kind) =>
    Object.entries(wanted[kind])
      .filter(([, object]) => !object.external)
      .map(([key, object]) => nameInSwarm(stack, key, object))
      .filter((name) => !there[kind].includes(name))
      .map((name) => `${kind.slice(0, -1)} ${name}`),
  );
}

function changesBetween(before: Settings, after: Settings): Change[] {
  return [...after].flatMap(([setting, wanted]) => {
    const had = setting === 'image' ? undigested(before.get(setting), wanted) : before.get(setting);
    return itemChanges(setting, had ?? [], wanted);
  });
}

/**
 * An image that is written without a digest is the same one, whatever digest it had: which it gets,
 * its registry says.
 */
function undigested(
  had: readonly Item[] | undefined,
  [wanted]: readonly Item[],
): readonly Item[] | undefined {
  if (wanted?.key.includes('@')) return had;
  return had?.map(({ key }) => {
    const [image = ''] = key.split('@', 1);
    return imageItem(image);
  });
}

function itemChanges(setting: string, had: readonly Item[], wanted: readonly Item[]): Change[] {
  const isIn = (items: readonly Item[], { key }: Item) => items.some((one) => one.key === key);
  const gone = had.filter((item) => !isIn(wanted, item));
  const come = wanted.filter((item) => !isIn(had, item));
  const same = (items: readonly Item[], { shown }: Item) =>
    items.some((one) => one.shown === shown);
  return [
    ...gone
      .filter((item) => !same(come, item))
      .map(({ shown }): Change => ({ setting, kind: 'removed', item: shown })),
    ...come.map(
      (item): Change => ({
        setting,
        kind: !same(gone, item) ? 'added' : setting === 'image' ? 'rebuilt' : 'changed',
        item: item.shown,
      }),
    ),
  ];
}

/** What becomes of services of a stack that get specs by hand; undefined where one goes. */
export function planOfReturn(
  stack: string,
  returns: readonly { readonly service: PresentService; readonly spec: ServiceSpec | undefined }[],
  networks: readonly PresentNetwork[],
): Plan {
  const services = returns.map(({ service: { Spec }, spec }): ServicePlan => {
    const name = Spec.Name.slice(stack.length + 1);
    if (!spec) return { name, action: 'removed', changes: [] };
    const [had, has] = [Spec, spec].map((one) => presentSettings(one, networks));
    const changes = had && has ? changesBetween(had, has) : [];
    return { name, action: changes.length === 0 ? 'unchanged' : 'updated', changes };
  });
  const before = returns.map(({ service }) => service);
  const after = returns.flatMap(({ service, spec }) => (spec ? [{ ...service, Spec: spec }] : []));
  return planAsDone({ services, created: [] }, stack, before, after);
}

/**
 * The plan as it came out: a service that it called unchanged, and whose spec is another one all
 * the same, was updated in a setting that is not compared, or got another digest of its image.
 */
export function planAsDone(
  plan: Plan,
  stack: string,
  before: readonly PresentService[],
  after: readonly PresentService[],
): Plan {
  const specIn = (services: readonly PresentService[], name: string) =>
    services.find(({ Spec }) => Spec.Name === `${stack}_${name}`)?.Spec;
  return {
    ...plan,
    services: plan.services.map((service) => {
      if (service.action !== 'unchanged') return service;
      const [had, has] = [specIn(before, service.name), specIn(after, service.name)];
      if (!had || !has || isDeepStrictEqual(had, has)) return service;
      const images = [had, has].map((spec) => spec.TaskTemplate.ContainerSpec?.Image ?? '');
      const [from = '', to = ''] = images;
      const changes: Change[] =
        from === to
          ? [{ setting: 'other settings', kind: 'changed', item: '' }]
          : [
              { setting: 'image', kind: 'removed', item: from },
              { setting: 'image', kind: 'added', item: to },
            ];
      return { ...service, action: 'updated', changes };
    }),
  };
}

/**
 * The plan as it came out where the deployment ended before the waves of these services. What was
 * to go goes with the last one.
 */
export function planCutShort(plan: Plan, later: readonly string[]): Plan {
  return {
    ...plan,
    services: plan.services.map((service) => {
      if (later.includes(service.name) && service.action !== 'unchanged') {
        return { ...service, action: 'withheld', changes: [] };
      }
      return service.action === 'removed' ? { ...service, action: 'kept' } : service;
    }),
  };
}
