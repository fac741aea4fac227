/** Shorter lines of a key would be found by chance. In characters. */
const LEAST = 16;

/** Gives text without the lines of this private key, in whatever form a program has printed them. */
export function hideKey(privateKey: string | undefined): (text: string) => string {
  const lines = (privateKey ?? '')
    .split(/\r?\n/)
    .filter((line) => line.length >= LEAST && !line.startsWith('-----'));
  return (text) => lines.reduce((rest, line) => rest.replaceAll(line, '***'), text);
}
