import type { Nodes, Root } from 'mdast';
import { remark } from 'remark';
import remarkGfm from 'remark-gfm';

/** The house's form: what a writer decides (line breaks, wording) stays as it is. */
const FORM = {
  bullet: '-',
  emphasis: '_',
  fences: true,
  incrementListMarker: true,
  listItemIndent: 'one',
  rule: '-',
} as const;

const markdown = remark().use(remarkGfm, { tablePipeAlign: false }).data('settings', FORM);

/** The tree of a page of GitHub's Markdown. */
export function parsePage(text: string): Root {
  return markdown.parse(text);
}

/** The text of a page in the house's form. Formatted twice, it stays the same. */
export function format(text: string): string {
  return markdown
    .stringify(parsePage(text))
    .split('\n')
    .map((line) => (/^\|( :?-:? \|)+$/.test(line) ? line.replaceAll('-', '---') : line))
    .join('\n');
}

/** All nodes of a tree, from its root on, in the order of the text. */
export function nodesOf(node: Nodes): readonly Nodes[] {
  return 'children' in node ? [node, ...node.children.flatMap(nodesOf)] : [node];
}

/** What a reader sees of a node. */
export function textOf(node: Nodes): string {
  return nodesOf(node)
    .map((one) => (one.type === 'text' || one.type === 'inlineCode' ? one.value : ''))
    .join('');
}
