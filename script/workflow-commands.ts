/**
 * The commands that an action prints for the runner (`::error file=app.js::message`), read as the
 * runner reads them.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */

const COMMANDS = ['group', 'endgroup', 'error', 'warning', 'notice', 'debug', 'add-mask'];
const STOP = 'stop-commands';

export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

type AnnotationLevel = 'error' | 'warning' | 'notice';

/** What GitHub shows beside the run, and beside the line of the file where one is named. */
export interface Annotation {
  readonly level: AnnotationLevel;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
  readonly title?: string;
}

/** One line of the log. `annotation` is there where the line is one. */
export interface LogEntry {
  readonly kind: 'text' | 'group' | 'debug' | AnnotationLevel;
  readonly text: string;
  readonly inGroup: boolean;
  readonly annotation?: Annotation;
}

/** Reads the lines of an action, keeps groups and masks in mind. */
export interface LogReader {
  /** What the line adds to the log; nothing for a command that only the runner reads. */
  read(line: string): LogEntry | undefined;
  mask(text: string): string;
  readonly masks: readonly string[];
}

/**
 * What .NET's `TrimStart` takes away (`Char.IsWhiteSpace`): U+0085 too, which JavaScript's leaves,
 * and not U+FEFF.
 */
const LEADING = /^[\t-\r \x85\p{Z}]+/u;

/**
 * Parses a line as a command, where `known` (lower case) has its name; everything else is a line of
 * the log. Case, blanks and unknown properties are taken as `ActionCommand.cs` of actions/runner
 * takes them.
 */
export function parseCommand(line: string, known: readonly string[]): WorkflowCommand | undefined {
  return parseNew(line, known) ?? parseOld(line, known);
}

function parseNew(line: string, known: readonly string[]): WorkflowCommand | undefined {
  const text = line.replace(LEADING, '');
  const end = text.indexOf('::', 2);
  if (!text.startsWith('::') || end < 0) return undefined;
  const [, name = '', list = ''] = /^([^ ]*) ?(.*)$/s.exec(text.slice(2, end)) ?? [];
  if (!known.includes(name.toLowerCase())) return undefined;
  const properties: Record<string, string> = {};
  for (const property of list.split(',')) {
    const equals = property.indexOf('=');
    if (equals < 1) continue;
    properties[property.slice(0, equals).trim()] = unescapeProperty(property.slice(equals + 1));
  }
  return { name: name.toLowerCase(), properties, data: unescapeData(text.slice(end + 2)) };
}

/** `##[name key=value;…]data`, anywhere in the line. */
function parseOld(line: string, known: readonly string[]): WorkflowCommand | undefined {
  const [, name = '', list = '', data = ''] = /##\[([^ \]]*) ?([^\]]*)\](.*)$/s.exec(line) ?? [];
  if (!known.includes(name.toLowerCase())) return undefined;
  const pairs = list.split(';').map((property) => property.split(/=(.*)/s));
  const properties = Object.fromEntries(
    pairs.flatMap(([key = '', value = '']) => (key && value ? [[key, unescapeOld(value)]] : [])),
  );
  return { name: name.toLowerCase(), properties, data: unescapeOld(data) };
}

function unescapeOld(text: string): string {
  return unescapeData(text.replaceAll('%3B', ';').replaceAll('%5D', ']'));
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
}

/** Reads the log of one step, from its first line on. */
export function createLogReader(): LogReader {
  const masks: string[] = [];
  let inGroup = false;
  let stopToken: string | undefined;

  const mask = (text: string) => maskText(text, masks);
  const entry = (kind: LogEntry['kind'], text: string): LogEntry => ({
    kind,
    text: mask(text),
    inGroup,
  });

  const apply = ({ name, properties, data }: WorkflowCommand): LogEntry | undefined => {
    switch (name) {
      case 'add-mask':
        masks.push(...maskedValues(data));
        return undefined;
      case 'group': {
        inGroup = false;
        const opened = entry('group', data);
        inGroup = true;
        return opened;
      }
      case 'endgroup':
        inGroup = false;
        return undefined;
      case 'error':
      case 'warning':
      case 'notice':
        return {
          ...entry(name, data),
          annotation: annotationOf(name, mask(data), properties, mask),
        };
      case STOP:
        stopToken = data.toLowerCase();
        return undefined;
      default:
        return entry('debug', data);
    }
  };

  return {
    masks,
    mask,
    read(line) {
      if (stopToken !== undefined) {
        if (!parseCommand(line, [stopToken])) return entry('text', line);
        stopToken = undefined;
        return undefined;
      }
      const command = parseCommand(line, [...COMMANDS, STOP]);
      return command ? apply(command) : entry('text', line);
    },
  };
}

function annotationOf(
  level: AnnotationLevel,
  message: string,
  { file, line, title }: Readonly<Record<string, string>>,
  mask: (text: string) => string,
): Annotation {
  return {
    level,
    message,
    ...(file ? { file: mask(file) } : {}),
    ...(line ? { line: Number(line) } : {}),
    ...(title ? { title: mask(title) } : {}),
  };
}

/** A secret of several lines reaches the log a line at a time, so each line is a secret too. */
function maskedValues(data: string): string[] {
  const values = new Set([data, ...data.split(/[\r\n]+/)]);
  return [...values].filter((value) => value.trim() !== '');
}

/**
 * Replaces every secret by `***`; secrets that overlap become one, so that no end of one is left
 * readable.
 */
export function maskText(text: string, masks: readonly string[]): string {
  const ranges: [start: number, end: number][] = [];
  for (const secret of masks) {
    for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
      ranges.push([at, at + secret.length]);
    }
  }
  ranges.sort(([a], [b]) => a - b);
  let masked = '';
  let done = 0;
  for (const [start, end] of ranges) {
    if (start >= done) masked += `${text.slice(done, start)}***`;
    done = Math.max(done, end);
  }
  return masked + text.slice(done);
}

const LABELS = { error: 'Error', warning: 'Warning', notice: 'Notice', debug: 'Debug' } as const;
const COLOURS = { error: 31, warning: 33, notice: 34, debug: 35, group: 1 } as const;

/**
 * A line as GitHub's log shows it, in plain text: a group is `▶ title`, what is in it is indented,
 * annotations say what they are. With `colour`, ANSI colours as GitHub's.
 */
export function renderLine({ kind, text, inGroup }: LogEntry, colour = false): string {
  const indent = inGroup ? '  ' : '';
  const paint = (code: number, words: string) => (colour ? `\x1b[${code}m${words}\x1b[0m` : words);
  if (kind === 'group') return paint(COLOURS.group, `▶ ${text}`);
  const words = kind === 'text' ? text : `${paint(COLOURS[kind], `${LABELS[kind]}:`)} ${text}`;
  return words.replace(/^/gm, indent);
}
