import * as z from 'zod';
import { type Clock, systemClock, until } from '../base/clock.ts';
import { ActionError } from '../base/errors.ts';
import type { DriverLog } from '../base/log.ts';
import { type EngineApi, EngineRefusal } from '../engine/api.ts';
import { MTU_OPTION } from './mtu.ts';

const POLL_MS = 250;
/** How long the nodes may take to let the old network go, in ms. */
const REPLACE_TIMEOUT_MS = 60_000;
/** How long a new swarm may take to make the network, in ms. */
const APPEAR_TIMEOUT_MS = 10_000;

const networks = z.array(
  z.object({
    Id: z.string(),
    Name: z.string(),
    Ingress: z.boolean().default(false),
    Options: z
      .record(z.string(), z.string())
      .nullish()
      .transform((found) => found ?? {}),
    IPAM: z.looseObject({}).nullish(),
  }),
);
type Ingress = z.infer<typeof networks>[number];

const services = z.array(
  z.object({
    Spec: z.object({ Name: z.string() }),
    Endpoint: z
      .object({ Ports: z.array(z.object({ PublishMode: z.string().optional() })).nullish() })
      .nullish(),
  }),
);

interface IngressOptions {
  /** Bytes of a packet on the way between the nodes. */
  readonly mtu: number;
  /**
   * Whether the swarm was initialised for this cluster; the network of another's is left as it is.
   */
  readonly isOurs: boolean;
  readonly log: DriverLog;
  readonly signal: AbortSignal;
  readonly clock?: Clock | undefined;
}

/**
 * Gives the network of the routing mesh this MTU. An option of a network is fixed when it is made,
 * so it is removed and made anew with the same addresses, or made where it is missing; where that
 * is not for us to do, or services publish ports by it, a warning says how. Nothing is done where
 * it has the MTU. Throws `ActionError` where the swarm is left without the network.
 */
export async function setIngressMtu(api: EngineApi, options: IngressOptions): Promise<void> {
  const { mtu, isOurs, log, signal } = options;
  const found = isOurs ? await untilThere(api, options) : await readIngress(api, signal);
  if (!found && !isOurs) return;
  const ingress = found ?? MISSING;
  if (ingress.Options[MTU_OPTION] === String(mtu)) return;
  if (!isOurs) {
    log.warning(
      `The routing mesh of this swarm, which was there before, keeps its MTU. ${remedy(ingress, mtu)}`,
    );
    return;
  }
  const publishing = (await api.get('/services', {}, services, { signal })).filter(({ Endpoint }) =>
    Endpoint?.Ports?.some(({ PublishMode }) => PublishMode !== 'host'),
  );
  if (publishing.length > 0) {
    const names = publishing.map(({ Spec }) => Spec.Name).join(', ');
    log.warning(
      `The routing mesh keeps its MTU, because ${names} ${publishing.length === 1 ? 'publishes' : 'publish'} ports by it. ${remedy(ingress, mtu)}`,
    );
    return;
  }
  await replace(api, ingress, options);
  log.info(`The routing mesh (network ${ingress.Name}) was made anew with an MTU of ${mtu}`);
}

/** What a run that was cut off in between has left. */
const MISSING: Ingress = { Id: '', Name: 'ingress', Ingress: true, Options: {}, IPAM: null };

async function untilThere(
  api: EngineApi,
  { signal, clock = systemClock }: IngressOptions,
): Promise<Ingress | undefined> {
  return await until(
    () => readIngress(api, signal),
    (ingress) => ingress !== undefined,
    { clock, signal, limitMs: APPEAR_TIMEOUT_MS, everyMs: POLL_MS },
  );
}

/** The network of the routing mesh, as a manager knows it; undefined where the swarm has none. */
export async function readIngress(
  api: Pick<EngineApi, 'get'>,
  signal: AbortSignal,
): Promise<Ingress | undefined> {
  const found = await api.get('/networks', {}, networks, { signal });
  return found.find(({ Ingress }) => Ingress);
}

async function replace(
  api: EngineApi,
  ingress: Ingress,
  { mtu, signal, clock = systemClock }: IngressOptions,
): Promise<void> {
  const body = {
    Name: ingress.Name,
    Driver: 'overlay',
    Ingress: true,
    Options: { [MTU_OPTION]: String(mtu) },
    IPAM: ingress.IPAM,
  };
  if (ingress !== MISSING) await api.delete(`/networks/${ingress.Id}`, { signal });
  const make = async (): Promise<EngineRefusal | undefined> => {
    try {
      await api.post('/networks/create', {}, body, { signal });
      return undefined;
    } catch (error) {
      // Until each node has let it go, the name is taken.
      if (error instanceof EngineRefusal) return error;
      throw error;
    }
  };
  const wait = { clock, signal, limitMs: REPLACE_TIMEOUT_MS, everyMs: POLL_MS };
  const refusal = await until(make, (said) => said === undefined, wait);
  if (!refusal) return;
  throw new ActionError('The network of the routing mesh could not be made anew.', {
    details: refusal.details ?? refusal.message,
    hint: `The swarm has none now, so no port published with \`mode: ingress\` answers. On a manager: ${create(ingress, mtu)}`,
    cause: refusal,
  });
}

function remedy(ingress: Ingress, mtu: number): string {
  return `To change it, while no service publishes ports with \`mode: ingress\`, on a manager: docker network rm ${ingress.Name}, then ${create(ingress, mtu)}`;
}

function create({ Name }: Ingress, mtu: number): string {
  return `docker network create --driver overlay --ingress --opt ${MTU_OPTION}=${mtu} ${Name}`;
}
