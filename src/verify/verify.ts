import { connect } from 'node:net';
import type { Clock } from '../base/clock.ts';
import { ActionError } from '../base/errors.ts';
import { inUrl } from '../machines/addresses.ts';
import { ATTEMPT_TIMEOUT_MS, askHttp, CERTIFICATE_FAULT, NO_ANSWER } from './request.ts';
import { describeTarget, type VerifyTarget } from './target.ts';

/** A port of a service as the swarm publishes it, and where it can be asked. */
export interface PublishedEndpoint {
  readonly service: string;
  readonly published: number;
  readonly target: number;
  readonly protocol: string;
  readonly mode: 'ingress' | 'host';
  /** Where it should answer: every node for `ingress`, those that run a task for `host`. */
  readonly places: readonly Place[];
  /** The node of each of its tasks that run. */
  readonly runsOn: readonly string[];
  /** Why it is not asked, where it is not. */
  readonly note?: string | undefined;
}

export interface Place {
  readonly node: string;
  readonly host: string;
  readonly port: number;
  /** Where an address of the runner leads to the same. */
  readonly localPort?: number | undefined;
  /** That address, or a name of it; undefined for its own 127.0.0.1. */
  readonly localHost?: string | undefined;
  /**
   * How to ask for a connection where whoever listens at `host` accepts any, whether or not the
   * node would. Gives the fault, undefined where the port answers.
   */
  readonly ask?: (signal: AbortSignal) => Promise<string | undefined>;
}

export interface Endpoint extends Omit<PublishedEndpoint, 'places' | 'runsOn'> {
  /** The address of the runner first, where it leads there. */
  readonly urls: readonly string[];
  readonly checked: 'answers' | 'not checked' | 'no answer';
}

export interface VerifyOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /**
   * How long a port may take to answer after its tasks run, in ms: the mesh is told of tasks a
   * little later.
   */
  readonly timeoutMs: number;
}

const RETRY_MS = 100;
/** The most answers in a row that are asked for. */
const MOST_IN_A_ROW = 8;

/** A node through which an endpoint did not answer. */
interface Fault {
  readonly endpoint: PublishedEndpoint;
  readonly place: Place;
  readonly request: Request;
  readonly said: string;
}

/**
 * Asks every endpoint through every node, all at once: the `targets` by HTTP or HTTPS, or, where
 * none are given, every TCP port for a connection. The mesh takes its tasks in turn, so a port has
 * to answer as often in a row as it has tasks, up to `MOST_IN_A_ROW` times. Throws `VerifyError`
 * that names each node that did not answer.
 */
export async function verify(
  endpoints: readonly PublishedEndpoint[],
  targets: readonly VerifyTarget[] | undefined,
  options: VerifyOptions,
): Promise<readonly Endpoint[]> {
  const results = await Promise.all(
    endpoints.map(async (endpoint) => {
      const requests = requestsFor(endpoint, targets);
      const faults = await askAll(endpoint, requests, options);
      const unasked = whyNotAsked(endpoint, requests, targets);
      return { endpoint: report(endpoint, unasked, faults.length), faults };
    }),
  );
  const faults = results.flatMap((result) => result.faults);
  const reported = results.map((result) => result.endpoint);
  if (faults.length > 0) throw new VerifyError(faults, reported);
  return reported;
}

/** Everything runs, and yet a published port does not answer. */
export class VerifyError extends ActionError {
  readonly endpoints: readonly Endpoint[];

  constructor(faults: readonly Fault[], endpoints: readonly Endpoint[]) {
    super('The stack runs, but not every published port answers through every node.', {
      details: faults.map(describe).join('\n'),
      hint: hintFor(faults),
    });
    this.endpoints = endpoints;
  }
}

/**
 * A service that answers is reached; then it is what it answers that is not right. One that answers
 * through some nodes is not reached from the others.
 */
function hintFor(faults: readonly Fault[]): string {
  const ready =
    'If it only needs longer to start, give it a `healthcheck`. Then the stack counts as converged once the service is ready.';
  if (faults.every(({ said }) => said.startsWith(CERTIFICATE_FAULT))) return CERTIFICATE_HINT;
  if (faults.every(hasAnswered)) {
    return `Look at the logs of the service, and at the paths, statuses and texts in \`verify\`. ${ready}`;
  }
  const cut = cutPairs(faults);
  const comparison =
    cut.length > 0
      ? `The routing mesh does not get ${cut.join(', ')}. Nothing may filter 7946/tcp+udp and 4789/udp between the nodes, in either direction. A swarm with its own data path port uses that port instead of 4789.`
      : 'See that the service listens on 0.0.0.0 at its target port. The nodes must reach each other at 7946/tcp+udp and 4789/udp, or at the data path port of the swarm.';
  return `${comparison} ${ready} What is asked can be set with \`verify\`; \`verify: "-"\` asks nothing.`;
}

const CERTIFICATE_HINT =
  'Write the name that the certificate is for into `verify`: `https://NAME:PORT/`. Or write `insecure` behind the address, and any certificate is right. One of your own authority is trusted if NODE_EXTRA_CA_CERTS of the job names its file.';

const hasAnswered = ({ said }: Fault): boolean => said.startsWith('answered ');

