// Reduces an OpenAPI description to its structure: paths, methods, names, types, limits. No prose, no
// examples. Of all operations only those that are named are kept, and the schemas that they need.
// node structure.mjs hetzner description.json 'GET /servers' 'POST /servers' … > structure.json
import { readFileSync } from 'node:fs';

const SOURCES = {
  hetzner: {
    api: 'the Hetzner Cloud API',
    from: 'https://docs.hetzner.cloud/cloud.spec.json (as of 2026-07-08)',
    // It describes them anew for each call, which is more than all the rest.
    withoutErrors: true,
  },
  digitalocean: {
    api: 'the DigitalOcean API',
    from: 'https://github.com/digitalocean/openapi (commit 7c1300c of 2026-08-07, Apache License 2.0)',
  },
};

const [vendor = '', file = '', ...wanted] = process.argv.slice(2);
const source = SOURCES[vendor];
if (!source) throw new Error(`Give one of: ${Object.keys(SOURCES).join(', ')}`);
const description = JSON.parse(readFileSync(file, 'utf8'));

/** Keywords of a schema that say what is allowed. */
const VALUES = [
  ...['$ref', 'type', 'enum', 'const', 'pattern', 'format', 'required', 'nullable'],
  ...['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems'],
];

const mapped = (object, each) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, each(value)]));

function schemaOf(schema) {
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = VALUES.filter((key) => key in schema).map((key) => [key, schema[key]]);
  // With an escape that regular expressions of Unicode do not know, nothing at all is validated.
  if (schema.pattern) kept.push(['pattern', schema.pattern.replaceAll('\\:', ':')]);
  for (const key of ['oneOf', 'anyOf', 'allOf'])
    if (schema[key]) kept.push([key, schema[key].map(schemaOf)]);
  for (const key of ['items', 'additionalProperties', 'not'])
    if (key in schema) kept.push([key, schemaOf(schema[key])]);
  if (schema.properties) kept.push(['properties', mapped(schema.properties, schemaOf)]);
  return Object.fromEntries(kept);
}

/** What a reference to a shared parameter or answer leads to; schemas stay references. */
const target = (part) => {
  const [, kind, name] = /^#\/components\/(parameters|responses)\/(.+)$/.exec(part.$ref) ?? [];
  return kind ? description.components[kind][name] : part;
};

const contentOf = (content) => mapped(content, ({ schema }) => ({ schema: schemaOf(schema) }));

function operationOf({ parameters = [], requestBody, responses }) {
  return {
    parameters: parameters
      .map(target)
      .map(({ name, in: where, required, style, explode, schema }) => ({
        ...{ name, in: where, required, style, explode, schema: schemaOf(schema) },
      })),
    ...(requestBody && {
      requestBody: { required: requestBody.required, content: contentOf(requestBody.content) },
    }),
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, response]) => {
        const isError = !status.startsWith('2');
        const { content } = isError && source.withoutErrors ? {} : target(response);
        const answer = {
          description: 'An answer.',
          ...(content && { content: contentOf(content) }),
        };
        return [status, answer];
      }),
    ),
  };
}

const paths = {};
for (const one of wanted) {
  const [method = '', path = ''] = one.split(' ');
  const operation = description.paths[path]?.[method.toLowerCase()];
  if (!operation) throw new Error(`${file} has no ${one}`);
  paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(operation) };
}

const schemas = {};
function keep(part) {
  for (const [, name] of JSON.stringify(part).matchAll(/#\/components\/schemas\/([\w.-]+)/g)) {
    if (name in schemas) continue;
    schemas[name] = schemaOf(description.components.schemas[name]);
    keep(schemas[name]);
  }
}
keep(paths);

const head = {
  openapi: description.openapi,
  info: {
    title: `The structure of ${wanted.length} calls of ${source.api}`,
    version: description.info.version,
    description: `Names, types and limits only, taken by __tests__/contract/structure.mjs from the description that the vendor publishes at ${source.from}. Request bodies are closed, so that a misspelt key is found.`,
  },
  security: [{ token: [] }],
};
const lines = (object) =>
  Object.entries(object)
    .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(',\n');
const scheme = '"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}';
process.stdout.write(
  `{${lines(head)},\n"paths": {\n${lines(paths)}\n},\n"components": {${scheme}, "schemas": {\n${lines(schemas)}\n}}}\n`,
);
