import { expect, test } from '@jest/globals';
import type { ConnectedMachine } from '../../../src/machines/connect.ts';
import { refuseSameHost } from '../../../src/machines/same-host.ts';

const host = (name: string, NodeID: string) =>
  ({ name, engine: { Swarm: { NodeID } } }) as ConnectedMachine;

test('two lines that lead to one node are named', () => {
  const hosts = [host('10.0.0.4', 'n1'), host('web-2', 'n2'), host('web-1.lan', 'n1')];
  expect(() => refuseSameHost(hosts)).toThrow(
    expect.objectContaining({
      message: 'Lines of `hosts` lead to one host: 10.0.0.4 and web-1.lan.',
      details: 'node n1: 10.0.0.4, web-1.lan',
      hint: expect.stringContaining('remove the others from `hosts`'),
    }),
  );
});

test('several pairs are told at once', () => {
  const hosts = [host('a', '1'), host('b', '2'), host('c', '1'), host('d', '2'), host('e', '2')];
  expect(() => refuseSameHost(hosts)).toThrow('a and c; b and d and e.');
});

test('nodes of their own, and hosts in no swarm, are different hosts', () => {
  refuseSameHost([host('a', '1'), host('b', '2'), host('c', ''), host('d', '')]);
});
