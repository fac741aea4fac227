import { expect, test } from '@jest/globals';
import type { Node } from '../../../src/swarm/objects.ts';
import { type NodeRecord, nameForged, recordLabels, recordOf } from '../../../src/swarm/record.ts';

const node = (labels: Record<string, string> | null): Node => ({
  ID: 'n1',
  Spec: { Role: 'manager', Availability: 'active', Labels: labels },
  Description: { Hostname: 'web-1' },
  Status: { State: 'ready' },
});

const owner = { cluster: 'shop', repository: '42', run: '7/deploy/up' };

test.each<[string, NodeRecord]>([
  ['a member before', { owner, joined: false, gatewayMade: false, labels: { zone: 'a' } }],
  ['all of it', { owner, joined: true, gatewayMade: true, labels: { zone: 'a', disk: '' } }],
])('the record of %s is read as it was written', (_name, record) => {
  expect(recordOf(node(recordLabels(record)))).toEqual(record);
});

test.each([[null], [{}], [{ zone: 'a' }]])('labels %j hold no record', (labels) => {
  expect(recordOf(node(labels))).toBeUndefined();
});

const whole = { owner, joined: true, gatewayMade: false, labels: {} };

test.each<[Record<string, string>]>([
  [{ 'swarm-up.cluster': 'shop', 'swarm-up.repository': '42' }],
  [{ 'swarm-up.joined': 'true' }],
  [recordLabels({ ...whole, joined: false })],
  [recordLabels({ ...whole, owner: { ...owner, run: '' } })],
  [{ ...recordLabels(whole), 'swarm-up.labels': 'zone,swarm-up.cluster' }],
])('labels %j are no record, and are named', (labels) => {
  expect(recordOf(node(labels))).toBeUndefined();
  const said: string[] = [];
  nameForged([node(labels), node({ zone: 'a' }), node(recordLabels(whole))], (message) =>
    said.push(message),
  );
  expect(said).toEqual([expect.stringContaining('Node web-1 has labels of Swarm Up')]);
});
