import { expect, test } from '@jest/globals';
import { check } from '../../support/check-in-process.ts';
import { type Script, TOO_LONG } from '../../support/scripted-programs.ts';

// The programs of an author are functions here, right ones and wrong ones.

type Labels = Record<string, string>;
type Asked = Parameters<Script>[0];

/** A cloud by which all checks pass; `wrong` answers in its place where it gives something. */
function cloud(wrong: (request: Asked, machines: Map<string, Labels>) => object | undefined) {
  const machines = new Map<string, Labels>();
  const shared = new Map<string, Labels>();
  return (request: Asked): object => {
    const odd = wrong(request, machines);
    if (odd) return odd;
    const { action, cluster } = request;
    const name = String(request.name);
    const listed = (all: Map<string, Labels>) =>
      [...all]
        .filter(
          ([, labels]) => (cluster ?? labels['swarm-up.cluster']) === labels['swarm-up.cluster'],
        )
        .map(([key, labels]) => ({ name: key, labels, state: 'running', address: '192.0.2.1' }));
    if (action === 'list') return { machines: listed(machines), shared: listed(shared) };
    if (action === 'create' && !machines.has(name)) machines.set(name, request.labels as Labels);
    if (action === 'create') return { name };
    if (action === 'prepare') shared.set(name, request.labels as Labels);
    if (action === 'destroy') machines.delete(name);
    if (action === 'cleanup') shared.delete(name);
    if (action === 'renew') {
      for (const [key, labels] of machines)
        machines.set(key, { ...labels, ...(request.labels as object) });
    }
    return {};
  };
}

test('right programs pass all checks', async () => {
  const { outcomes, failed } = await check(cloud(() => undefined));
  expect(failed).toEqual([]);
  const skipped = outcomes.filter(({ state }) => state === 'skipped');
  expect(skipped.map(({ said }) => said)).toEqual([expect.stringContaining('--no-room')]);
  expect(outcomes).toHaveLength(12);
});

test('what is not given is left out, and said', async () => {
  const { outcomes, failed } = await check(
    cloud(() => undefined),
    ['create', 'list', 'destroy'],
  );
  expect(failed).toEqual([]);
  expect(outcomes.flatMap(({ state, said }) => (state === 'skipped' ? [said] : []))).toEqual([
    'No program is given as `prepare`.',
    'No program is given as `renew`: a later `ttl` is refused.',
    expect.stringContaining('--no-room'),
  ]);
});

const without = (labels: unknown, key: string) =>
  Object.fromEntries(Object.entries(labels as Labels).filter(([one]) => one !== key));

test.each<[string, Parameters<typeof cloud>[0], RegExp, RegExp]>([
  [
    'a list that is no JSON',
    ({ action }) => (action === 'list' ? { stdout: 'NAME STATE' } : undefined),
    /^`list` answers/,
    /Its output has to end with JSON/,
  ],
  [
    'what is prepared is not listed',
    ({ action }) => (action === 'prepare' ? {} : undefined),
    /^`prepare`, twice/,
    /shows 0 shared things/,
  ],
  [
    'a label is lost',
    ({ action, name, labels }, machines) => {
      if (action !== 'create') return undefined;
      machines.set(String(name), without(labels, 'swarm-up.run'));
      return { name };
    },
    /^`create` makes a machine/,
    /swarm-up\.run: undefined in place of 1\/check\/command/,
  ],
  [
    'a second create changes the machine',
    ({ action, name, labels }, machines) => {
      if (action !== 'create') return undefined;
      machines.set(String(name), labels as Labels);
      return { name };
    },
    /^`create` of the same name/,
    /Look for the name first/,
  ],
  [
    'nothing is listed for a sweep',
    ({ action, cluster }) =>
      action === 'list' && cluster === undefined ? { machines: [] } : undefined,
    /^`prepare`, twice/,
    /shows 0 shared things/,
  ],
  [
    'renew does nothing',
    ({ action }) => (action === 'renew' ? {} : undefined),
    /^`renew` writes/,
    /has not written the label/,
  ],
  [
    'destroy of what is gone fails',
    ({ action, name }, machines) =>
      action === 'destroy' && !machines.has(String(name)) ? { exitCode: 1 } : undefined,
    /^`destroy` of what is gone/,
    /failed \(exit code 1\): \.\/destroy/,
  ],
  [
    'destroy does nothing',
    ({ action, name }) => (action === 'destroy' && !String(name).endsWith('-2') ? {} : undefined),
    /^`destroy` removes the machine/,
    /could not be removed; what is left: su-1-check-1/,
  ],
  [
    'an ended create leaves a machine that cannot be removed',
    ({ action, index, name, labels }, machines) => {
      if (action === 'destroy' && String(name).endsWith('-2')) return { exitCode: 1 };
      if (action !== 'create' || index !== 2) return undefined;
      machines.set(String(name), labels as Labels);
      return TOO_LONG;
    },
    /^`create` that is ended/,
    /su-1-check-2/,
  ],
])('%s', async (_, wrong, title, said) => {
  const { failed } = await check(cloud(wrong));
  expect(failed[0]?.title).toMatch(title);
  expect(failed[0]?.said).toMatch(said);
});
