import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a call is answered with. */
export interface CloudAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** What goes wrong at a call. */
export interface CloudFault {
  /** `POST /v2/droplets`; without the query. */
  readonly call: RegExp;
  /** At which of the calls that match, from 1; 1 if nothing is said. */
  readonly at?: number;
  /** At how many in a row; 1 if nothing is said. */
  readonly times?: number;
  /** Whether what the call asks for is done all the same. */
  readonly isDone?: boolean;
  /** A status, or no answer at all: the connection ends. */
  readonly answer: number | 'lost';
  /** The vendor's word for it. */
  readonly code?: string;
  readonly message?: string;
}

/** What stands in for a vendor: its state, and how it says no. */
export interface CloudBehaviour {
  readonly token: string;
  call(method: string, url: URL, body: Record<string, unknown>): CloudAnswer;
  refusal(status: number, code: string, message?: string): CloudAnswer;
  /** Beside those of each answer. */
  headers(answer: CloudAnswer, calls: number): Record<string, string>;
}

/** A call, wherever it comes from. */
export interface CloudCallMade {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

/** What answers calls as a vendor would, on no port. */
export interface CloudStandIn {
  readonly token: string;
  /** `POST /v2/droplets 202`, in order; of a lost answer `lost`. */
  readonly journal: string[];
  /** What goes wrong from now on. */
  fault(fault: CloudFault): void;
  /** Every so many calls, one is answered with 429; undefined for none. */
  limitEvery: number | undefined;
  /** By how many ms the clock of the vendor is ahead. */
  aheadMs: number;
  /** Undefined for no answer. */
  answer(
    call: CloudCallMade,
  ): (CloudAnswer & { readonly headers: Record<string, string> }) | undefined;
}

/** A stand-in of a vendor. */
export function cloudStandIn(behaviour: CloudBehaviour): CloudStandIn {
  const faults: { readonly fault: CloudFault; seen: number }[] = [];
  let calls = 0;

  const decide = ({ method, url, authorization, body }: CloudCallMade): CloudAnswer | undefined => {
    calls += 1;
    if (authorization !== `Bearer ${behaviour.token}`)
      return behaviour.refusal(401, 'unauthorized');
    if (standIn.limitEvery && calls % standIn.limitEvery === 0)
      return behaviour.refusal(429, 'too_many_requests');
    const done = () => behaviour.call(method, url, body);
    const fault = due(faults, `${method} ${url.pathname}`);
    if (!fault) return done();
    if (fault.isDone) done();
    const { answer: status, code = 'server_error', message } = fault;
    return status === 'lost' ? undefined : behaviour.refusal(status, code, message);
  };

  const standIn: CloudStandIn = {
    token: behaviour.token,
    journal: [],
    fault: (fault) => void faults.push({ fault, seen: 0 }),
    limitEvery: undefined,
    aheadMs: 0,
    answer(call) {
      const got = decide(call);
      const { pathname, search } = call.url;
      standIn.journal.push(`${call.method} ${pathname}${search} ${got?.status ?? 'lost'}`);
      const date = new Date(Date.now() + standIn.aheadMs).toUTCString();
      return got && { ...got, headers: { date, ...behaviour.headers(got, calls) } };
    },
  };
  return standIn;
}

/** A stand-in on a port of the loopback interface. */
export interface CloudServer extends AsyncDisposable {
  /** `http://127.0.0.1:1234`. */
  readonly address: string;
}

/** Starts a server that answers as the stand-in does. */
export async function cloudServer(standIn: CloudStandIn): Promise<CloudServer> {
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const got = standIn.answer({
      method: request.method ?? '',
      url: new URL(request.url ?? '', 'http://cloud.test'),
      authorization: request.headers.authorization,
      body: await bodyOf(request),
    });
    if (!got) return void request.socket.destroy();
    const hasBody = got.body !== undefined;
    const type = hasBody && { 'content-type': 'application/json' };
    response.writeHead(got.status, { ...type, ...got.headers });
    response.end(hasBody ? JSON.stringify(got.body) : '');
  };
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function due(
  faults: { readonly fault: CloudFault; seen: number }[],
  name: string,
): CloudFault | undefined {
  const matching = faults.filter(({ fault }) => fault.call.test(name));
  for (const one of matching) one.seen += 1;
  return matching.find(({ fault: { at = 1, times = 1 }, seen }) => seen >= at && seen < at + times)
    ?.fault;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
