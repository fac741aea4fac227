const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';

/** An answer of EC2: a list is a set of `item` elements; undefined is left out. */
export function answerXml(action: string, content: object): string {
  const request = '<requestId>8f7724cf-496f-496e-8fe3-example</requestId>';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${action}Response xmlns="${NAMESPACE}">\n    ${request}${inner(content)}\n</${action}Response>`;
}

/** What EC2 answers if it refuses. */
export function errorXml(code: string, message: string): string {
  const error = inner({ Code: code, Message: message });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>${error}</Error></Errors><RequestID>ea966190-example</RequestID></Response>`;
}

function inner(value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => `<item>${inner(one)}</item>`).join('');
  if (typeof value !== 'object' || value === null) return escaped(String(value));
  return Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .map(([key, one]) => (isEmpty(one) ? `<${key}/>` : `<${key}>${inner(one)}</${key}>`))
    .join('');
}

function isEmpty(value: unknown): boolean {
  return value === '' || (Array.isArray(value) && value.length === 0);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
