/** Splits a command line as a POSIX shell does that has nothing to expand in it. */
export function splitWords(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const character = line[at] ?? '';
    if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === "'") {
      const end = line.indexOf("'", at + 1);
      word = (word ?? '') + line.slice(at + 1, end);
      at = end;
    } else if (character === '\\') {
      at += 1;
      word = (word ?? '') + (line[at] ?? '');
    } else {
      word = (word ?? '') + character;
    }
  }
  return word === undefined ? words : [...words, word];
}

/** What the login shell of a machine is told: the mark to print first, and the command. */
export interface ShellLine {
  readonly mark: string;
  readonly argv: readonly string[];
}

/** Reads a line of `loginShellLine` back. Throws `Error` for any other. */
export function readShellLine(line: string): ShellLine {
  const [exec, sh, option, script = '', ...rest] = splitWords(line);
  const mark = /^echo (\S+);/.exec(script)?.[1];
  if ([exec, sh, option].join(' ') !== 'exec sh -c' || mark === undefined) {
    throw new Error(`Not a line of the login shell: ${line}`);
  }
  if (!script.includes('printf')) return { mark, argv: rest };
  return { mark, argv: splitWords(printed(rest.slice(1).join(''))) };
}

/** What `printf` makes of a text that has octal escapes of bytes, and nothing else. */
function printed(text: string): string {
  const bytes = text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
  return Buffer.from(bytes, 'latin1').toString();
}
