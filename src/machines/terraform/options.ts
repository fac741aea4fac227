import * as z from 'zod';
import { parseDuration } from '../../base/duration.ts';

/** What the driver itself gives a module begins so. */
export const OWN_VARIABLE = 'swarm_up';

const MODULE = 'give the folder of the module: `machines/hetzner`';
const BINARY = 'give the program: `terraform`, `tofu`, or its path';
const LIST = 'give a list of texts';
const DURATION = 'give a duration above 0 with its unit: `90s`, `15m`';
const VARIABLES = 'give a map of the variables of the module: `{region: fsn1}`';
const OWN = `\`${OWN_VARIABLE}\` and \`${OWN_VARIABLE}_user_data\` are given by Swarm Up. Leave them out`;
const SECRET =
  'an argument is seen by every user of the runner. Give the secret by a variable of the step (`env`), under the name that the backend documents';
const TIMEOUT_MS = 900_000;
const LOCK_TIMEOUT_MS = 120_000;

/** Settings of backends that are secrets, by their names in the backends' documentation. */
const SECRET_SETTING =
  /^(?:access_key|secret_key|token|password|sas_token|client_secret|client_certificate_password|encryption_key|credentials|access_token|conn_str|oidc_token)=/;

/** `driver-options` of the `terraform` driver. */
export interface TerraformOptions {
  /** The folder of the module, from that of the job. */
  readonly module: string;
  readonly binary: string;
  /** Settings of the backend (`bucket=states`), or files of them. */
  readonly 'backend-config': readonly string[];
  readonly 'var-file': readonly string[];
  readonly variables: Readonly<Record<string, unknown>>;
  /** Whether a state on the runner may outlive the job. */
  readonly 'allow-local-state': boolean;
  /** How long one run that changes something may take, in ms. */
  readonly timeout: number;
  /** How long another run that holds the lock of the state is waited for, in ms. */
  readonly 'lock-timeout': number;
}

const text = z.string(LIST).min(1, LIST);
const duration = z
  .string(DURATION)
  .transform((given) => parseDuration(given) ?? 0)
  .refine((ms) => ms > 0, DURATION);
const variables = z
  .record(z.string(), z.unknown(), VARIABLES)
  .refine((given) => Object.keys(given).every((name) => !name.startsWith(OWN_VARIABLE)), OWN);

const place = {
  module: z.string(MODULE).min(1, MODULE),
  binary: z.string(BINARY).min(1, BINARY).default('terraform'),
  'backend-config': z
    .array(
      text.refine((one) => !SECRET_SETTING.test(one), SECRET),
      LIST,
    )
    .default([]),
  'var-file': z.array(text, LIST).default([]),
  variables: variables.default({}),
};

export const terraformOptions = z.strictObject({
  ...place,
  'allow-local-state': z.boolean('give `true` or `false`').default(false),
  timeout: duration.default(TIMEOUT_MS),
  'lock-timeout': duration.default(LOCK_TIMEOUT_MS),
});

/**
 * What finding and removing needs: the module and its backend, and its variables, without which it
 * destroys nothing. Other keys are not looked at, as they change nothing there.
 */
export const placeOptions: z.ZodType<TerraformOptions> = z.object({
  ...place,
  'allow-local-state': z.boolean().catch(false),
  timeout: duration.catch(TIMEOUT_MS),
  'lock-timeout': duration.catch(LOCK_TIMEOUT_MS),
});
