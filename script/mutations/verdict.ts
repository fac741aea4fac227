import * as z from 'zod';

/** What jest writes with `--json`. */
const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
});

/** What a test file has said. */
export type Said = 'passed' | 'failed' | 'did not run';

/**
 * What each test file said, by its path in the repository. One that could not even be loaded, or is
 * missing, did not run, and has found nothing.
 */
export function readVerdicts(
  json: string,
  repository: string,
  tests: readonly string[],
): ReadonlyMap<string, Said> {
  const { testResults } = report.parse(JSON.parse(json));
  return new Map(
    tests.map((test) => {
      const found = testResults.find(({ name }) => name === `${repository}/${test}`);
      const statuses = found?.assertionResults.map(({ status }) => status) ?? [];
      if (statuses.includes('failed')) return [test, 'failed'];
      return [test, statuses.includes('passed') ? 'passed' : 'did not run'];
    }),
  );
}
