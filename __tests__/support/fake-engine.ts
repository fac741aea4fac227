import type { EngineApi } from '../../src/engine/api.ts';

/** An Engine API that answers from memory and remembers what it was told. */
export interface FakeEngine {
  readonly api: EngineApi;
  /** `POST /configs/create`, `DELETE /services/x` …, in order. */
  readonly told: string[];
  /** The bodies of what was posted, in order. */
  readonly bodies: unknown[];
  /** Answers of a path, which may be replaced at any time. */
  readonly answers: Record<string, unknown>;
  /** From now on this is refused with the error; undefined takes it back. */
  refuse(what: string, error: Error | undefined): void;
}

/** `answers`: path -> what it answers. */
export function fakeEngine(answers: Record<string, unknown>): FakeEngine {
  const refusals = new Map<string, Error | undefined>();
  const told: string[] = [];
  const bodies: unknown[] = [];
  const tell = async (what: string) => {
    told.push(what);
    const refusal = refusals.get(what);
    if (refusal) throw refusal;
  };
  const api: EngineApi = {
    get: async (path, _query, schema) => schema.parse(answers[path]),
    post: async (path, _query, body) => {
      bodies.push(body);
      await tell(`POST ${path}`);
    },
    delete: (path) => tell(`DELETE ${path}`),
    [Symbol.dispose]: () => {},
  };
  return { api, told, bodies, answers, refuse: (what, error) => refusals.set(what, error) };
}
