/** swarmkit template/context.go: what a template of a service may ask for. */
const FIELDS =
  /^\.(?:Service(?:\.(?:ID|Name|Labels))?|Node(?:\.(?:ID|Hostname|Platform(?:\.(?:Architecture|OS))?))?|Task(?:\.(?:ID|Name|Slot))?)$/;
/** Go's text/template, and what swarmkit adds (template/template.go). */
const WORDS = new Set([
  ...['if', 'else', 'end', 'range', 'with', 'define', 'template', 'block', 'break', 'continue'],
  ...['and', 'or', 'not', 'len', 'index', 'slice', 'print', 'printf', 'println', 'html', 'js'],
  ...['urlquery', 'call', 'eq', 'ne', 'lt', 'le', 'gt', 'ge', 'true', 'false', 'nil', 'join'],
]);

/**
 * Why Swarm cannot fill in the templates (`{{…}}`) of a text, in a few words; undefined if it can,
 * or if there are none.
 */
export function templateFault(text: string): string | undefined {
  let dotMoves = false;
  for (let rest = text; ; ) {
    const start = rest.indexOf('{{');
    if (start < 0) return undefined;
    const end = rest.indexOf('}}', start + 2);
    const action = withoutTexts(rest.slice(start + 2, end < 0 ? undefined : end));
    if (end < 0) return 'a `{{` has no `}}`';
    dotMoves ||= /\b(?:range|with|define|block)\b/.test(action);
    const fault = actionFault(action, dotMoves);
    if (fault !== undefined) return fault;
    rest = rest.slice(end + 2);
  }
}

/** Without texts in quotes, comments and variables. */
function withoutTexts(action: string): string {
  return action
    .replaceAll(/"(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)+'|\/\*.*?\*\//gs, ' ')
    .replaceAll(/\$\w*(?:\.\w+)*/g, ' ');
}

function actionFault(action: string, dotMoves: boolean): string | undefined {
  if (action.replaceAll(/[\s-]/g, '') === '' && !/\s/.test(action)) return 'a template is empty';
  for (const [field = ''] of action.matchAll(/(?<![\w)])\.\w+(?:\.\w+)*/g)) {
    if (!dotMoves && !FIELDS.test(field) && !/^\.\d/.test(field))
      return 'a template asks for a field that there is not';
  }
  for (const [word = ''] of action.matchAll(/(?<![\w.])[A-Za-z_]\w*/g)) {
    if (!WORDS.has(word)) return 'a template calls a function that there is not';
  }
  return undefined;
}
