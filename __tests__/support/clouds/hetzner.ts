import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../../../src/base/clock.ts';
import { Project, type ProjectOptions } from './hetzner-project.ts';
import type { Answer } from './hetzner-refusals.ts';

/** What goes wrong at a call. */
export interface Fault {
  /** `POST /servers`; without the query. */
  readonly call: RegExp;
  /** At which of the calls that match, from 1; 1 if nothing is said. */
  readonly at?: number;
  /** At how many in a row; 1 if nothing is said. */
  readonly times?: number;
  /** Whether what the call asks for is done all the same. */
  readonly isDone?: boolean;
  /** A status, or no answer at all: the connection ends. */
  readonly answer: number | 'lost';
  readonly code?: string;
}

/**
 * A stand-in of Hetzner's API with one project. It knows the calls that the driver makes, and
 * answers in the form of Hetzner's description.
 */
export interface HetznerStandIn {
  readonly token: string;
  readonly project: Project;
  /** `POST /servers 201`, in order; of a lost answer `lost`. */
  readonly journal: string[];
  /** What goes wrong from now on. */
  fault(fault: Fault): void;
  /** Every so many calls, one is answered with 429; undefined for none. */
  limitEvery: number | undefined;
  /** By how many ms the clock of Hetzner is ahead. */
  aheadMs: number;
  /** The token may only read. */
  readsOnly: boolean;
  /** Other tokens of the same project. */
  readonly otherTokens: Set<string>;
  /** Undefined for no answer. */
  answer(asked: Asked): (Answer & { readonly headers: Record<string, string> }) | undefined;
}

/** The stand-in on a port of the loopback interface. */
export interface FakeHetzner extends HetznerStandIn, AsyncDisposable {
  readonly endpoint: string;
}

interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

const TOKEN = 'fake-token-of-the-project';

/** The stand-in without a port. Times are in ms of `clock`. */
export function hetznerStandIn(
  options: Partial<ProjectOptions> & { readonly clock?: Clock } = {},
): HetznerStandIn {
  const project = new Project({
    ...{ clock: systemClock, actionMs: 3_000, lingerMs: 0, releaseMs: 0 },
    ...{ serverLimit: 100, keepsAddresses: false },
    ...options,
  });
  const faults: { readonly fault: Fault; seen: number }[] = [];
  let calls = 0;

  const decide = ({ method, url, authorization, body }: Asked): Answer | undefined => {
    calls += 1;
    const done = () => project.call(method, url, body);
    const token = /^Bearer (.*)$/.exec(authorization ?? '')?.[1] ?? '';
    if (token !== TOKEN && !standIn.otherTokens.has(token)) return refusal(401, 'unauthorized');
    if (standIn.limitEvery && calls % standIn.limitEvery === 0)
      return refusal(429, 'rate_limit_exceeded');
    if (standIn.readsOnly && method !== 'GET') return refusal(403, 'token_readonly');
    const fault = due(faults, `${method} ${url.pathname}`);
    if (!fault) return done();
    if (fault.isDone) done();
    return fault.answer === 'lost'
      ? undefined
      : refusal(fault.answer, fault.code ?? 'server_error');
  };

  const standIn: HetznerStandIn = {
    token: TOKEN,
    project,
    journal: [],
    fault: (fault) => void faults.push({ fault, seen: 0 }),
    limitEvery: undefined,
    aheadMs: 0,
    readsOnly: false,
    otherTokens: new Set(),
    answer(asked) {
      const got = decide(asked);
      const { pathname, search } = asked.url;
      standIn.journal.push(`${asked.method} ${pathname}${search} ${got?.status ?? 'lost'}`);
      const date = new Date(Date.now() + standIn.aheadMs).toUTCString();
      return got && { ...got, headers: { date, ...headersOf(got, calls) } };
    },
  };
  return standIn;
}

/** Starts the stand-in. Times are in ms of `clock`. */
export async function fakeHetzner(
  options: Partial<ProjectOptions> & { readonly clock?: Clock } = {},
): Promise<FakeHetzner> {
  const standIn = hetznerStandIn(options);
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const got = standIn.answer({
      method: request.method ?? '',
      url: new URL(request.url ?? '', 'http://hetzner.test'),
      authorization: request.headers.authorization,
      body: await bodyOf(request),
    });
    if (!got) return void request.socket.destroy();
    response.writeHead(got.status, got.headers);
    response.end(got.body === undefined ? '' : JSON.stringify(got.body));
  };
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return Object.assign(standIn, {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  });
}

function due(faults: { readonly fault: Fault; seen: number }[], name: string): Fault | undefined {
  const matching = faults.filter(({ fault }) => fault.call.test(name));
  for (const one of matching) one.seen += 1;
  return matching.find(({ fault: { at = 1, times = 1 }, seen }) => seen >= at && seen < at + times)
    ?.fault;
}

function refusal(status: number, code: string): Answer {
  return { status, body: { error: { code, message: `The stand-in says ${code}`, details: null } } };
}

function headersOf({ status }: Answer, calls: number): Record<string, string> {
  const isLimited = status === 429;
  const now = Math.floor(Date.now() / 1_000);
  return {
    ...(status !== 204 && { 'content-type': 'application/json' }),
    'ratelimit-limit': '3600',
    'ratelimit-remaining': String(isLimited ? 0 : Math.max(0, 3_600 - calls)),
    'ratelimit-reset': String(isLimited ? now + 1 : now),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
