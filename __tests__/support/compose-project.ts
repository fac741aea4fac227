import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { ComposeProject } from '../../src/compose/load.ts';
import { composeModel } from '../../src/compose/model.ts';
import { type RenderedStack, renderStack } from '../../src/compose/render/render.ts';

/**
 * A project as `loadCompose` would give it, from what Compose would print. The project is called
 * `stk`; nothing has a place.
 */
export function composeProject(
  model: object,
  changes: Partial<Omit<ComposeProject, 'model'>> = {},
): ComposeProject {
  return {
    files: ['compose.yaml'],
    workspace: '/workspace',
    directory: '/workspace',
    model: composeModel.parse({ name: 'stk', ...model }),
    environment: new Map(),
    findings: [],
    unknownKeys: [],
    emptied: [],
    read: (path) => readFile(path),
    locate: () => undefined,
    ...changes,
  };
}

/** A project of one service, `web`, with these keys beside its image. */
export function projectOf(service: object): ComposeProject {
  return composeProject({ services: { web: { image: 'web:1', ...service } } });
}

// biome-ignore lint/suspicious/noExplicitAny: the tests look into it freely
export type Parsed = any;

/** The stack file of a project as `docker stack deploy` understands it. */
export async function rendered(
  project: ComposeProject,
  options: { readonly mtu?: number } = {},
): Promise<{ file: Parsed; web: Parsed; stack: RenderedStack }> {
  const stack = await renderStack(project, { stackName: 'stk', ...options });
  const file = dockerInterpolates(parse(stack.text, { maxAliasCount: 0 }));
  return { file, web: (file as Parsed).services?.web, stack };
}

/**
 * What the stack loader does to each value, without any variable being set (docker/cli
 * cli/compose/template/template.go). Keys stay.
 */
export function dockerInterpolates(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$(?:(\$)|[_a-z][_a-z0-9]*|\{[^}]*\}|())/gi, (all, escaped, invalid) => {
      if (invalid === '') throw new Error(`Invalid interpolation format: ${all} in ${value}`);
      return escaped ?? '';
    });
  }
  if (Array.isArray(value)) return value.map(dockerInterpolates);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, dockerInterpolates(one)]),
  );
}
