import * as core from '@actions/core';
import type { AnnotationPlace, Log } from '../step.ts';

/** The runner cuts annotation messages here, in the log too (`_maxIssueMessageLength` in actions/runner, ExecutionContext.cs). */
const ANNOTATION_LIMIT = 4096;
const CUT_NOTE = '\n… The whole text is in the log, above this line.';

/**
 * The log of the running step. Plain lines never act as workflow commands, so that the output of a container can be shown.
 * An annotation that the runner would cut is preceded by its whole text.
 */
export const githubLog: Log = {
  group: (title, fn) => core.group(title, fn),
  info: (line) => core.info(inert(line)),
  debug: (line) => core.debug(line),
  warning: (message, place) => annotate(core.warning, message, place),
  error: (message, place) => annotate(core.error, message, place),
};

/**
 * The text with a zero-width space in everything the runner would obey: `::name::` at the start of a line, `##[name]` anywhere
 * (`TryParseV2` and `TryParse` in actions/runner, ActionCommand.cs).
 */
export function inert(text: string): string {
  return text.replace(/^(\s*:)(?=:)/gm, '$1\u200b').replaceAll('##[', '#\u200b#[');
}

function annotate(
  write: (message: string, properties: core.AnnotationProperties) => void,
  message: string,
  place: AnnotationPlace = {},
): void {
  if (message.length > ANNOTATION_LIMIT) core.info(inert(message));
  write(cut(message), {
    ...(place.title === undefined ? {} : { title: place.title }),
    ...(place.file === undefined ? {} : { file: place.file }),
    ...(place.line === undefined ? {} : { startLine: place.line }),
  });
}

function cut(message: string): string {
  if (message.length <= ANNOTATION_LIMIT) return message;
  return message.slice(0, ANNOTATION_LIMIT - CUT_NOTE.length).toWellFormed() + CUT_NOTE;
}
