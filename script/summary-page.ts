import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The part of `marked` that is used here. It is no package of this repository. */
interface Marked {
  readonly parse: (markdown: string) => string;
}

const STYLE = `
  body { margin: 0; padding: 24px 32px; color: #1f2328; background: #fff;
    font: 16px/1.5 'Liberation Sans', 'Noto Color Emoji', sans-serif; }
  h2 { font-size: 24px; line-height: 1.25; margin: 0 0 16px; padding-bottom: 8px;
    border-bottom: 1px solid #d1d9e0; }
  h3 { font-size: 20px; line-height: 1.25; margin: 24px 0 12px; }
  p, table, pre, blockquote, details { margin: 0 0 16px; }
  code { font: 85% 'Liberation Mono', monospace; background: #eff1f3; border-radius: 6px;
    padding: 3px 6px; }
  pre { font: 13px/1.45 'DejaVu Sans Mono', 'Liberation Mono', monospace; background: #f6f8fa;
    border-radius: 6px; padding: 16px; overflow: hidden; }
  pre code { font: inherit; background: none; padding: 0; }
  pre.mermaid { background: none; border: 1px solid #d1d9e0; text-align: center;
    font: 16px 'Liberation Sans', sans-serif; }
  table { border-collapse: collapse; }
  th, td { border: 1px solid #d1d9e0; padding: 6px 13px; text-align: left; }
  tr:nth-child(2n) td { background: #f6f8fa; }
  blockquote { border-left: 4px solid #9a6700; padding: 0 16px; color: inherit; }
  sub { font-size: 12px; color: #59636e; vertical-align: baseline; }
  .alert { color: #9a6700; font-weight: 600; }
`;

/**
 * A page that shows a job summary much as GitHub does. `tools` is an absolute path with
 * `node_modules`. Once all is drawn, `<html>` has its height in CSS pixels as `data-height`.
 */
export async function summaryPage(markdown: string, tools: string): Promise<string> {
  const module = (path: string) => pathToFileURL(join(tools, 'node_modules', path)).href;
  const { parse } = (await import(module('marked/lib/marked.esm.js'))) as Marked;
  const body = parse(markdown)
    .replace(/<pre><code class="language-mermaid">([\s\S]*?)<\/code><\/pre>/g, diagram)
    .replace(/\[!(\w)(\w+)\]/g, alert);
  return `<!doctype html><html><head><meta charset="utf-8"><style>${STYLE}</style></head><body>
${body}
<script src="${module('mermaid/dist/mermaid.min.js')}"></script>
<script>
  mermaid.initialize({ startOnLoad: false, fontFamily: 'Liberation Sans' });
  mermaid.run().then(() => {
    document.documentElement.dataset.height = Math.ceil(document.body.getBoundingClientRect().height);
  });
</script></body></html>`;
}

function diagram(_match: string, code: string): string {
  return `<pre class="mermaid">${code}</pre>`;
}

function alert(_match: string, first: string, rest: string): string {
  return `<span class="alert">${first}${rest.toLowerCase()}</span><br>`;
}
