import { Problem } from './problem.ts';

/** GitHub takes no longer one for a deployment. */
const LONGEST = 255;
const PLACEHOLDERS = /\{(stack|cluster)\}/g;
const NUMBER = '{number}';
const NO_NUMBER =
  '`{number}` is the number of a pull request, and this run names none. Use `{cluster}` or `{stack}`, or run it in an event of a pull request (docs/previews.md).';

/** The address that a proxy gives a stack. */
export interface PublicUrl {
  /** With `{stack}` and `{cluster}`, as it was given; the number of a pull request is filled in. */
  readonly template: string;
}

/**
 * An address over HTTP; `undefined` where none is given. `pullRequest` is the one that the run is
 * about, for `{number}`.
 */
export function parsePublicUrl(
  given: string,
  { pullRequest }: { readonly pullRequest?: number | undefined } = {},
): PublicUrl | undefined | Problem {
  if (given === '') return undefined;
  if (given.includes(NUMBER) && pullRequest === undefined) return new Problem(NO_NUMBER);
  const text = given.replaceAll(NUMBER, String(pullRequest));
  const filled = text.replace(PLACEHOLDERS, 'x');
  const url = /[\s{}<>"\\^`|]/.test(filled) ? null : URL.parse(filled);
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:';
  // A port alone, as in `localhost:8080`, is taken for a scheme.
  if (!isHttp || !/^https?:\/\/[^/]/i.test(filled)) {
    return new Problem(
      'not an address over HTTP. Write for example `https://pr-12.preview.example.com`, or `https://{stack}.preview.example.com`; `{stack}` and `{cluster}` stand for their names, `{number}` for the pull request.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    return new Problem(
      'holds a login, and is shown to everybody. Leave it out.',
      `${url.protocol}//…@${url.host}`,
    );
  }
  if (text.length > LONGEST) return new Problem(`longer than ${LONGEST} characters. Shorten it.`);
  return { template: text };
}

/** The address of a stack of a cluster. */
export function publicUrlOf(
  { template }: PublicUrl,
  { stack, cluster }: { readonly stack: string; readonly cluster: string },
): string {
  return template.replace(PLACEHOLDERS, (_, name) => (name === 'stack' ? stack : cluster));
}
