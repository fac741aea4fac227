import { parseXML } from '@aws-sdk/xml-builder';
import { type SigningAccess, signedPost } from './signed-post.ts';

const VERSION = '2016-11-15';

/** Codes by which EC2 says that there were too many calls; its status for them is 503, or 400. */
const THROTTLED = ['RequestLimitExceeded', 'Throttling', 'ThrottlingException', 'RequestThrottled'];

/**
 * A `fetch` that speaks EC2's query API: the last part of a path is the action, its parameters are
 * the query, or the JSON object of the body. They are sent as a signed form, and the answer's XML
 * comes back as JSON. What EC2 answers as throttled has the status 429. Rejects if there are no
 * credentials, and as `fetch` does.
 */
export function signedFetch(access: SigningAccess): typeof fetch {
  const post = signedPost('ec2', access);
  return async (input, init = {}) => {
    const url = new URL(String(input));
    const action = url.pathname.split('/').at(-1) ?? '';
    const body = formOf(action, parametersOf(url, init.body));
    const endpoint = new URL(url.pathname.slice(0, -action.length), url);
    const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
    const response = await post(endpoint, { headers, body, signal: init.signal ?? null });
    return asJson(response, await response.text());
  };
}

function parametersOf(url: URL, body: unknown): Readonly<Record<string, string>> {
  if (typeof body === 'string') return JSON.parse(body) as Record<string, string>;
  return Object.fromEntries(url.searchParams);
}

function formOf(action: string, parameters: Readonly<Record<string, string>>): string {
  return new URLSearchParams({ Action: action, Version: VERSION, ...parameters }).toString();
}

/** What is no XML, as the page of a proxy, stays what it is. */
function asJson({ status, headers }: Response, text: string): Response {
  const content = contentOf(text);
  if (content === undefined) return new Response(text, { status, headers });
  const error = status >= 400 ? errorIn(content) : undefined;
  const answered = error ? statusOf(status, error.code) : status;
  return new Response(JSON.stringify(error ? { error } : content), { status: answered, headers });
}

function contentOf(text: string): unknown {
  try {
    const [content] = Object.values(parseXML(text) as object);
    return content;
  } catch {
    return undefined;
  }
}

function errorIn(content: unknown): { code: string; message: string } | undefined {
  const { Errors } = (content ?? {}) as { Errors?: { Error?: unknown } };
  const [first] = [Errors?.Error].flat() as { Code?: unknown; Message?: unknown }[];
  if (typeof first?.Code !== 'string') return undefined;
  return { code: first.Code, message: String(first.Message ?? '') };
}

/** A lack of room is no failure on EC2's side, although EC2 says so: nothing was done. */
function statusOf(status: number, code: string): number {
  if (THROTTLED.includes(code)) return 429;
  return code.startsWith('Insufficient') && status >= 500 ? 400 : status;
}
