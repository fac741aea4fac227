import { expect, test } from '@jest/globals';
import { hide } from '../../../src/report/plain.ts';
import { redactor, withoutValues } from '../../../src/up/redact.ts';

test('what looks like a secret, or is called so, is taken out wherever it stands; ordinary words stay', () => {
  const redact = redactor([
    { TOKEN: 'hunter', LOG_LEVEL: 'debug', REGION: 'eu-central', BUILD: 'a1b2c3d4' },
    { DATABASE_URL: 'postgres://app:s%23cret@db/app', PASSWORD: 'a"b$$c', EMPTY: null, KEY: 'x' },
  ]);
  expect(redact('debug eu-central hunter a1b2c3d4 postgres')).toBe(
    'debug eu-central *** *** postgres',
  );
  expect(redact('login s%23cret, or s#cret; {"p": "a\\"b$c"}; x')).toBe(
    'login ***, or ***; {"p": "***"}; x',
  );
});

test('of the environment of containers only the names stay', () => {
  const redact = redactor([]);
  const inspected = [{ Spec: { Env: ['MODE=quiet', 'LINES=a\nb=c', 'BARE'], Image: 'web' } }];
  expect(JSON.parse(redact(JSON.stringify(inspected)))).toEqual([
    { Spec: { Env: ['MODE=***', 'LINES=***', 'BARE'], Image: 'web' } },
  ]);
  expect(redact('WARNING: no swap\n{"Env": ["MODE=a \\"b\\"", "PATH=/bin"]}')).toBe(
    'WARNING: no swap\n{"Env": ["MODE=***", "PATH=***"]}',
  );
});

test('a stack file keeps its form, without values of variables', () => {
  const file =
    'services:\n  web:\n    image: web:1\n    environment:\n      MODE: quiet\n      NONE:\n  db:\n    image: db\n';
  expect(withoutValues(file)).toBe(
    'services:\n  web:\n    image: web:1\n    environment:\n      MODE: "***"\n      NONE: "***"\n  db:\n    image: db\n',
  );
  expect(withoutValues('services: [')).toBe('');
});

test('what is masked in the log is in no file', () => {
  hide(['masked-value']);
  expect(redactor([])('a masked-value b')).toBe('a *** b');
});
