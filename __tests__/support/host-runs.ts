/** The inputs of each run on hosts in the tests of faults, real or of the model. */
export function hostInputs(given: {
  readonly cluster: string;
  readonly addresses: readonly string[];
  readonly privateKey: string;
  readonly knownHosts: string;
}): Readonly<Record<string, string>> {
  return {
    driver: 'ssh',
    cluster: given.cluster,
    hosts: given.addresses.join('\n'),
    'ssh-private-key': given.privateKey,
    'ssh-known-hosts': given.knownHosts,
    'stack-name': 'shop',
    env: 'WORD=secret',
    teardown: 'always',
    'stable-for': '0s',
    'wait-timeout': '5s',
  };
}
