import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../../../../src/base/clock.ts';
import { type CloudAnswer, type CloudStandIn, cloudStandIn } from '../cloud-server.ts';
import { type Given, parametersOf } from './form.ts';
import { isQuestion } from './is-question.ts';
import { type FakeInstance, Refusal, Region, type RegionOptions } from './region.ts';
import { isSigned, KEY, type SignedRequest } from './signature.ts';
import { REGION } from './wares.ts';
import { answerXml, errorXml } from './xml.ts';

/** What EC2 answers. */
export interface XmlAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * A stand-in of EC2's API with one account and region. It knows the calls that the driver makes,
 * checks their signature, and answers in the form of the vendor's description. In its journal a
 * question is `GET /DescribeInstances 200`, and a dry run `GET /RunInstances 412`; any other call is
 * a POST.
 */
export interface Amazonec2StandIn extends CloudStandIn {
  readonly region: Region;
  /** Told each call that is answered, and the answer, which is empty if the call is refused. */
  onCall: ((action: string, form: URLSearchParams, answer: object) => void) | undefined;
  /** What EC2 Instance Connect does with a key; without it, there is none. */
  onKey: ((instance: FakeInstance, user: string, key: string) => Promise<void>) | undefined;
  /** Undefined for no answer. */
  ask(request: SignedRequest): XmlAnswer | undefined;
}

/** The stand-in on a port of the loopback interface. */
export interface FakeAmazonec2 extends Amazonec2StandIn, AsyncDisposable {
  readonly endpoint: string;
}

export const VARIABLES = {
  ...{ AWS_ACCESS_KEY_ID: KEY.id, AWS_SECRET_ACCESS_KEY: KEY.secret, AWS_REGION: REGION },
} as const;

/** Of a role, as `aws-actions/configure-aws-credentials` gives them. */
export const SESSION_VARIABLES = { ...VARIABLES, AWS_SESSION_TOKEN: 'fake-session-token' } as const;

/** Makes the stand-in. Times are in ms of `clock`. */
export function amazonec2StandIn(
  options: Partial<RegionOptions> & { readonly clock?: Clock } = {},
): Amazonec2StandIn {
  const region = new Region({
    ...{ clock: systemClock, bootMs: 6_000, lingerMs: 0, lagMs: 0, vcpuLimit: 10_000 },
    ...options,
  });
  const standIn = cloudStandIn({
    token: KEY.secret,
    call: (_method, url, body) => answerOf(url.pathname.slice(1), body as Record<string, Given>),
    refusal,
    headers: () => ({}),
  });
  function answerOf(action: string, given: Record<string, Given>): CloudAnswer {
    try {
      return { status: 200, body: region.call(action, given) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return refusal(error.status, error.code, error.message);
    }
  }
  const whole: Amazonec2StandIn = Object.assign(standIn, {
    region,
    onCall: undefined,
    onKey: undefined,
    ask(request: SignedRequest) {
      const form = new URLSearchParams(request.body);
      const action = form.get('Action') ?? '';
      const { Action: _, Version: __, ...body } = parametersOf(form);
      const method = isQuestion(request.body) ? 'GET' : 'POST';
      const url = new URL(`http://ec2.test/${action}`);
      const authorization = isSigned(request, REGION) ? `Bearer ${KEY.secret}` : undefined;
      const got = standIn.answer({ method, url, authorization, body });
      if (!got) return undefined;
      const isRefused = got.status >= 400;
      whole.onCall?.(action, form, isRefused ? {} : (got.body as object));
      if (isRefused) return { status: got.status, text: errorOf(got.body) };
      return { status: got.status, text: answerXml(action, got.body as object) };
    },
  });
  return whole;
}

/** Starts the stand-in on a port. */
export async function fakeAmazonec2(
  options: Partial<RegionOptions> & { readonly clock?: Clock } = {},
): Promise<FakeAmazonec2> {
  const standIn = amazonec2StandIn(options);
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const headers = request.headers as Record<string, string>;
    const body = Buffer.concat(parts).toString();
    if (headers['x-amz-target']) {
      const { status, text } = await connectAnswer(standIn, {
        path: request.url ?? '',
        headers,
        body,
      });
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      return void response.end(text);
    }
    const got = standIn.ask({ path: request.url ?? '', headers, body });
    if (!got) return void request.socket.destroy();
    response.writeHead(got.status, { 'content-type': 'text/xml;charset=UTF-8' });
    response.end(got.text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(standIn, {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  });
}

/** EC2 Instance Connect, which is another service. */
async function connectAnswer(
  { region, onKey, journal }: Amazonec2StandIn,
  request: SignedRequest,
): Promise<XmlAnswer> {
  const [, action] = (request.headers['x-amz-target'] ?? '').split('.');
  const given = JSON.parse(request.body) as Record<string, string>;
  const instance = region.instances.get(given.InstanceId ?? '');
  const isKnown = isSigned(request, REGION, 'ec2-instance-connect');
  const isDone = action === 'SendSSHPublicKey' && isKnown && instance && onKey;
  journal.push(`POST connect/${action} ${isDone ? 200 : 400}`);
  if (!isDone) {
    const __type = isKnown ? 'EC2InstanceNotFoundException' : 'AuthException';
    return { status: 400, text: JSON.stringify({ __type, Message: 'not admitted' }) };
  }
  await onKey(instance, given.InstanceOSUser ?? '', given.SSHPublicKey ?? '');
  return { status: 200, text: JSON.stringify({ RequestId: 'example', Success: true }) };
}

/** The words of EC2 for what goes wrong with any vendor. */
function refusal(status: number, code: string, message = `The stand-in says ${code}`): CloudAnswer {
  if (status === 429) return { status: 503, body: ['RequestLimitExceeded', message] };
  if (code === 'unauthorized') return { status: 401, body: ['AuthFailure', message] };
  return { status, body: [code === 'server_error' ? 'InternalError' : code, message] };
}

function errorOf(body: unknown): string {
  const [code = '', message = ''] = body as readonly string[];
  return errorXml(code, message);
}
