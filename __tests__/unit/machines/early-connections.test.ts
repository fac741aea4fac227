import { expect, test } from '@jest/globals';
import type { ConnectedMachine } from '../../../src/machines/connect.ts';
import type { Driver, Machine } from '../../../src/machines/driver.ts';
import { connectEarly, mayConnectEarly } from '../../../src/machines/early-connections.ts';

const [first, second] = [1, 2].map((index) => ({ name: `web-${index}`, index }) as Machine);
if (!first || !second) throw new Error('two machines');

/** A log that keeps its lines, and connections that tell when they are closed. */
function scene() {
  const said: string[] = [];
  const log = {
    info: (line: string) => said.push(line),
    warning: (line: string) => said.push(`warning: ${line}`),
  };
  const connected = ({ name }: Machine) => {
    const ssh = { close: async () => said.push(`${name} closed`) };
    return { name, ssh } as unknown as ConnectedMachine;
  };
  return { said, log, connected, signal: new AbortController().signal };
}

const immediate = () => new Promise<void>((resolve) => void setImmediate(resolve));

test('what is said of a connection is told when it is taken, and then at once', async () => {
  const { said, log, connected, signal } = scene();
  const later = Promise.withResolvers<void>();
  await using early = connectEarly(
    [first, second],
    async (machine, own) => {
      own.log.info(`${machine.name} is connected to`);
      own.log.warning(`${machine.name} is odd`);
      if (machine === first) await later.promise;
      own.log.info(`${machine.name} answers`);
      return connected(machine);
    },
    { log, signal },
  );
  await immediate();
  expect(said).toEqual([]);
  const taken = early.take(first);
  expect(said).toEqual(['web-1 is connected to', 'warning: web-1 is odd']);
  later.resolve();
  expect(await taken).toMatchObject({ name: 'web-1' });
  expect(said.slice(2)).toEqual(['web-1 answers']);
  expect(early.take(first)).toBeUndefined();
});

test('a failure is told to whoever takes the connection, and to nobody before', async () => {
  const { said, log, signal } = scene();
  const refused = new Error('login refused');
  await using early = connectEarly([first], () => Promise.reject(refused), { log, signal });
  await immediate();
  expect(await early.take(first)?.catch((error: unknown) => error)).toBe(refused);
  expect(said).toEqual([]);
});

test('what nobody takes is closed, also where it is still being made', async () => {
  const { said, log, connected, signal } = scene();
  const ended: unknown[] = [];
  {
    await using early = connectEarly(
      [first, second, { ...first, index: 3, name: 'web-3' }],
      async (machine, own) => {
        if (machine !== second) return connected(machine);
        return await new Promise<never>((_, reject) => {
          own.signal.addEventListener('abort', () => {
            ended.push(machine.name);
            reject(own.signal.reason);
          });
        });
      },
      { log, signal },
    );
    await early.take(first);
  }
  expect(said).toEqual(['web-3 closed']);
  expect(ended).toEqual(['web-2']);
});

test('only hosts that connecting does not change, and whose keys are known, are connected to early', async () => {
  const target = (unknown: object) => async () => ({ hostKeys: { kind: 'known-hosts', unknown } });
  const hosts = {
    makesMachines: false,
    adoption: { installEngine: false },
    target: target({ mode: 'refuse' }),
  };
  const drivers = [
    hosts,
    { ...hosts, target: async () => ({ hostKeys: { kind: 'pinned', keys: [] } }) },
    { makesMachines: true },
    { ...hosts, adoption: { installEngine: true } },
    { ...hosts, adoption: { installEngine: 'docker' } },
    { ...hosts, entered: async () => {} },
    { ...hosts, admit: async () => {} },
    { ...hosts, target: target({ mode: 'accept-new', onAccepted: () => {} }) },
  ];
  const { signal } = new AbortController();
  const answers = await Promise.all(
    drivers.map((driver) => mayConnectEarly(driver as unknown as Driver, [first, second], signal)),
  );
  expect(answers).toEqual([true, true, false, false, false, false, false, false]);
});
