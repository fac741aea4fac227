import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { engineApi } from '../../../src/engine/api.ts';
import { patientExecutor } from '../../../src/engine/patient-executor.ts';
import { askTime, skewOf } from '../../../src/engine/wall-clock.ts';
import { connectSsh } from '../../../src/ssh/connect.ts';
import { readPrivateKeys } from '../../../src/ssh/keys/private-key.ts';
import { removeStack } from '../../../src/stack/remove.ts';
import { type FrailHosts, startFrailHosts } from '../../support/frail-hosts.ts';
import { recordedLog } from '../../support/recorded-log.ts';
import { pinned } from '../../support/sshd.ts';
import { until } from '../../support/until.ts';

const LIMIT_MS = 180_000;
const { signal } = new AbortController();

let hosts: FrailHosts;

beforeAll(async () => {
  hosts = await startFrailHosts(1);
  await hosts.on(1, 'docker swarm init --advertise-addr eth0');
}, LIMIT_MS);

beforeEach(async () => {
  const label = 'com.docker.stack.namespace=shop';
  await hosts.on(
    1,
    `docker network create --driver overlay --label ${label} shop_default
    docker service create --detach --name shop_web --replicas 0 --label ${label} --network shop_default scratch
    echo text | docker config create --label ${label} shop_text -`,
  );
}, LIMIT_MS);

afterAll(async () => {
  await hosts?.[Symbol.asyncDispose]();
}, LIMIT_MS);

/** The host as `down` has it. */
async function enter() {
  const { log, lines } = recordedLog();
  const ssh = await connectSsh(
    {
      ...{ name: 'web-1', host: hosts.addresses[0] ?? '', port: 22, user: 'root' },
      credentials: { privateKeys: readPrivateKeys(hosts.privateKey) },
      hostKeys: pinned(hosts.knownHosts.split(' ').slice(1).join(' ')),
    },
    {
      ...{ signal, timeoutMs: 30_000 },
      reconnect: { limitMs: 120_000, info: log.info, warning: log.warning },
    },
  );
  const executor = patientExecutor(ssh, { log });
  const api = engineApi(executor);
  const machines = [{ ssh: executor, api }];
  return {
    ...{ lines, api },
    remove: () => removeStack(api, 'shop', { signal, warn: log.warning, machines }),
    [Symbol.asyncDispose]: async () => {
      api[Symbol.dispose]();
      await ssh.close();
    },
  };
}

const left = () =>
  hosts.on(1, 'docker service ls -q; docker config ls -q; docker network ls | grep shop');

test(
  'a removal waits for an engine that restarts',
  async () => {
    await using host = await enter();
    await hosts.restartEngine(1);
    expect(await host.remove()).toMatchObject({ removed: 3 });
    expect(await left()).toBe('');
    expect(host.lines).toEqual([
      expect.stringMatching(/^Docker Engine on web-1 does not answer \(.+\); it is asked again/),
      expect.stringMatching(
        /^warning: Docker Engine on web-1 did not answer, and does again \S+ s/,
      ),
    ]);
  },
  LIMIT_MS,
);

test(
  'a removal goes on after a line that was dead for longer than one question may take',
  async () => {
    await using host = await enter();
    await hosts.cutLine(1);
    const removing = host.remove();
    await until('a question has got no answer', () =>
      host.lines.some((line) => /does not answer|was lost/.test(line)),
    );
    await hosts.mendLine(1);
    expect(await removing).toMatchObject({ removed: 3 });
    expect(await left()).toBe('');
  },
  LIMIT_MS,
);

test('an engine whose clock is a year ahead is named', async () => {
  await hosts.moveClock(1, 1);
  await using host = await enter();
  const clock = await askTime('web-1', host.api, { signal, now: () => new Date() });
  expect(skewOf(clock)).toMatch(/^The clock of web-1 is 36[45] .+ ahead of that of this runner\./);
});
