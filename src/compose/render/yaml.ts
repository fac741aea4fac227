/** Words that YAML 1.1, which older docker clients read, does not take for a string. */
const NOT_A_WORD = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/**
 * Characters that go-yaml refuses to read raw, or takes for line breaks. JSON.stringify leaves them
 * as they are.
 */
const UNREADABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/**
 * A key that is longer has to be marked as one (YAML 1.2, 7.4.2: 1024 characters); quotes and
 * escapes count.
 */
const MARKED_FROM = 1000;

/**
 * The stack file as text. `docker stack deploy` interpolates values (not keys), so each `$` of a
 * value is written as `$$`, here and nowhere else. Every string value is quoted, so that none can
 * turn into a number or a boolean.
 *
 * Written here and not by the YAML library, whose documents take longer than all the rest of
 * rendering.
 */
export function stackText(file: object): string {
  return mapLines(file, '').replace(UNREADABLE, escaped);
}

function mapLines(map: object, indent: string): string {
  return Object.entries(map)
    .flatMap(([key, value]) => {
      if (value === undefined) return [];
      const name = PLAIN_KEY.test(key) && !NOT_A_WORD.test(key) ? key : JSON.stringify(key);
      const marked = name.replace(UNREADABLE, escaped).length > MARKED_FROM;
      return [`${indent}${marked ? `? ${name}\n${indent}` : name}:${valueLines(value, indent)}`];
    })
    .join('');
}

/** What stands behind the colon of a key, to the end of its last line. */
function valueLines(value: unknown, indent: string): string {
  const deeper = `${indent}  `;
  if (typeof value !== 'object' || value === null) return ` ${scalar(value)}\n`;
  if (!Array.isArray(value)) {
    const lines = mapLines(value, deeper);
    return lines === '' ? ' {}\n' : `\n${lines}`;
  }
  if (value.length === 0) return ' []\n';
  return `\n${value.map((item) => itemLines(item, deeper)).join('')}`;
}

function itemLines(item: unknown, indent: string): string {
  // The first line of what is below stands behind the dash.
  return `${indent}-${valueLines(item, indent).replace(/^\n +/, ' ')}`;
}

function scalar(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.replaceAll('$', '$$$$')) : String(value);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
