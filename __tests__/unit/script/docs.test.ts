import { expect, test } from '@jest/globals';
import { withTables } from '../../../script/docs.ts';

const action = {
  inputs: {
    nodes: { description: 'How many.\nAt most 50.', required: false, default: '2' },
    hosts: { description: '`manager|worker`', required: false, default: undefined },
  },
  outputs: { url: { description: 'The first URL.' } },
};

const README = `# Title
<!-- inputs -->
old
<!-- /inputs -->
between
<!-- outputs --><!-- /outputs -->
end
`;

const WRITTEN = `# Title
<!-- inputs -->
| Input | Default | Meaning |
| --- | --- | --- |
| \`nodes\` | \`2\` | How many. At most 50. |
| \`hosts\` |  | \`manager\\|worker\` |
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
  expect(withTables(README, action)).toBe(WRITTEN);
});

test('changes nothing the second time', () => {
  expect(withTables(WRITTEN, action)).toBe(WRITTEN);
});

test.each([
  ['no marker', '# Title\n', '<!-- inputs -->'],
  ['no end', '<!-- inputs -->\n', '<!-- /inputs -->'],
  ['the end first', '<!-- /inputs --><!-- inputs -->', '<!-- /inputs -->'],
  ['no outputs', '<!-- inputs --><!-- /inputs -->', '<!-- outputs -->'],
])('%s is refused', (_case, text, marker) => {
  expect(() => withTables(text, action)).toThrow(marker);
});
