/** What a call is answered with. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

export class Refusal extends Error {
  readonly answer: Answer;
  constructor(status: number, code: string, message: string, details: unknown = null) {
    super(message);
    this.answer = { status, body: { error: { code, message, details } } };
  }
}

export function found<T>(things: Map<number, T>, id: number, kind: string): T {
  const thing = things.get(id);
  if (thing) return thing;
  throw new Refusal(404, 'not_found', `${kind} with ID '${id}' not found`);
}

export function inUse(kind: string, id: number): Refusal {
  return new Refusal(422, 'resource_in_use', `${kind} with ID '${id}' is still in use`);
}

export function refuseTaken(things: Map<number, { readonly name: string }>, name: unknown): void {
  if ([...things.values()].some((one) => one.name === name))
    throw new Refusal(409, 'uniqueness_error', 'name is already used');
}

export function refuseMany(rules: readonly unknown[]): void {
  if (rules.length > 50) throw new Refusal(422, 'invalid_input', 'too many rules');
}

export function ok(status: number, body?: unknown): Answer {
  return { status, body };
}
