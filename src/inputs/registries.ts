import { type Login, secretsOf } from '../registry/login.ts';
import { registryName } from '../registry/reference.ts';
import { Problem } from './problem.ts';

/** `host user password` per line. A problem shows the number of its line and nothing of it. */
export function parseRegistries(text: string): readonly Login[] | Problem {
  const logins: Login[] = [];
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const words = line.trim();
    if (words === '' || words.startsWith('#')) continue;
    const shown = `line ${at + 1}`;
    const login = parseLine(words);
    if (!login) {
      return new Problem(
        'not a login. Write `host user password`, for example `registry.example.com deploy` and a secret. An empty secret looks like this, too.',
        shown,
      );
    }
    const { registry } = login;
    if (logins.some((one) => one.registry === registry)) {
      return new Problem(`${registry} has a login in a line before. Keep one.`, shown);
    }
    logins.push(login);
  }
  return logins;
}

/** What no log may show of a line of `registries`, whether or not the rest of them is right. */
export function secretsOfLine(line: string): readonly string[] {
  const login = line.trim().startsWith('#') ? undefined : parseLine(line.trim());
  return login ? secretsOf(login) : [];
}

function parseLine(words: string): Login | undefined {
  const [, host, user, password] = /^(\S+)\s+(\S+)\s+(.+)$/.exec(words) ?? [];
  if (!host || !user || !password) return undefined;
  return { registry: registryName(host), source: '`registries`', proof: { user, password } };
}
