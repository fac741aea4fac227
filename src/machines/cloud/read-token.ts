import type { DriverSource } from '../driver.ts';

/**
 * The API token in a variable of the step. It is a problem if there is none; `what` says which one
 * is wanted. Secret.
 */
export function readToken(
  { variables, problem }: Pick<DriverSource, 'variables' | 'problem'>,
  name: string,
  what: string,
): string {
  const token = variables[name] ?? '';
  if (token === '') {
    problem(
      'driver',
      name,
      `the variable is not set. Give ${what} to the step: \`env: { ${name}: "\${{ secrets.${name} }}" }\`. A pull request from a fork gets no secrets.`,
    );
  }
  return token;
}
