import { expect, test } from '@jest/globals';
import { inputsPage, withInputs, withInputTable, withOutputTable } from '../../../script/docs.ts';

const groups = [
  {
    group: 'Cluster',
    about: 'Machines.',
    inputs: {
      nodes: { short: 'How many: at most 50.', default: '2' },
      managers: { short: 'Managers among them.' },
    },
  },
  {
    group: 'Hosts',
    about: '`a|b`',
    inputs: {
      hosts: { short: '`manager|worker`', details: 'One a line.\n\nOr two.\n' },
    },
  },
];
const action = { outputs: { url: { description: 'The first URL.' } } };

const PAGE = `# Title
<!-- inputs -->
old
<!-- /inputs -->
between
<!-- outputs --><!-- /outputs -->
end
`;

const WRITTEN = `# Title
<!-- inputs -->

| Group | What for | Inputs |
| --- | --- | --- |
| Cluster | Machines. | [\`nodes\`](docs/inputs.md#nodes), [\`managers\`](docs/inputs.md#managers) |
| Hosts | \`a\\|b\` | [\`hosts\`](docs/inputs.md#hosts) |

<!-- /inputs -->
between
<!-- outputs -->

| Output | Meaning |
| --- | --- |
| \`url\` | The first URL. |

<!-- /outputs -->
end
`;

test('replaces what is between the markers, and only that', () => {
  expect(withOutputTable(withInputTable(PAGE, groups), action)).toBe(WRITTEN);
});

test('changes nothing the second time', () => {
  expect(withOutputTable(withInputTable(WRITTEN, groups), action)).toBe(WRITTEN);
});

test.each([
  ['no marker', '# Title\n', '<!-- inputs -->'],
  ['no end', '<!-- inputs -->\n', '<!-- /inputs -->'],
  ['the end first', '<!-- /inputs --><!-- inputs -->', '<!-- /inputs -->'],
])('%s is refused', (_case, text, marker) => {
  expect(() => withInputTable(text, groups)).toThrow(marker);
  const outputs = (words: string) => words.replaceAll('inputs', 'outputs');
  expect(() => withOutputTable(outputs(text), action)).toThrow(outputs(marker));
});

const ACTION = `name: Test

inputs:
  # Cluster
  nodes:
    description: "How many: at most 50."
    default: "2"
  managers:
    description: Managers among them.

  # Hosts
  hosts:
    description: "\`manager|worker\`"

outputs:
  url:
    description: The first URL.
`;

test('the inputs of action.yml are written between its other parts, and again the same', () => {
  const before = ACTION.replace(/inputs:[\s\S]*?(?=outputs:)/, 'inputs:\n  old: {}\n\n');
  expect(withInputs(before, groups)).toBe(ACTION);
  expect(withInputs(ACTION, groups)).toBe(ACTION);
});

test('an action.yml without inputs before its outputs is refused', () => {
  expect(() => withInputs('outputs:\ninputs:\n', groups)).toThrow('no `inputs:`');
});

test('the page has a section for each input, with its default and its details', () => {
  const page = inputsPage(groups);
  expect(page).toContain('## Cluster\n\n### `nodes`\n\nHow many: at most 50. Default: `2`.\n');
  expect(page).toContain('### `hosts`\n\n`manager|worker`\n\nOne a line.\n\nOr two.\n');
});
