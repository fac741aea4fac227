import { validateHeaderName, validateHeaderValue } from 'node:http';

/** One request by HTTP or HTTPS that must be answered through the nodes. */
export interface VerifyTarget {
  readonly port: number;
  /** With its leading slash. */
  readonly path: string;
  /** The status wanted; any 2xx or 3xx where none is given. */
  readonly status: number | undefined;
  /** By which name the server is asked; without one by the address of the node. */
  readonly name?: string | undefined;
  /** Undefined for plain HTTP. `insecure` takes any certificate. */
  readonly tls?: { readonly insecure: boolean } | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** A text that the body has to have. */
  readonly contains?: string | undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * A line of `verify` that is not understood. Has neither the value of a header nor a password: both
 * may be secret.
 */
export class VerifyFault {
  /** With which the line begins. */
  readonly address: string;
  /** A sentence or more. */
  readonly why: string;

  constructor(address: string, why: string) {
    this.address = address.replace(/\/\/[^/]*@/, '//…@');
    this.why = why;
  }
}

const EXAMPLES =
  'Write for example `8080/health`, `8080/admin 401` for another status than 2xx and 3xx, or `https://shop.example.com:443/health`.';

/**
 * Reads a line of `verify`: an address, then what is asked of the answer, for example
 * `https://shop.example.com:8443/health 200 insecure header="X-Tenant: a" contains="ok"`.
 */
export function parseVerify(line: string): VerifyTarget | VerifyFault {
  const [, address = '', rest = ''] = /^(\S*)(.*)$/s.exec(line) ?? [];
  const target = parseAddress(address);
  const read = typeof target === 'string' ? target : withOptions(target, rest);
  return typeof read === 'string' ? new VerifyFault(address, read) : read;
}

/** How a target is called in messages. */
export function describeTarget({ port, path, name, tls }: VerifyTarget): string {
  return name === undefined
    ? `${port}${path}`
    : `${tls ? 'https' : 'http'}://${name}:${port}${path}`;
}

/** What is wrong with the address, or what it is. */
function parseAddress(address: string): VerifyTarget | string {
  const match = /^(\d{1,5})(\/\S*)?$/.exec(address);
  if (match) {
    const port = Number(match[1]);
    if (port >= 1 && port <= 65_535) return { port, path: match[2] ?? '/', status: undefined };
  }
  if (!/^https?:\/\//i.test(address)) {
    return `not a port with a path. ${EXAMPLES}`;
  }
  const url = URL.parse(address);
  if (!url || url.port === '0') {
    return `not an address. ${EXAMPLES}`;
  }
  if (url.username || url.password) {
    return 'an address with a user. Write `header="Authorization: Basic …"` behind it instead.';
  }
  const tls = url.protocol === 'https:' ? { insecure: false } : undefined;
  return {
    port: Number(url.port || (tls ? 443 : 80)),
    path: url.pathname + url.search,
    status: undefined,
    name: url.hostname,
    tls: tls || undefined,
  };
}

const OPTION = /^\s+([^\s="']+)(?:=("[^"]*"|'[^']*'|[^\s"']\S*))?(?=\s|$)/;

function withOptions(target: VerifyTarget, options: string): VerifyTarget | string {
  const found: Mutable<VerifyTarget> = { ...target };
  for (let rest = options.trimEnd(); rest !== ''; ) {
    const [all = '', word = '', quoted] = OPTION.exec(rest) ?? [];
    if (all === '') {
      return 'what stands behind the address is not understood. A value with blanks has quotes: `header="X-Tenant: a"`, `contains="all is well"`.';
    }
    const fault = take(found, word, quoted?.replace(/^(["'])(.*)\1$/s, '$2'));
    if (fault !== undefined) return fault;
    rest = rest.slice(all.length);
  }
  return found;
}

/** Takes one option into the target; a sentence on what is wrong with it, if something is. */
function take(
  target: Mutable<VerifyTarget>,
  word: string,
  value: string | undefined,
): string | undefined {
  if (value === undefined && /^[1-5]\d\d$/.test(word)) {
    if (target.status !== undefined) return 'two statuses. Write one of them.';
    target.status = Number(word);
    return undefined;
  }
  if (value === undefined && word === 'insecure') {
    if (!target.tls) return '`insecure` is about certificates: it goes with `https://`.';
    target.tls = { insecure: true };
    return undefined;
  }
  if (word === 'header' && value !== undefined) return takeHeader(target, value);
  if (word === 'contains' && value) {
    if (target.contains !== undefined) return '`contains` twice. Write one of them.';
    target.contains = value;
    return undefined;
  }
  return `\`${word}\` is not understood behind an address. There are a status, \`insecure\`, \`header="Name: value"\` and \`contains="text"\`.`;
}

/** They are the business of the connection, or said by the address. */
const NOT_GIVEN = ['connection', 'content-length', 'transfer-encoding', 'upgrade', 'expect'];

function takeHeader(target: Mutable<VerifyTarget>, text: string): string | undefined {
  const at = text.indexOf(':');
  const name = text.slice(0, Math.max(at, 0)).trim();
  const value = text.slice(at + 1).trim();
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    return 'a header in it is none. Write `header="Name: value"`.';
  }
  if (name.toLowerCase() === 'host') {
    return 'the name of the host belongs into the address: `http://NAME:PORT/PATH` or `https://NAME:PORT/PATH`.';
  }
  if (NOT_GIVEN.includes(name.toLowerCase())) return `the header ${name} cannot be given.`;
  target.headers = { ...target.headers, [name]: value };
  return undefined;
}
