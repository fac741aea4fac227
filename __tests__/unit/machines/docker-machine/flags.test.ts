import { expect, test } from '@jest/globals';
import {
  chooseFlags,
  flagWords,
  isSecret,
  mostMachines,
} from '../../../../src/machines/docker-machine/flags.ts';
import { flagsIn } from '../../../../src/machines/docker-machine/help.ts';
import { dockerMachineOptions } from '../../../../src/machines/docker-machine/options.ts';
import { DRIVERS, helpOf } from '../../../support/docker-machine/drivers.ts';

// Lines as docker-machine prints them, with tabs, and as they are copied from a terminal.
const HELP = [
  'Usage: docker-machine create [OPTIONS] [arg...]',
  '',
  "   Run 'docker-machine create --driver name --help' to include the create flags for that driver in the help text.",
  'Options:',
  '   --driver, -d "virtualbox"\t\t\tDriver to create machine with. [$MACHINE_DRIVER]',
  '   --amazonec2-access-key \t\t\tAWS Access Key [$AWS_ACCESS_KEY_ID]',
  '   --amazonec2-open-port [--amazonec2-open-port option --amazonec2-open-port option]\tMake the specified port number accessible from the Internet',
  '   --amazonec2-region "us-east-1"         AWS region [$AWS_DEFAULT_REGION]',
  '   --amazonec2-secret-key \t\t\tAWS Secret Key [$AWS_SECRET_ACCESS_KEY, $AWS_SECRET_KEY]',
  '   --amazonec2-monitoring\t\t\tSet this flag to enable CloudWatch monitoring',
  '   --amazonec2-root-password \t\t\tPassword of root',
  '   --azure-location "westus"\tAzure region [%AZURE_LOCATION%]',
  '   --engine-label [--engine-label option --engine-label option]\tSpecify labels for the created engine',
].join('\n');
const KNOWN = flagsIn(HELP);
const flagsOf = (flags: object, driver = 'amazonec2') =>
  dockerMachineOptions.parse({ driver, flags });

test('the help tells of flags, their variables, and which may be given several times', () => {
  expect(KNOWN.map(({ name }) => name)).toHaveLength(9);
  expect(KNOWN.find(({ name }) => name === 'amazonec2-secret-key')).toEqual({
    ...{ name: 'amazonec2-secret-key', isList: false },
    variables: ['AWS_SECRET_ACCESS_KEY', 'AWS_SECRET_KEY'],
  });
  expect(KNOWN.find(({ name }) => name === 'azure-location')?.variables).toEqual([
    'AZURE_LOCATION',
  ]);
  expect(KNOWN.find(({ name }) => name === 'driver')?.variables).toEqual(['MACHINE_DRIVER']);
  expect(KNOWN.filter(({ isList }) => isList).map(({ name }) => name)).toEqual([
    'amazonec2-open-port',
    'engine-label',
  ]);
  expect(flagsIn('No such help')).toEqual([]);
  const generic = DRIVERS.generic;
  expect(generic && flagsIn(helpOf(generic).join('\n'))).toHaveLength(10);
});

test('a flag is a word with its value; the name of the driver before it may be left out', () => {
  const given = flagsOf({
    ...{ region: 'eu-central-1', 'amazonec2-open-port': [80, '443/udp'] },
    ...{ 'amazonec2-monitoring': true, 'engine-label': ['tier=test'] },
  });
  expect(flagWords(chooseFlags(given, KNOWN), 1)).toEqual([
    '--amazonec2-region=eu-central-1',
    ...['--amazonec2-open-port=80', '--amazonec2-open-port=443/udp'],
    ...['--amazonec2-monitoring=true', '--engine-label=tier=test'],
  ]);
});

test.each([
  [{ 'amazonec2-regoin': 'x' }, 'has no flag `amazonec2-regoin`', 'Is `amazonec2-region` meant?'],
  [{ regoin: 'x' }, 'has no flag `regoin`', 'Is `amazonec2-region` meant?'],
  [{ 'azure-size': 'x' }, 'has no flag `azure-size`', undefined],
  [{ region: ['a', 'b'] }, '`region` takes one value', 'Give the one that is meant.'],
  [{ driver: 'x' }, '`driver` is not taken here', 'Give it as `driver` in `driver-options`.'],
  [{ 'swarm-master': true }, '`swarm-master` is not taken here', expect.stringContaining('nodes')],
  [{ 'engine-label': 'swarm-up.cluster=x' }, 'gives swarm-up.cluster=x', 'Give it another name.'],
])('%j is refused', (flags, message, hint) => {
  let error: unknown;
  try {
    chooseFlags(flagsOf(flags), KNOWN);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ message: expect.stringContaining(message), hint });
});

test('what is secret comes by a variable, and never by the command line', () => {
  const choose = (flags: object, known = KNOWN) => chooseFlags(flagsOf(flags), known);
  expect(() => choose({ 'secret-key': 'x' })).toThrow(
    expect.objectContaining({
      message:
        'driver-options: `flags`: `secret-key` is secret, and other users of the runner see the command line of docker-machine.',
      hint: 'Give it to the step by `env`, from a secret, as AWS_SECRET_ACCESS_KEY.',
    }),
  );
  expect(() => choose({ 'root-password': 'x' })).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('in no other way') }),
  );
  expect(() => choose({ 'hetzner-api-token': 'x' }, [])).toThrow(
    expect.objectContaining({ hint: expect.stringContaining('--help` names for it') }),
  );
});

test.each([
  ...['amazonec2-access-key', 'digitalocean-access-token', 'hetzner-api-token', 'linode-root-pass'],
  ...['openstack-password', 'exoscale-api-secret-key', 'softlayer-api-key', 'azure-client-secret'],
])('%s is secret', (name) => expect(isSecret(name)).toBe(true));

test.each([
  ...['generic-ssh-key', 'amazonec2-ssh-keypath', 'amazonec2-keypair-name', 'engine-opt'],
  ...['digitalocean-ssh-key-fingerprint', 'openstack-keypair-name', 'amazonec2-region'],
])('%s is not', (name) => expect(isSecret(name)).toBe(false));

test('each machine of `generic` has an address of the list', () => {
  const known = flagsIn(helpOf(DRIVERS.generic ?? fail()).join('\n'));
  const of = (address: unknown) =>
    chooseFlags(flagsOf({ 'ip-address': address, 'ssh-user': 'admin' }, 'generic'), known);
  const three = of(['192.0.2.1', '192.0.2.2', '192.0.2.3']);
  expect(flagWords(three, 2)).toEqual([
    '--generic-ip-address=192.0.2.2',
    '--generic-ssh-user=admin',
  ]);
  expect(mostMachines({ driver: 'generic' }, three)).toBe(3);
  expect(mostMachines({ driver: 'generic' }, of('192.0.2.1'))).toBe(1);
  expect(mostMachines({ driver: 'amazonec2' }, [])).toBeUndefined();
});

function fail(): never {
  throw new Error('There is no driver generic.');
}
