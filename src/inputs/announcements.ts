import { Problem } from './problem.ts';
import type { InputReader } from './reader.ts';
import { parseBoolean } from './values.ts';

const LONGEST_ENVIRONMENT = 255;

/** Where the run tells of the deployment beside its log. */
export interface Announcements {
  /** Whether in a comment on the pull request. */
  readonly comment: boolean;
  /** Whether as a deployment of GitHub's. */
  readonly deployment: boolean;
  /** Its environment; `undefined` means: `preview/<cluster>`. */
  readonly environment: string | undefined;
  /** Empty where there is none. Secret. */
  readonly token: string;
}

/** Reads the inputs that say where a run is told of. */
export function readAnnouncements(input: InputReader['input']): Announcements {
  return {
    comment: input('comment', parseBoolean),
    deployment: input('deployment', parseBoolean),
    environment: input('environment', parseEnvironment),
    token: input('github-token', (text) => text),
  };
}

function parseEnvironment(text: string): string | undefined | Problem {
  if (text === '') return undefined;
  if (text.length <= LONGEST_ENVIRONMENT && /^[^\s'"`,;\\](?:[^\n\r\t'"`,;\\]*)$/.test(text)) {
    return text;
  }
  return new Problem(
    `not a name for an environment: at most ${LONGEST_ENVIRONMENT} characters on one line, without quotes, \`,\`, \`;\` and \`\\\`.`,
  );
}
