import { expect, test } from '@jest/globals';
import { ComposeError } from '../../../../src/compose/findings.ts';
import { projectOf, rendered } from '../../../support/compose-project.ts';

test('a range at one address is one refusal, another address a second one', async () => {
  const at = (host_ip: string, first: number, count: number) =>
    Array.from({ length: count }, (_, index) => ({
      ...{ host_ip, target: first + index, published: String(first + index), protocol: 'tcp' },
    }));
  const ports = [...at('127.0.0.1', 5000, 11), ...at('10.0.0.1', 80, 1), ...at('', 90, 1)];
  const error = await rendered(projectOf({ ports })).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ComposeError);
  expect((error as ComposeError).findings.map(({ message }) => message)).toEqual([
    expect.stringMatching(
      /`ports` publishes 5000:5000, 5001:5001, 5002:5002 and 8 more on 127\.0\.0\.1 only\./,
    ),
    expect.stringMatching(/`ports` publishes 80:80 on 10\.0\.0\.1 only\./),
  ]);
});
