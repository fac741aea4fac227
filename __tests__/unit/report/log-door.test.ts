import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';

const SOURCES = resolve(import.meta.dirname, '../../../src');

/**
 * What writes to the log where `report/log.ts` does not see it. Biome forbids the console and the
 * functions of actions/core, too.
 */
const OTHER_WAYS =
  /\bconsole\.(?:log|info|warn|error|debug|trace|dir|table|group)\(|process\.(?:stdout|stderr|emitWarning|_rawDebug)|@actions\/core\/|\bissueCommand\b|\b(?:writeSync|writeFileSync|appendFileSync)\((?:1|2|'\/dev\/)|stdio:[^\n]*(?:inherit|\b[12]\b)|from 'node:console'/;
const OF_THE_LOG =
  /import\s+(?:\* as \w+|\{[^}]*\b(?:info|debug|notice|warning|error|group|startGroup|endGroup|setFailed|setCommandEcho|addPath)\b[^}]*\})\s+from '@actions\/core'/;

const sources = globSync('**/*.ts', { cwd: SOURCES }).map((path) => ({
  path: path.replaceAll('\\', '/'),
  text: readFileSync(join(SOURCES, path), 'utf8'),
}));

test('the log has one door', () => {
  expect(sources.length).toBeGreaterThan(200);
  const doors = sources.filter(({ text }) => OTHER_WAYS.test(text) || OF_THE_LOG.test(text));
  // The first line of main is a constant; what stands before the version is, too.
  expect(doors.map(({ path }) => path).sort()).toEqual(['main.ts', 'report/log.ts']);
});

test('what main prints before there is a log holds nothing of others', () => {
  const lines = readFileSync(join(SOURCES, 'main.ts'), 'utf8').match(/console.*$/gm);
  expect(lines).toEqual([`console.log(\`Swarm Up on Node \${process.versions.node}\`);`]);
});
