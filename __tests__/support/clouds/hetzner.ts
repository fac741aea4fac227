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
 * A stand-in of Hetzner's API with one project, on a port of the loopback interface. It knows the
 * calls that the driver makes, and answers in the form of Hetzner's description.
 */
export interface FakeHetzner extends AsyncDisposable {
  readonly endpoint: string;
  readonly token: string;
  readonly project: Project;
  /** `POST /servers 201`, in order; of a lost answer `lost`. */
  readonly journal: string[];
  /** What goes wrong from now on. */
  fault(fault: Fault): void;
  /** Every so many calls, one is answered with 429; undefined for none. */
  limitEvery: number | undefined;
  /** The token may only read. */
  readsOnly: boolean;
  /** Other tokens of the same project. */
  readonly otherTokens: Set<string>;
}

const TOKEN = 'fake-token-of-the-project';

/** Starts the stand-in. Times are in ms of `clock`. */
export async function fakeHetzner(
  options: Partial<ProjectOptions> & { readonly clock?: Clock } = {},
): Promise<FakeHetzner> {
  const project = new Project({
    ...{ clock: systemClock, actionMs: 3_000, lingerMs: 0, releaseMs: 0 },
    ...{ serverLimit: 100, keepsAddresses: false },
    ...options,
  });
  const faults: { readonly fault: Fault; seen: number }[] = [];
  let calls = 0;

  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '', 'http://hetzner.test');
    const method = request.method ?? '';
    const name = `${method} ${url.pathname}`;
    const body = await bodyOf(request);
    const got = decide(name, method, request.headers.authorization, () =>
      project.call(method, url, body),
    );
    fake.journal.push(`${method} ${url.pathname}${url.search} ${got?.status ?? 'lost'}`);
    if (!got) return void request.socket.destroy();
    response.writeHead(got.status, headersOf(got, calls));
    response.end(got.body === undefined ? '' : JSON.stringify(got.body));
  };

  /** Undefined for no answer. */
  const decide = (
    name: string,
    method: string,
    authorization: string | undefined,
    done: () => Answer,
  ): Answer | undefined => {
    calls += 1;
    const token = /^Bearer (.*)$/.exec(authorization ?? '')?.[1] ?? '';
    if (token !== TOKEN && !fake.otherTokens.has(token)) return refusal(401, 'unauthorized');
    if (fake.limitEvery && calls % fake.limitEvery === 0)
      return refusal(429, 'rate_limit_exceeded');
    if (fake.readsOnly && method !== 'GET') return refusal(403, 'token_readonly');
    const fault = due(faults, name);
    if (!fault) return done();
    if (fault.isDone) done();
    return fault.answer === 'lost'
      ? undefined
      : refusal(fault.answer, fault.code ?? 'server_error');
  };

  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const fake: FakeHetzner = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: TOKEN,
    project,
    journal: [],
    fault: (fault) => void faults.push({ fault, seen: 0 }),
    limitEvery: undefined,
    readsOnly: false,
    otherTokens: new Set(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
  return fake;
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
