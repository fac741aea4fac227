import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../../../../src/base/clock.ts';
import { type CloudAnswer, type CloudStandIn, cloudStandIn } from '../cloud-server.ts';
import { type Given, parametersOf } from './form.ts';
import type { FakeInstance, RegionOptions } from './instances.ts';
import { isQuestion } from './is-question.ts';
import { Refusal } from './refusal.ts';
import { Region } from './region.ts';
import { isSigned, KEY, type SignedRequest } from './signature.ts';
import { REGION } from './wares.ts';
import { answerXml, errorXml } from './xml.ts';

/** What EC2 answers, in XML, or another service, in JSON. */
export interface TextAnswer {
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
  /** The same of Service Quotas and the Price List. */
  onInput: ((action: string, input: object, answer: object) => void) | undefined;
  /** What EC2 Instance Connect does with a key; without it, there is none. */
  onKey: ((instance: FakeInstance, user: string, key: string) => Promise<void>) | undefined;
  /** Undefined for no answer. */
  ask(request: SignedRequest): TextAnswer | undefined;
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
      const isOfAccount = Object.values(JSON_SERVICES).some(({ actions }) => actions.test(action));
      const body = isOfAccount
        ? region.account.call(action, given, region.permissions)
        : region.call(action, given);
      return { status: 200, body };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return refusal(error.status, error.code, error.message);
    }
  }
  const whole: Amazonec2StandIn = Object.assign(standIn, {
    region,
    onCall: undefined,
    onInput: undefined,
    onKey: undefined,
    ask(request: SignedRequest) {
      if (request.headers['x-amz-target']) return askAccount(request);
      const form = new URLSearchParams(request.body);
      const action = form.get('Action') ?? '';
      const { Action: _, Version: __, ...body } = parametersOf(form);
      const method = isQuestion(request.body, undefined) ? 'GET' : 'POST';
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
  function askAccount(request: SignedRequest): TextAnswer | undefined {
    const [target = '', action = ''] = (request.headers['x-amz-target'] ?? '').split('.');
    const service = JSON_SERVICES[target]?.service ?? 'unknown';
    const isKnown = isSigned(request, REGION, service);
    const body = JSON.parse(request.body) as Record<string, unknown>;
    const got = standIn.answer({
      ...{ method: 'GET', url: new URL(`http://${service}.test/${action}`), body },
      authorization: isKnown ? `Bearer ${KEY.secret}` : undefined,
    });
    if (!got) return undefined;
    if (got.status >= 400) return refusedJson(got);
    whole.onInput?.(action, body, got.body as object);
    return { status: got.status, text: JSON.stringify(got.body) };
  }
  return whole;
}

/** Services beside EC2 that are asked of the account, by their target. */
const JSON_SERVICES: Readonly<
  Record<string, { readonly service: string; readonly actions: RegExp }>
> = {
  ServiceQuotasV20190624: {
    ...{ service: 'servicequotas', actions: /^Get(?:AWSDefault)?ServiceQuota$/ },
  },
  AWSPriceListService: { service: 'pricing', actions: /^GetProducts$/ },
};

/** EC2's words for what goes wrong anywhere, as other services say it. */
const JSON_WORDS: Readonly<Record<string, readonly [number, string]>> = {
  RequestLimitExceeded: [400, 'TooManyRequestsException'],
  InternalError: [500, 'ServiceException'],
  AuthFailure: [400, 'UnrecognizedClientException'],
};

function refusedJson({ status, body }: CloudAnswer): TextAnswer {
  const [code = '', message = ''] = body as readonly string[];
  const [answered, __type] = JSON_WORDS[code] ?? [status, code];
  return { status: answered, text: JSON.stringify({ __type, message }) };
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
    const target = headers['x-amz-target'];
    const asked = { path: request.url ?? '', headers, body };
    const got = target?.startsWith('AWSEC2InstanceConnectService.')
      ? await connectAnswer(standIn, asked)
      : standIn.ask(asked);
    if (!got) return void request.socket.destroy();
    const type = target ? 'application/x-amz-json-1.1' : 'text/xml;charset=UTF-8';
    response.writeHead(got.status, { 'content-type': type });
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
): Promise<TextAnswer> {
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
