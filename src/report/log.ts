import {
  type AnnotationProperties,
  debug,
  endGroup,
  error,
  info,
  startGroup,
  warning,
} from '@actions/core';
import type { AnnotationPlace, Log } from '../base/log.ts';
import { oneLine } from './markdown.ts';
import { plain } from './plain.ts';

/**
 * The runner cuts annotation messages here, in the log too (`_maxIssueMessageLength` in
 * actions/runner, ExecutionContext.cs).
 */
const ANNOTATION_LIMIT = 4096;
const CUT_NOTE = '\n… The whole text is in the log, above this line.';

/**
 * In text that is `plain`: `::` at the start of a line, behind the white space that .NET's
 * `TrimStart` takes away (Char.IsWhiteSpace). What has no shape is passed over, too: `StartsWith`
 * compares by culture there, and may ignore it.
 */
const COMMAND = /^([\t\p{Zs}\p{Default_Ignorable_Code_Point}]*:)(?=:)/gmu;
/** The old form, which the runner obeys anywhere in a line. */
const OLD_COMMAND = '##[';

/**
 * The log of the running step, and the only way to it: whatever is written passes `inert`. An
 * annotation that the runner would cut is preceded by its whole text.
 */
export const githubLog: Log = {
  group: async (title, fn) => {
    startGroup(inert(oneLine(title)));
    try {
      return await fn();
    } finally {
      endGroup();
    }
  },
  info: (line) => info(inert(line)),
  debug: (line) => debug(inert(line)),
  warning: (message, place) => annotate(warning, inert(message), place),
  error: (message, place) => annotate(error, inert(message), place),
};

/**
 * The text, `plain`, with a zero-width space in everything that the runner would obey: `::name::`
 * at the start of a line, `##[name]` anywhere (`TryParseV2` and `TryParse` in actions/runner,
 * ActionCommand.cs). The output of a container can be shown so.
 */
export function inert(text: string): string {
  return plain(text).replace(COMMAND, '$1\u200b').replaceAll(OLD_COMMAND, '#\u200b#[');
}

function annotate(
  write: (message: string, properties: AnnotationProperties) => void,
  message: string,
  place: AnnotationPlace = {},
): void {
  if (message.length > ANNOTATION_LIMIT) info(message);
  write(cut(message), {
    ...(place.title === undefined ? {} : { title: inert(oneLine(place.title)) }),
    ...(place.file === undefined ? {} : { file: inert(oneLine(place.file)) }),
    ...(place.line === undefined ? {} : { startLine: place.line }),
  });
}

function cut(message: string): string {
  if (message.length <= ANNOTATION_LIMIT) return message;
  return message.slice(0, ANNOTATION_LIMIT - CUT_NOTE.length).toWellFormed() + CUT_NOTE;
}
