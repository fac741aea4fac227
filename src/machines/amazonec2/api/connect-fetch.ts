import * as z from 'zod';
import { type SigningAccess, signedPost } from './signed-post.ts';

/** `{"__type": "com.amazonaws…#EC2InstanceNotFoundException", "Message": "…"}` */
const refusal = z.object({
  __type: z.string(),
  Message: z.string().optional(),
  message: z.string().optional(),
});

/**
 * A `fetch` that speaks to EC2 Instance Connect (JSON 1.1): the last part of a path is the action,
 * the body its parameters. A refusal comes back in the form that `CloudClient` reads. Rejects as
 * `signedFetch` does.
 */
export function connectFetch(access: SigningAccess): typeof fetch {
  const post = signedPost('ec2-instance-connect', access);
  return async (input, init = {}) => {
    const url = new URL(String(input));
    const action = url.pathname.split('/').at(-1) ?? '';
    const endpoint = new URL(url.pathname.slice(0, -action.length), url);
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSEC2InstanceConnectService.${action}`,
    };
    const body = String(init.body ?? '{}');
    const response = await post(endpoint, { headers, body, signal: init.signal ?? null });
    return response.ok ? response : refused(response, await response.text());
  };
}

function refused({ status, headers }: Response, text: string): Response {
  const said = refusal.safeParse(jsonOf(text)).data;
  if (!said) return new Response(text, { status, headers });
  const code = (said.__type.split('#').at(-1) ?? '').replace(/Exception$/, '');
  const message = said.Message ?? said.message ?? '';
  const answered = code === 'Throttling' ? 429 : status;
  return new Response(JSON.stringify({ error: { code, message } }), { status: answered });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
