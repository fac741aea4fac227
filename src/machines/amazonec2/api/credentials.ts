import { ActionError } from '../../../base/errors.ts';

/** Who asks AWS. Secret. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Only of credentials that end by themselves. */
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Gives them; what ends soon is asked for anew. Throws `ActionError` if there are none. */
export type Provider = () => Promise<Credentials>;

/** Before their end, credentials are asked for anew, in ms. */
const EARLY_MS = 5 * 60_000;

/**
 * The credentials of the variables, or else what AWS's own tools would find: a web identity, a
 * profile, the role of a container or of the machine. Throws `ActionError` if there are none.
 */
export function credentialsOf(
  variables: Readonly<Record<string, string | undefined>>,
  now: () => number = Date.now,
): Provider {
  const given = givenIn(variables);
  if (given) return async () => given;
  let last: Promise<Credentials> | undefined;
  return async () => {
    const found = await last?.catch(() => undefined);
    const isFresh =
      found && (found.expiration === undefined || found.expiration.getTime() - EARLY_MS > now());
    if (!isFresh) last = fromChain();
    return await (last as Promise<Credentials>);
  };
}

/** The credentials that stand in variables; undefined if there are none. */
export function givenIn(
  variables: Readonly<Record<string, string | undefined>>,
): Credentials | undefined {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = variables;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return undefined;
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
}

async function fromChain(): Promise<Credentials> {
  // Nearly a megabyte, which only those load who need it.
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  try {
    return await defaultProvider()();
  } catch (error) {
    throw noCredentials(error instanceof Error ? error.message : String(error));
  }
}

/** The error of a run that nobody has given credentials. */
function noCredentials(details: string): ActionError {
  return new ActionError('There are no credentials for AWS.', {
    details,
    hint: 'Put `aws-actions/configure-aws-credentials` before this step (`role-to-assume`, with `permissions: id-token: write`). A pull request from a fork gets none. A self-hosted runner on EC2 may have a role of its own.',
  });
}
