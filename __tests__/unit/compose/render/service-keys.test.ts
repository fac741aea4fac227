import { expect, test } from '@jest/globals';
import { ComposeError } from '../../../../src/compose/findings.ts';
import { SERVICE_KEYS } from '../../../../src/compose/service-model.ts';
import { REFUSED, TRANSLATED, WARNED } from '../../../support/compose-cases.ts';
import { projectOf, rendered } from '../../../support/compose-project.ts';

// Each key of a service in Compose, as `docker compose config` prints it, and what becomes of it.

test.each(Object.entries(TRANSLATED))('%s is translated', async (_, { service, expected }) => {
  const { web, stack } = await rendered(projectOf(service));
  expect(web).toEqual({ image: 'web:1', ...expected });
  expect(stack.findings).toEqual([]);
});

/** A case is named after its key, and after a colon what is special about it. */
const keyOf = (name: string): string => name.replace(/:.*/, '');

/** Of these not the whole is left out; `driver_opts` only needs a newer engine. */
const LEFT_IN_PART = ['tmpfs', 'volumes', 'networks.default.driver_opts', 'configs', 'secrets'];

test.each(Object.entries(WARNED))('%s is left out with a warning', async (name, service) => {
  const { web, stack } = await rendered(projectOf(service));
  expect(stack.findings).not.toEqual([]);
  for (const finding of stack.findings) {
    expect(finding).toMatchObject({
      level: 'warning',
      message: expect.stringContaining(`service web: \`${keyOf(name)}`),
    });
  }
  expect(web.image).toBe('web:1');
  if (!LEFT_IN_PART.includes(keyOf(name))) expect(web).not.toHaveProperty(keyOf(name));
});

test.each(Object.entries(REFUSED))('%s is refused', async (name, service) => {
  const error = await rendered(projectOf(service)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ComposeError);
  expect((error as ComposeError).findings).toEqual([
    {
      level: 'error',
      message: expect.stringContaining(`service web: \`${keyOf(name)}`),
      location: undefined,
    },
  ]);
});

test('every key that Compose knows has a case here', () => {
  const cases = [...Object.values(TRANSLATED).map(({ service }) => service)];
  const keys = new Set(
    [...cases, ...Object.values(WARNED), ...Object.values(REFUSED)].flatMap(Object.keys),
  );
  // Those that have tests of their own.
  const elsewhere = ['image', 'configs', 'secrets'];
  expect(SERVICE_KEYS.filter((key) => !keys.has(key) && !elsewhere.includes(key))).toEqual([]);
});
