import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string; readonly type: 'Bot' | 'User' };
}

interface Status {
  readonly state: string;
  readonly description: string;
  readonly environment_url?: string;
}

export interface Deployment {
  readonly id: number;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly payload: unknown;
  readonly transient_environment: boolean;
  /** The newest first. */
  readonly statuses: Status[];
}

/**
 * As much of GitHub as the action talks to, as its REST description has it, for one repository and
 * one pull request.
 */
export interface FakeGitHub extends AsyncDisposable {
  readonly apiUrl: string;
  readonly comments: Comment[];
  /** The newest first. */
  readonly deployments: Deployment[];
  /** `POST /issues/3/comments`, in order. */
  readonly requests: string[];
  /**
   * Requests that match get this answer instead, `times` of them. `isDone`: what they ask for is
   * done all the same.
   */
  instead(pattern: RegExp, answer: Answer, more?: { times?: number; isDone?: boolean }): void;
}

const NOT_FOUND: Answer = { status: 404, body: { message: 'Not Found', status: '404' } };
const HEAD = 'f'.repeat(40);

export async function fakeGitHub(repository = 'acme/shop'): Promise<FakeGitHub> {
  const comments: Comment[] = [];
  const deployments: Deployment[] = [];
  const requests: string[] = [];
  const rules: { pattern: RegExp; answer: Answer; times: number; isDone: boolean }[] = [];
  let nextId = 1_000;

  const answerTo = (method: string, url: URL, body: Record<string, unknown>): Answer => {
    const path = url.pathname.replace(`/repos/${repository}`, '');
    const [, kind, id, part] = path.split('/');
    const key = `${method} ${path.replace(/\d+/g, 'N')}`;
    switch (key) {
      case 'GET /pulls/N':
        return { status: 200, body: { number: Number(id), state: 'open', head: { sha: HEAD } } };
      case 'GET /issues/N/comments':
        return page(comments, url);
      case 'POST /issues/N/comments': {
        const user = { login: 'github-actions[bot]', type: 'Bot' } as const;
        const made: Comment = { id: nextId++, body: String(body.body), user };
        comments.push(made);
        return { status: 201, body: made };
      }
      case 'PATCH /issues/comments/N': {
        const comment = comments.find((one) => one.id === Number(part));
        if (!comment) return NOT_FOUND;
        comment.body = String(body.body);
        return { status: 200, body: comment };
      }
      case 'GET /deployments': {
        const task = url.searchParams.get('task');
        return page(
          deployments.filter((one) => task === null || one.task === task),
          url,
        );
      }
      case 'POST /deployments': {
        if (!/^[0-9a-f]{40}$/.test(String(body.ref))) {
          return { status: 422, body: { message: `No ref found for: ${body.ref}` } };
        }
        const made = { ...body, id: nextId++, statuses: [] } as unknown as Deployment;
        deployments.unshift(made);
        return { status: 201, body: made };
      }
      case 'GET /deployments/N/statuses':
      case 'POST /deployments/N/statuses': {
        const found = deployments.find((one) => one.id === Number(id));
        if (!found) return NOT_FOUND;
        if (method === 'GET') return page(found.statuses, url);
        if (String(body.description).length > 140) {
          return { status: 422, body: { message: 'Validation Failed' } };
        }
        found.statuses.unshift(body as unknown as Status);
        return { status: 201, body };
      }
      default:
        return { status: 500, body: `${kind} is not GitHub's` };
    }
  };

  const server = createServer(async (request, response) => {
    const method = request.method ?? '';
    const url = new URL(request.url ?? '', 'http://github.test');
    requests.push(`${method} ${url.pathname.replace(`/repos/${repository}`, '')}${url.search}`);
    const body = await bodyOf(request);
    const rule = rules.find(
      ({ pattern, times }) => times > 0 && pattern.test(requests.at(-1) ?? ''),
    );
    if (rule) rule.times -= 1;
    const done = !rule || rule.isDone ? answerTo(method, url, body) : undefined;
    const answer = rule?.answer ?? done ?? NOT_FOUND;
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments,
    deployments,
    requests,
    instead: (pattern, answer, { times = Number.POSITIVE_INFINITY, isDone = false } = {}) => {
      rules.push({ pattern, answer, times, isDone });
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

/** 30 to a page where nothing else is asked for, 100 at most, and a `Link` while there are more. */
function page(all: readonly unknown[], url: URL): Answer {
  const size = Math.min(100, Number(url.searchParams.get('per_page') ?? 30));
  const number = Number(url.searchParams.get('page') ?? 1);
  const body = all.slice((number - 1) * size, number * size);
  const link = `<${url.pathname}?page=${number + 1}>; rel="next"`;
  return { status: 200, body, ...(number * size < all.length && { headers: { link } }) };
}
