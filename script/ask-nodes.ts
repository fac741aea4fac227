import * as z from 'zod';

const Nodes = z.array(z.object({ name: z.string(), address: z.string() }));
const Endpoints = z
  .array(
    z.object({
      service: z.string(),
      port: z.number(),
      mode: z.enum(['ingress', 'host']),
      urls: z.array(z.string()),
    }),
  )
  .nonempty();

export type NodeOutput = z.infer<typeof Nodes>[number];
export type EndpointOutput = z.infer<typeof Endpoints>[number];

/** Reads the output `nodes` of the action. */
export function readNodes(output: string): NodeOutput[] {
  return Nodes.parse(JSON.parse(output));
}

/** Reads the output `endpoints` of the action. Throws where there is none. */
export function readEndpoints(output: string): EndpointOutput[] {
  return Endpoints.parse(JSON.parse(output));
}

export interface Answer {
  readonly node: string;
  readonly url: string;
  /** The first line of the answer, or why there was none. */
  readonly text: string;
  readonly ok: boolean;
}

const ANSWER_MS = 5_000;

/**
 * Asks a published port through every node, `times` times, one after another and with a new
 * connection each time: it is connections that the routing mesh hands round.
 */
export async function askNodes(
  nodes: readonly NodeOutput[],
  port: number,
  times: number,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let round = 0; round < times; round++) {
    for (const { name, address } of nodes) {
      const url = `http://${address.includes(':') ? `[${address}]` : address}:${port}/`;
      answers.push({ node: name, url, ...(await ask(url)) });
    }
  }
  return answers;
}

/** Resolves with the answer or with why there is none; never rejects. */
export async function ask(url: string): Promise<Pick<Answer, 'text' | 'ok'>> {
  try {
    const response = await fetch(url, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const text = (await response.text()).split('\n')[0] ?? '';
    return { ok: response.ok, text: response.ok ? text : `HTTP ${response.status}` };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { ok: false, text: cause instanceof Error ? cause.message : String(cause) };
  }
}
