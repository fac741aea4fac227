/** Inputs, with private keys among them, and what main leaves for post. */
const OWN_VARIABLE = /^(?:INPUT|STATE)_/;

/**
 * What takes the variables of this process alone out of the environment of a program that is not
 * its own.
 */
export function withoutOwnVariables(
  variables: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, undefined>> {
  const own = Object.keys(variables).filter((name) => OWN_VARIABLE.test(name));
  return Object.fromEntries(own.map((name) => [name, undefined]));
}
