import { expect, test } from '@jest/globals';
import type { ConnectedMachine } from '../../../src/machines/connect.ts';
import { commandsInto } from '../../../src/up/look-into.ts';

const machine = (name: string, role: string, outage?: string) =>
  ({ name, role, ssh: { outage: () => outage } }) as unknown as ConnectedMachine;
const MACHINES = [
  machine('shop-1', 'manager', 'was lost'),
  machine('shop-2', 'worker'),
  machine('shop-3', 'manager'),
];
const commandOn = ({ name }: { name: string }): [string, ...string[]] => ['docker', 'exec', name];
const context = (driver: object) => ({ driver }) as unknown as Parameters<typeof commandsInto>[0];

test('of each service that failed the tasks and the log, on a manager that answers', () => {
  expect(commandsInto(context({ commandOn }), MACHINES, 'shop', ['api'])).toEqual([
    'docker exec shop-3 docker service ps --no-trunc shop_api',
    'docker exec shop-3 docker service logs --timestamps --tail 100 shop_api',
  ]);
  const many = commandsInto(context({ commandOn }), MACHINES, 'shop', ['a', 'b', 'c', 'd']);
  expect(many).toHaveLength(6);
});

test('where no service is to blame, the whole stack', () => {
  expect(commandsInto(context({ commandOn }), MACHINES, 'shop', [])).toEqual([
    'docker exec shop-3 docker stack ps --no-trunc shop',
  ]);
});

test('where nothing leads there, nothing', () => {
  expect(commandsInto(context({}), MACHINES, 'shop', ['api'])).toEqual([]);
  expect(commandsInto(context({ commandOn }), MACHINES.slice(0, 2), 'shop', ['api'])).toEqual([]);
});
