import { ActionError } from '../../base/errors.ts';
import { generateKeyPair } from '../../ssh/keys/generate.ts';
import { readPrivateKeys } from '../../ssh/keys/private-key.ts';
import { readGivenKeys } from '../cloud/read-given-keys.ts';
import { type UserKey, userKey } from '../cloud/user-key.ts';
import type { DriverSource } from '../driver.ts';
import type { ClusterId } from '../ownership.ts';
import { credentialsOf, givenIn, type Provider } from './api/credentials.ts';

/** Who a run is at AWS, and on the machines. */
export interface Access {
  readonly credentials: Provider;
  /** That of the variables; undefined if they name none. */
  readonly region: string | undefined;
  /** The key of the runs for the machines of a cluster. */
  readonly keyOf: (cluster: ClusterId) => UserKey;
  /** Whose key it is: a person's, that of whoever has the secret, or that of this run alone. */
  readonly keyFrom: 'input' | 'secret' | 'run';
}

/** Reads who the run is. Credentials that are not in variables are looked for when they are needed. */
export function readAccess(source: DriverSource): Access {
  const { variables } = source;
  const keys = readGivenKeys(source);
  const given = givenIn(variables);
  // What ends by itself is another secret in each run.
  const secret = given?.sessionToken === undefined ? given?.secretAccessKey : undefined;
  const isGiven = source.read('ssh-private-key').trim() !== '';
  let own: UserKey | undefined;
  return {
    credentials: credentialsOf(variables),
    region: variables.AWS_REGION || variables.AWS_DEFAULT_REGION || undefined,
    keyFrom: isGiven ? 'input' : secret === undefined ? 'run' : 'secret',
    keyOf: ({ cluster, repository }) => {
      if (isGiven || secret !== undefined)
        return userKey(keys(), { secret: secret ?? '', repository, cluster });
      own ??= keyOfRun();
      return own;
    },
  };
}

/** The region of the option, or of the variables. Throws `ActionError` if neither names one. */
export function regionOf(option: string | undefined, { region }: Pick<Access, 'region'>): string {
  const found = option ?? region;
  if (found !== undefined) return found;
  throw new ActionError('The region of AWS is not given.', {
    hint: 'Give `region` in `driver-options`, or the variable AWS_REGION, which `aws-actions/configure-aws-credentials` sets.',
  });
}

function keyOfRun(): UserKey {
  return userKey(readPrivateKeys(generateKeyPair('').privateKey), {
    ...{ secret: '', repository: '', cluster: '' },
  });
}
