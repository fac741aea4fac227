import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Shape {
  readonly type: string;
  /** Name in a call, name in an answer, shape. */
  readonly members?: readonly (readonly [string, string, string])[];
  readonly member?: string;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
}

interface Structure {
  readonly operations: Readonly<
    Record<string, { readonly input: string; readonly output?: string }>
  >;
  readonly shapes: Readonly<Record<string, Shape>>;
}

const FOLDER = join(import.meta.dirname, '../../../fixtures/clouds');

/** AWS's description of a service, without its words. */
export interface Description {
  /** The calls that are described. */
  readonly actions: readonly string[];
  /** What in a call by the query API does not fit the description, a line each. */
  callViolations(action: string, form: URLSearchParams): string[];
  /** The same of a call by JSON. */
  inputViolations(action: string, input: object): string[];
  /** What in an answer does not fit the description, a line each. */
  answerViolations(action: string, answer: object): string[];
}

/** That of a service: `amazonec2`. */
export function descriptionOf(service: string): Description {
  const text = readFileSync(join(FOLDER, `${service}-structure.json`), 'utf8');
  const { operations, shapes } = JSON.parse(text) as Structure;
  const required = (action: string) => shapes[operations[action]?.input ?? '']?.required ?? [];
  const unknown = (action: string) => (operations[action] ? [] : [`${action} is not described`]);
  const missing = (action: string, names: readonly string[]) =>
    required(action)
      .filter((name) => !names.includes(name))
      .map((name) => `${action}: ${name} is missing`);
  return {
    actions: Object.keys(operations),
    callViolations(action, form) {
      const { input = '' } = operations[action] ?? {};
      if (input === '') return unknown(action);
      const given = [...form].filter(([name]) => name !== 'Action' && name !== 'Version');
      const names = given.map(([name]) => name.split('.')[0] ?? '');
      return [
        ...missing(action, names),
        ...given.flatMap(([name, value]) =>
          parameterViolation(shapes, input, name.split('.'), value).map(
            (what) => `${action}: ${name} ${what}`,
          ),
        ),
      ];
    },
    inputViolations(action, input) {
      const { input: name } = operations[action] ?? {};
      if (name === undefined) return unknown(action);
      return [
        ...missing(action, Object.keys(input)),
        ...valueViolations(shapes, name, input, action),
      ];
    },
    answerViolations(action, answer) {
      const { output } = operations[action] ?? {};
      const { return: isDone, ...content } = answer as { return?: unknown };
      // The same in each answer that has nothing else to say.
      const whole = output === undefined || isDone === undefined ? content : answer;
      if (output === undefined)
        return Object.keys(content).map((key) => `${action}: ${key} is unknown`);
      return valueViolations(shapes, output, whole, action);
    },
  };
}

type Shapes = Structure['shapes'];

function parameterViolation(
  shapes: Shapes,
  name: string,
  [part = '', ...rest]: readonly string[],
  value: string,
): string[] {
  const shape = shapes[name];
  if (!shape) return ['has no shape'];
  if (part === '') return scalarViolation(shape, value);
  if (shape.type === 'list') {
    if (!/^[1-9]\d*$/.test(part)) return [`has no number in a list: ${part}`];
    return parameterViolation(shapes, shape.member ?? '', rest, value);
  }
  const member = shape.members?.find(([sent]) => sent === part);
  if (!member) return [`is not known: ${part}`];
  return parameterViolation(shapes, member[2], rest, value);
}

function valueViolations(shapes: Shapes, name: string, value: unknown, path: string): string[] {
  const shape = shapes[name];
  if (!shape || value === undefined) return [];
  if (shape.type === 'list') {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((one, at) =>
      valueViolations(shapes, shape.member ?? '', one, `${path}.${at}`),
    );
  }
  if (shape.type !== 'structure')
    return scalarViolation(shape, String(value)).map((what) => `${path} ${what}`);
  if (typeof value !== 'object' || value === null) return [`${path} is no structure`];
  return Object.entries(value).flatMap(([key, one]) => {
    const member = shape.members?.find(([, answered]) => answered === key);
    return member
      ? valueViolations(shapes, member[2], one, `${path}.${key}`)
      : [`${path}.${key} is not known`];
  });
}

function scalarViolation(shape: Shape, value: string): string[] {
  if (['structure', 'list'].includes(shape.type)) return [`is a ${shape.type}`];
  if (['integer', 'long'].includes(shape.type)) return integerViolation(shape, value);
  if (shape.type === 'double')
    return Number.isFinite(Number(value)) ? [] : [`is no number: ${value}`];
  if (shape.type === 'boolean')
    return /^(?:true|false)$/.test(value) ? [] : [`is no boolean: ${value}`];
  if (shape.type === 'timestamp')
    return Number.isNaN(Date.parse(value)) ? [`is no time: ${value}`] : [];
  if (shape.enum && !shape.enum.includes(value)) return [`is none of ${shape.enum}: ${value}`];
  const { pattern } = shape;
  return pattern && !new RegExp(`^(?:${pattern})$`).test(value)
    ? [`does not fit ${pattern}: ${value}`]
    : [];
}

function integerViolation({ min = -Infinity, max = Infinity }: Shape, value: string): string[] {
  const number = Number(value);
  return Number.isInteger(number) && number >= min && number <= max
    ? []
    : [`is no such number: ${value}`];
}
