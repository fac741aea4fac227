/** Of this process alone: inputs, with private keys among them, and what main leaves for post. */
const OWN = /^(?:INPUT|STATE)_/;

/** Takes the action's own variables away from a program: `env` of `RunOptions`. */
export function withoutOwnVariables(
  variables: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, undefined>> {
  const own = Object.keys(variables).filter((name) => OWN.test(name));
  return Object.fromEntries(own.map((name) => [name, undefined]));
}
