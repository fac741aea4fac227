import * as z from 'zod';
import { ActionError } from '../base/errors.ts';

/**
 * Holds what must be undone, for the post step and for every later step of this action: they talk
 * to the runner's own engine.
 */
export const MARKER = 'SWARM_UP_DOCKER_HOST';

/**
 * These make a client speak TLS to DOCKER_HOST where they are not empty (docker(1)), which a
 * forwarded socket does not.
 */
const TLS = ['DOCKER_TLS_VERIFY', 'DOCKER_TLS'] as const;

const marker = z.object({
  before: z.strictObject({
    DOCKER_HOST: z.string(),
    DOCKER_TLS_VERIFY: z.string().optional(),
    DOCKER_TLS: z.string().optional(),
  }),
});

type Environment = Readonly<Record<string, string | undefined>>;
type Variables = Readonly<Record<string, string>>;

/**
 * The variables to export so that the following steps' `docker` talks to `dockerHost`. `env` is
 * that of before.
 */
export function dockerHostVariables(dockerHost: string, env: Environment): Variables {
  const clear = TLS.filter((name) => env[name]);
  const before = Object.fromEntries(
    ['DOCKER_HOST', ...clear].map((name) => [name, env[name] ?? '']),
  );
  return {
    DOCKER_HOST: dockerHost,
    ...Object.fromEntries(clear.map((name) => [name, ''])),
    [MARKER]: JSON.stringify({ before }),
  };
}

/**
 * The variables that undo `dockerHostVariables`, read from the environment that it left; none where
 * it left none. Those that were not set are empty, because GitHub cannot unset a variable
 * (github.com/actions/runner/issues/1126); docker takes an empty one as none. Throws `ActionError`
 * where something else has written the marker.
 */
export function variablesBefore(env: Environment): Variables {
  const text = env[MARKER];
  if (!text) return {};
  const before = Object.entries(readMarker(text)).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(before), [MARKER]: '' };
}

function readMarker(text: string): z.infer<typeof marker>['before'] {
  try {
    return marker.parse(JSON.parse(text)).before;
  } catch (cause) {
    throw new ActionError(`The variable ${MARKER} cannot be read`, {
      details: text,
      hint: 'A step with `docker-host: true` writes it, and something else has changed it. Leave it as it is, or remove it in the same job.',
      cause,
    });
  }
}

/** What to tell a user whose job chooses an engine by context: DOCKER_HOST goes before it. */
export function contextNote(env: Environment): string | undefined {
  if (!env.DOCKER_CONTEXT) return undefined;
  return `DOCKER_CONTEXT is set to ${env.DOCKER_CONTEXT}. If both are set, the docker client uses DOCKER_HOST. So until the end of the job it talks to the manager. \`docker --context\` still chooses a context.`;
}
