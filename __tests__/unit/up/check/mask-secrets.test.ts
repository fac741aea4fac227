import { expect, test } from '@jest/globals';
import { maskSecrets } from '../../../../src/up/check/mask-secrets.ts';

const POLICY = { maxServices: 25, maxTasks: 50 } as never;

function masked(
  contents: readonly string[],
  inputs: { readonly policy?: typeof POLICY; readonly env?: Readonly<Record<string, string>> } = {},
): string[] {
  const told: string[] = [];
  maskSecrets(
    {
      inputs: { policy: inputs.policy, env: inputs.env ?? {} },
      mask: (what, secret) => told.push(`${what}: ${secret}`),
    },
    { secretContents: contents.map((content) => ({ name: 'db', content })) },
  );
  return told;
}

test('the contents of a file of our own are masked, whatever they are', () => {
  expect(masked(['true', 'a\nb'])).toEqual([
    'Secret db of the compose file: true',
    'Secret db of the compose file: a\nb',
  ]);
});

test.each([
  ...[
    'a',
    'true',
    'error',
    'converged',
    'Stack shop is deployed',
    '20231124',
    '8080',
    '::',
    '    ',
  ],
  ...['Swarm Up on Node 24', 'hunter2'],
])('of a file of strangers %j does not blank the log', (content) => {
  expect(masked([content], { policy: POLICY })).toEqual([]);
});

test('of a file of strangers what looks like a password is masked, line by line', () => {
  expect(masked(['user\n p4ssw0rd-of-db \n'], { policy: POLICY })).toEqual([
    'Secret db of the compose file: p4ssw0rd-of-db',
  ]);
});

test('a variable of ours is masked in a file of strangers, whatever it is', () => {
  const env = { DB: 'hunter', OTHER: 'unused', NONE: '' };
  expect(masked(['x=hunter;'], { policy: POLICY, env })).toEqual(['Variable DB of env: hunter']);
});
