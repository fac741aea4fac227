import { nearest } from '../../base/nearest.ts';
import { type Draft, refuse, warn } from '../render/draft.ts';

/** Of every driver (moby daemon/logger/factory.go). */
const OF_ALL = [
  'mode',
  'max-buffer-size',
  'cache-disabled',
  'cache-max-size',
  'cache-max-file',
  'cache-compress',
];
/**
 * moby daemon/logger/jsonfilelog, local: ValidateLogOpt. Other drivers are asked by other hands.
 */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  'json-file': [
    'max-file',
    'max-size',
    'compress',
    'labels',
    'labels-regex',
    'env',
    'env-regex',
    'tag',
  ],
  local: ['max-file', 'max-size', 'compress'],
};
/** Those that Docker Engine has itself, on Linux; others are plugins. */
const DRIVERS = [
  ...['json-file', 'local', 'none', 'journald', 'syslog', 'gelf', 'fluentd', 'awslogs', 'gcplogs'],
  ...['splunk', 'etwlogs'],
];

/** Refuses what the log driver of a container refuses when the container is made or started. */
export function checkLogging(draft: Draft): void {
  const { driver, options } = draft.service.logging ?? {};
  if (driver && !DRIVERS.includes(driver)) {
    const meant = nearest(driver, DRIVERS);
    if (meant === undefined) return;
    warn(
      draft,
      ['logging', 'driver'],
      `is ${driver}, which is no driver of Docker Engine. Did you mean \`${meant}\`? Tasks wait for a node with a plugin of that name.`,
    );
    return;
  }
  const known = OPTIONS[driver ?? ''];
  if (!known) return;
  for (const [name, value] of Object.entries(options ?? {})) {
    const fault = [...known, ...OF_ALL].includes(name)
      ? valueFault(name, value ?? '')
      : unknownOption(name, known);
    if (fault) refuse(draft, ['logging', 'options', name], fault);
  }
  checkTogether(options ?? {}, draft);
}

function checkTogether(options: Readonly<Record<string, string | null>>, draft: Draft): void {
  if (options['max-buffer-size'] && options.mode !== 'non-blocking') {
    refuse(
      draft,
      ['logging', 'options', 'max-buffer-size'],
      'goes with `mode: non-blocking` alone.',
    );
  }
  const isPacked = /^(?:1|t|true)$/i.test(options.compress ?? '');
  if (draft.service.logging?.driver !== 'json-file' || !isPacked) return;
  if (options['max-size'] && Number(options['max-file'] ?? 1) >= 2) return;
  refuse(
    draft,
    ['logging', 'options', 'compress'],
    'needs `max-size`, and a `max-file` of 2 or more.',
  );
}

function unknownOption(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  const advice = meant === undefined ? `It has ${known.join(', ')}.` : `Did you mean \`${meant}\`?`;
  return `is no option of this driver, and no container would be made. ${advice}`;
}

function valueFault(name: string, value: string): string | undefined {
  switch (name) {
    case 'max-size':
      if (/^(-1|\d+(\.\d+)? ?([kmgtp]i?)?b?)$/i.test(value)) return undefined;
      return `is ${value}. Write a size, for example \`10m\`.`;
    case 'max-file':
      if (/^\d+$/.test(value) && Number(value) >= 1) return undefined;
      return `is ${value}. Write 1 or more.`;
    case 'compress':
      if (/^(?:1|0|t|f|true|false)$/i.test(value)) return undefined;
      return `is ${value}. Write "true" or "false".`;
    case 'mode':
      if (['blocking', 'non-blocking'].includes(value)) return undefined;
      return `is ${value}. Write blocking or non-blocking.`;
    default:
      return undefined;
  }
}
