import * as z from 'zod';
import { type SigningAccess, signedPost } from './signed-post.ts';

/** `{"__type": "com.amazonaws…#EC2InstanceNotFoundException", "Message": "…"}` */
const refusal = z.object({
  __type: z.string(),
  Message: z.string().optional(),
  message: z.string().optional(),
});

/** Codes by which such services say that there were too many calls; their status for them is 400. */
const THROTTLED = ['Throttling', 'TooManyRequests'];

/** A service of AWS that takes and gives JSON (protocol 1.1). */
export interface JsonService {
  /** As it is signed for: `servicequotas`. */
  readonly service: string;
  /** What stands before the action: `ServiceQuotasV20190624`. */
  readonly target: string;
}

/**
 * A `fetch` that speaks to such a service: the last part of a path is the action. Its parameters are
 * the JSON of the body, or of the query `input`. A refusal comes back in the form that `CloudClient`
 * reads. Rejects as `signedFetch` does.
 */
export function jsonFetch({ service, target }: JsonService, access: SigningAccess): typeof fetch {
  const post = signedPost(service, access);
  return async (input, init = {}) => {
    const url = new URL(String(input));
    const action = url.pathname.split('/').at(-1) ?? '';
    const body = String(init.body ?? url.searchParams.get('input') ?? '{}');
    const endpoint = new URL(url.pathname.slice(0, -action.length), url);
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${target}.${action}`,
    };
    const response = await post(endpoint, { headers, body, signal: init.signal ?? null });
    return response.ok ? response : refused(response, await response.text());
  };
}

function refused({ status, headers }: Response, text: string): Response {
  const said = refusal.safeParse(jsonOf(text)).data;
  if (!said) return new Response(text, { status, headers });
  const code = (said.__type.split('#').at(-1) ?? '').replace(/Exception$/, '');
  const message = said.Message ?? said.message ?? '';
  const answered = THROTTLED.includes(code) ? 429 : status;
  return new Response(JSON.stringify({ error: { code, message } }), { status: answered });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
