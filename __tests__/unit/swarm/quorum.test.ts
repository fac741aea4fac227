import { expect, test } from '@jest/globals';
import type { Node } from '../../../src/swarm/objects.ts';
import { keepsMajority } from '../../../src/swarm/quorum.ts';

/** `m` is a manager that is reached, `x` one that is not, `w` a worker; a capital is demoted. */
function swarm(letters: string): { nodes: Node[]; demoted: Set<string> } {
  const nodes = [...letters].map((letter, at): Node => {
    const kind = letter.toLowerCase();
    return {
      ID: `n${at}`,
      Spec: { Role: kind === 'w' ? 'worker' : 'manager', Availability: 'active' },
      Description: { Hostname: `host-${at}` },
      Status: { State: 'ready' },
      ...(kind !== 'w' && {
        ManagerStatus: { Leader: false, Reachability: kind === 'm' ? 'reachable' : 'unreachable' },
      }),
    };
  });
  const capitals = [...letters].flatMap((letter, at) => (/[A-Z]/.test(letter) ? [`n${at}`] : []));
  return { nodes, demoted: new Set(capitals) };
}

test.each([
  ['mmm', true],
  ['mmM', true],
  ['mM', true],
  ['M', false],
  ['mmxW', true],
  ['mmX', true],
  ['mMx', false],
  ['mMX', true],
  ['mmmxx', true],
  ['mmMxx', false],
  ['xx', false],
  ['mwww', true],
])('%s keeps its majority: %s', (letters, keeps) => {
  const { nodes, demoted } = swarm(letters);
  expect(keepsMajority(nodes, demoted)).toBe(keeps);
});