/**
 * Between which nodes the mesh is cut, where it can only be that: a port answers through one node,
 * and not through another that runs no task of it.
 */
function cutPairs(faults: readonly Fault[]): string[] {
  const pairs = faults.flatMap((fault) => {
    const { endpoint, place } = fault;
    const { mode, places, runsOn } = endpoint;
    const silent = new Set(
      faults.filter((one) => one.endpoint === endpoint).map((one) => one.place.node),
    );
    const others = [...new Set(runsOn)].filter((node) => node !== place.node);
    const isMesh = mode === 'ingress' && !hasAnswered(fault) && others.length > 0;
    if (!isMesh || places.every(({ node }) => silent.has(node))) return [];
    return [`from ${place.node} to ${others.join(' or ')}`];
  });
  return [...new Set(pairs)];
}

type Request = { readonly kind: 'tcp' } | ({ readonly kind: 'http' } & VerifyTarget);

function requestsFor(
  endpoint: PublishedEndpoint,
  targets: readonly VerifyTarget[] | undefined,
): Request[] {
  if (endpoint.protocol !== 'tcp') return [];
  if (targets === undefined) return [{ kind: 'tcp' }];
  return targets
    .filter((target) => target.port === endpoint.published)
    .map((target) => ({ kind: 'http', ...target }));
}

async function askAll(
  endpoint: PublishedEndpoint,
  requests: readonly Request[],
  options: VerifyOptions,
): Promise<Fault[]> {
  const tasks = endpoint.mode === 'ingress' ? endpoint.runsOn.length : 1;
  const inARow = Math.min(Math.max(tasks, 1), MOST_IN_A_ROW);
  const answers = await Promise.all(
    endpoint.places.flatMap((place) =>
      requests.map(async (request) => {
        const said = await askUntilAnswered(place, request, inARow, options);
        return said === undefined ? undefined : { endpoint, place, request, said };
      }),
    ),
  );
  return answers.filter((fault) => fault !== undefined);
}

function describe({ endpoint, place, request, said }: Fault): string {
  const { service, published, mode, runsOn } = endpoint;
  const what = request.kind === 'http' ? `GET ${nameOf(request)}` : 'connection';
  const where =
    mode === 'ingress' && runsOn.length > 0 ? ` (runs on ${[...new Set(runsOn)].join(', ')})` : '';
  return `${service}${where}, port ${published}, through ${place.node} (${place.host}:${place.port}), ${what}: ${said}`;
}

/** By its address if it has one of its own: the port of a short one is said already. */
function nameOf(target: VerifyTarget): string {
  return target.name === undefined ? target.path : describeTarget(target);
}

/** The last fault where the time ran out; undefined where it answered so many times in a row. */
async function askUntilAnswered(
  place: Place,
  request: Request,
  inARow: number,
  { clock, signal, timeoutMs }: VerifyOptions,
): Promise<string | undefined> {
  const until = clock.now() + timeoutMs;
  for (let answers = 0; ; ) {
    signal.throwIfAborted();
    const fault = await (request.kind === 'tcp'
      ? (place.ask?.(signal) ?? askTcp(place, signal))
      : askHttp(place, request, signal));
    answers = fault === undefined ? answers + 1 : 0;
    if (answers === inARow) return undefined;
    if (fault === undefined) continue;
    if (clock.now() >= until) return fault;
    await clock.sleep(RETRY_MS, signal);
  }
}

function askTcp({ host, port }: Place, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ATTEMPT_TIMEOUT_MS, signal });
    const end = (fault: string | undefined) => {
      socket.destroy();
      resolve(fault);
    };
    socket.once('connect', () => end(undefined));
    socket.once('timeout', () => end(NO_ANSWER));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
  });
}

/** Undefined for a port that is asked. */
function whyNotAsked(
  { places, note }: PublishedEndpoint,
  requests: readonly Request[],
  targets: readonly VerifyTarget[] | undefined,
): string | undefined {
  if (requests.length > 0 && places.length > 0) return undefined;
  if (note !== undefined) return note;
  if (targets?.length === 0) return '`verify: "-"` asks nothing';
  if (requests.length === 0) return '`verify` does not name it';
  return 'no task of it runs on a node that the step is connected to';
}

function report(
  { places, runsOn: _, ...endpoint }: PublishedEndpoint,
  unasked: string | undefined,
  faults: number,
): Endpoint {
  const scheme = schemeOf(endpoint);
  const local = places.find((place) => place.localPort !== undefined);
  const nodes = places.map((place) => `${inUrl(place.host)}:${place.port}`);
  const first = local && `${local.localHost ?? '127.0.0.1'}:${local.localPort}`;
  // It may be the very address at which the runner reaches that node.
  const hosts = first === undefined || nodes.includes(first) ? nodes : [first, ...nodes];
  return {
    ...endpoint,
    urls: hosts.map((host) => `${scheme}://${host}`),
    checked: faults > 0 ? 'no answer' : unasked === undefined ? 'answers' : 'not checked',
    note: unasked,
  };
}

function schemeOf({ protocol, target }: Pick<PublishedEndpoint, 'protocol' | 'target'>): string {
  if (protocol !== 'tcp') return protocol;
  return target === 443 || target === 8443 ? 'https' : 'http';
}
