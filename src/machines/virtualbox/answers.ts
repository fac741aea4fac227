import * as z from 'zod';
import { ActionError } from '../../base/errors.ts';

const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

/** A machine that VirtualBox knows. */
export interface ListedMachine {
  readonly id: string;
  /** Undefined where VirtualBox cannot read its settings: they are gone, as a rule. */
  readonly name: string | undefined;
}

const listed = z.tuple([z.string(), z.string(), uuid]);

/** Reads `list vms`. Throws where a line is of another form. */
export function machinesIn(text: string): ListedMachine[] {
  return linesOf(text).map((line) => {
    const [, name, id] = listed.parse(/^"(.*)" \{(.*)\}$/.exec(line) ?? line);
    return { id, name: name === '<inaccessible>' ? undefined : name };
  });
}

/** Reads `list groups`. */
export function groupsIn(text: string): string[] {
  return linesOf(text).flatMap((line) => /^"(\/.*)"$/.exec(line)?.[1] ?? []);
}

/** UUID and path of the settings of every machine in `list --long vms`. */
export function settingsIn(text: string): { readonly id: string; readonly path: string }[] {
  const found = text.matchAll(/^UUID:\s+(\S+)\r?\nConfig file:\s+(.+?)\r?$/gm);
  return [...found].map(([, id, path]) => ({ id: uuid.parse(id), path: path ?? '' }));
}

const medium = z.object({
  UUID: uuid,
  Location: z.string(),
  'Parent UUID': z.string().optional(),
});

/** A disk or a CD in the registry of media. */
export interface Medium {
  readonly id: string;
  readonly path: string;
  /** UUID of the disk that it builds on; `base` where there is none. */
  readonly parent: string | undefined;
}

/** Reads `list hdds` and `list dvds`. Throws where a block is of another form. */
export function mediaIn(text: string): Medium[] {
  return text
    .split(/\r?\n\s*\r?\n/)
    .filter((block) => /^UUID:/m.test(block))
    .map((block) => {
      const { UUID, Location, ...more } = medium.parse(fieldsOf(block));
      return { id: UUID, path: Location, parent: more['Parent UUID'] };
    });
}

const info = z.object({ VMState: z.string() });

/** What is asked of a machine. */
export interface MachineInfo {
  /** For example `running`, `poweroff`, `aborted`, `paused`, `starting`. */
  readonly state: string;
  /** Name of a rule -> port at the runner. */
  readonly forwards: ReadonlyMap<string, number>;
}

/** Reads `showvminfo --machinereadable`. Throws where it is of another form. */
export function machineInfo(text: string): MachineInfo {
  // The first of several: a description, which a person may have written, comes last.
  const values = new Map(linesOf(text).flatMap(pairOf).reverse());
  const { VMState } = info.parse(Object.fromEntries(values));
  const rules = [...values].filter(([key]) => key.startsWith('Forwarding('));
  const forwards = rules.map(([, rule]) => {
    const [name = '', , , port] = rule.split(',');
    return [name, Number(port)] as const;
  });
  return { state: VMState, forwards: new Map(forwards) };
}

/** `key=value` with the quotes taken off both. */
function pairOf(line: string): [string, string][] {
  const [, key, value] = /^("[^"]*"|[^"=]+)=(.*)$/.exec(line) ?? [];
  return key === undefined || value === undefined ? [] : [[unquoted(key), unquoted(value)]];
}

function unquoted(text: string): string {
  const inside = /^"(.*)"$/.exec(text)?.[1];
  return inside === undefined ? text : inside.replace(/\\(["\\])/g, '$1');
}

/** The value in an answer of `getextradata`; undefined where none is set. */
export function valueIn(text: string): string | undefined {
  return /^Value: (.*?)\r?$/m.exec(text)?.[1];
}

/** Major and minor of `--version`. Throws `ActionError` where it is anything else. */
export function versionIn(text: string): readonly [number, number] {
  const [, major, minor] = /^(\d+)\.(\d+)\.\d+/m.exec(text) ?? [];
  if (major !== undefined) return [Number(major), Number(minor)];
  throw new ActionError('VBoxManage on the runner does not say which version it is.', {
    details: text,
  });
}

/** The code by which VirtualBox names a failure in any language, for example `E_ACCESSDENIED`. */
export function codeIn(said: string): string | undefined {
  return /\bcode ((?:VBOX_E|NS_ERROR|E)_[A-Z_]+)/.exec(said)?.[1];
}

/**
 * What a package of Linux puts before VBoxManage prints warnings first, where the kernel module is
 * missing.
 */
export function withoutWarnings(text: string): string {
  if (!text.startsWith('WARNING: ')) return text;
  const lines = text.split('\n');
  const rest = lines.findIndex((line) => !/^(WARNING: |\s|$)/.test(line));
  return rest < 0 ? '' : lines.slice(rest).join('\n');
}

function fieldsOf(block: string): Record<string, string> {
  const pairs = linesOf(block).flatMap((line): [string, string][] => {
    const [, key, value] = /^([A-Z][\w ]*):\s+(.*)$/.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [[key, value]];
  });
  // The first of several: what a person may have written comes later.
  return Object.fromEntries(pairs.reverse());
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}
