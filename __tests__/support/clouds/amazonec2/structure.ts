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

const FILE = join(import.meta.dirname, '../../../fixtures/clouds/amazonec2-structure.json');
const { operations, shapes } = JSON.parse(readFileSync(FILE, 'utf8')) as Structure;

/** The calls that are described. */
export const DESCRIBED: readonly string[] = Object.keys(operations);

/** What in a call does not fit AWS's description, a line each. */
export function callViolations(action: string, form: URLSearchParams): string[] {
  const operation = operations[action];
  if (!operation) return [`${action} is not described`];
  const given = [...form].filter(([name]) => name !== 'Action' && name !== 'Version');
  const required = shapes[operation.input]?.required ?? [];
  const missing = required.filter((name) => !given.some(([one]) => one.split('.')[0] === name));
  return [
    ...missing.map((name) => `${action}: ${name} is missing`),
    ...given.flatMap(([name, value]) =>
      parameterViolation(operation.input, name.split('.'), value).map(
        (what) => `${action}: ${name} ${what}`,
      ),
    ),
  ];
}

/** What in an answer does not fit AWS's description, a line each. */
export function answerViolations(action: string, answer: object): string[] {
  const { output } = operations[action] ?? {};
  const { return: isDone, ...content } = answer as { return?: unknown };
  // The same in each answer that has nothing else to say.
  const whole = output === undefined || isDone === undefined ? content : answer;
  if (output === undefined)
    return Object.keys(content).map((key) => `${action}: ${key} is unknown`);
  return valueViolations(output, whole, action);
}

function parameterViolation(
  name: string,
  [part = '', ...rest]: readonly string[],
  value: string,
): string[] {
  const shape = shapes[name];
  if (!shape) return ['has no shape'];
  if (part === '') return scalarViolation(shape, value);
  if (shape.type === 'list') {
    if (!/^[1-9]\d*$/.test(part)) return [`has no number in a list: ${part}`];
    return parameterViolation(shape.member ?? '', rest, value);
  }
  const member = shape.members?.find(([sent]) => sent === part);
  if (!member) return [`is not known: ${part}`];
  return parameterViolation(member[2], rest, value);
}

function valueViolations(name: string, value: unknown, path: string): string[] {
  const shape = shapes[name];
  if (!shape || value === undefined) return [];
  if (shape.type === 'list') {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((one, at) => valueViolations(shape.member ?? '', one, `${path}.${at}`));
  }
  if (shape.type !== 'structure')
    return scalarViolation(shape, String(value)).map((what) => `${path} ${what}`);
  if (typeof value !== 'object' || value === null) return [`${path} is no structure`];
  return Object.entries(value).flatMap(([key, one]) => {
    const member = shape.members?.find(([, answered]) => answered === key);
    return member
      ? valueViolations(member[2], one, `${path}.${key}`)
      : [`${path}.${key} is not known`];
  });
}

function scalarViolation(shape: Shape, value: string): string[] {
  if (['structure', 'list'].includes(shape.type)) return [`is a ${shape.type}`];
  if (['integer', 'long'].includes(shape.type)) return integerViolation(shape, value);
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
