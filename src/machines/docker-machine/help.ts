/** A flag of `docker-machine create`, as its help tells of it. */
export interface KnownFlag {
  readonly name: string;
  /** Variables that are read if the flag is not given. */
  readonly variables: readonly string[];
  /** Whether it may be given several times. */
  readonly isList: boolean;
}

/** `  --amazonec2-region "us-east-1"\tAWS region [$AWS_DEFAULT_REGION]` */
const LINE = /^\s+--([A-Za-z0-9][\w.-]*)(?:, -\w)?([\s\S]*)$/;
/** ` [$A, $B]`, on Windows ` [%A%, %B%]`. */
const VARIABLES = /\[((?:\$\w+|%\w+%)(?:, (?:\$\w+|%\w+%))*)\]\s*$/;

/**
 * The flags in the help of `create --driver X`, that of all drivers and that of X. None if it is of
 * a form that is not known.
 */
export function flagsIn(help: string): readonly KnownFlag[] {
  return help.split(/\r?\n/).flatMap((line) => {
    const [, name, rest = ''] = LINE.exec(line) ?? [];
    if (name === undefined) return [];
    const variables = VARIABLES.exec(rest)?.[1]?.match(/\w+/g) ?? [];
    return [{ name, variables, isList: rest.startsWith(` [--${name} option`) }];
  });
}
