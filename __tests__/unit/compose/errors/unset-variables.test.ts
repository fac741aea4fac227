import { expect, test } from '@jest/globals';
import {
  emptiedFinding,
  emptiedValues,
  neededVariables,
} from '../../../../src/compose/errors/unset-variables.ts';
import { createLocator, type SourceText } from '../../../../src/compose/locate.ts';
import { composeModel } from '../../../../src/compose/model.ts';

const EMPTY = new Set(['NONE', 'NIL']);

/** `path: variables` of what a service with these lines lacks. */
function lacking(lines: string, top = ''): string[] {
  const text = `services:\n  web:\n    ${lines.replaceAll('\n', '\n    ')}\n${top}`;
  return emptiedValues(createLocator([{ file: 'compose.yaml', text }]), EMPTY).map(
    ({ path, location, variables }) => `${location.line} ${path.join('.')}: ${variables}`,
  );
}

test.each([
  ['image: app:$NONE', ['3 services.web.image: NONE']],
  [`image: "app@\${NONE}"`, ['3 services.web.image: NONE']],
  [`image: \${NONE}/app:\${TAG}`, ['3 services.web.image: NONE']],
  [`image: \${NONE}`, ['3 services.web.image: NONE']],
  [`ports:\n  - 80:80\n  - "\${NONE}:80"`, ['5 services.web.ports.1: NONE']],
  [`ports: ["127.0.0.1:\${NONE}:80/tcp"]`, ['3 services.web.ports.0: NONE']],
  [`ports: ["8000-\${NONE}:80-90"]`, ['3 services.web.ports.0: NONE']],
  [`ports: [{target: 80, published: $NONE}]`, ['3 services.web.ports.0.published: NONE']],
  [`volumes: ["\${NONE}/data:/data"]`, ['3 services.web.volumes.0: NONE']],
  [`volumes: ["/srv/\${NONE}:/data"]`, ['3 services.web.volumes.0: NONE']],
  [
    `volumes: [{type: volume, source: "\${NONE}", target: /x}]`,
    ['3 services.web.volumes.0.source: NONE'],
  ],
  [`user: "\${NONE}:\${NIL}"`, ['3 services.web.user: NONE,NIL']],
  [`extra_hosts: ["db=\${NONE}"]`, ['3 services.web.extra_hosts.0: NONE']],
  [`networks: [$NONE]`, ['3 services.web.networks.0: NONE']],
  [`hostname: $NONE`, ['3 services.web.hostname: NONE']],
  [
    `deploy: {placement: {constraints: ["node.labels.zone == $NONE "]}}`,
    ['3 services.web.deploy.placement.constraints.0: NONE'],
  ],
  [`deploy: {replicas: "\${NONE}"}`, ['3 services.web.deploy.replicas: NONE']],
])('%s lacks a part', (lines, expected) => {
  expect(lacking(lines)).toEqual(expected);
});

test.each([
  'image: app:$TAG',
  `image: \${NONE}app:1`,
  `image: app:\${NONE:-latest}`,
  `image: app:\${NONE-}`,
  'image: app:1$$NONE',
  `volumes: ["\${NONE}data:/data"]`,
  `ports: ["\${NONE-}:80"]`,
  'environment: {A: $NONE}',
  'environment: [A=$NONE]',
  'labels: [a=$NONE]',
  'deploy: {labels: {a: $NONE}}',
  'command: ["$NONE"]',
  'healthcheck: {test: [CMD, $NONE]}',
  'build: {context: $NONE}',
  'x-mine: $NONE',
])('%s lacks nothing', (line) => {
  expect(lacking(line)).toEqual([]);
});

test('names and files of the top level', () => {
  const top = `networks:\n  a: {name: $NONE}\nsecrets:\n  b:\n    file: "./\${NONE}"\nconfigs: {c: {content: $NONE}}\n`;
  expect(lacking('image: a', top)).toEqual(['5 networks.a.name: NONE', '8 secrets.b.file: NONE']);
});

const MODEL = composeModel.parse({
  name: 'shop',
  services: { web: { image: 'app:' }, api: { image: 'app:' } },
});
const located = (...sources: SourceText[]) =>
  emptiedValues(createLocator(sources), EMPTY, { model: MODEL, files: ['compose.yaml'] }).map(
    (one) => `${one.location.file}:${one.location.line} ${one.path.join('.')}`,
  );

test('what services share is told for each; what is not deployed is not', () => {
  const text = [
    `x-app: &app\n  image: app:$NONE\nservices:\n  web: *app\n  api: {<<: *app, init: true}`,
    `  debug: {image: $NONE, profiles: [debug]}\nnetworks: {unused: {name: $NONE}}\n`,
  ].join('\n');
  expect(located({ file: 'compose.yaml', text })).toEqual([
    'compose.yaml:2 services.web.image',
    'compose.yaml:2 services.api.image',
  ]);
});

test('an alias that leads to itself ends', () => {
  const text = 'services:\n  web: &web\n    image: app:$NONE\n    x-self: *web\n    deploy: *web\n';
  expect(located({ file: 'compose.yaml', text })[0]).toBe('compose.yaml:3 services.web.image');
});

test('what a later file has otherwise, or resets, is not told', () => {
  const base = `services:\n  web:\n    image: app:$NONE\n    ports: ["$NONE:80"]\n    hostname: $NONE\n`;
  const over = `services:\n  web:\n    image: app:1\n    ports: !override ["80:80"]\n    hostname: !reset null\n`;
  const files = [
    { file: 'compose.yaml', text: base },
    { file: 'production.yaml', text: over },
  ];
  expect(located(...files)).toEqual([]);
  expect(located(...files.toReversed())).toEqual([
    'compose.yaml:3 services.web.image',
    'compose.yaml:4 services.web.ports.0',
    'compose.yaml:5 services.web.hostname',
  ]);
});

test('an included file may have its variables from elsewhere: the model decides; an extended service is told where it is written', () => {
  const included = `services:\n  web:\n    image: app:$NONE\n  api:\n    image: other:$NONE\n  base:\n    image: app:$NONE\n`;
  expect(
    located(
      { file: 'part/web.yaml', text: included },
      { file: 'compose.yaml', text: 'include: [part/web.yaml]\n' },
    ),
  ).toEqual(['part/web.yaml:3 services.web.image']);
  expect(
    located(
      { file: 'base.yaml', text: 'services:\n  base:\n    image: app:$NONE\n' },
      {
        file: 'compose.yaml',
        text: 'services:\n  web:\n    extends: {file: base.yaml, service: base}\n  api:\n    extends: {file: base.yaml, service: base}\n    image: app:1\n',
      },
    ),
  ).toEqual(['base.yaml:3 services.web.image']);
});

test('only variables that a value cannot do without are asked for', () => {
  const text = `services:\n  web:\n    image: "app:\${TAG}"\n    environment: {A: $B}\n    hostname: \${C:-c}\n`;
  expect(neededVariables(createLocator([{ file: 'compose.yaml', text }]))).toEqual(['TAG']);
});

test('the refusal names the variable, and what to do', () => {
  const [path, location] = [['services', 'web', 'ports', 0], { file: 'compose.yaml', line: 4 }];
  expect(emptiedFinding({ path, location, text: '$PORT:80', variables: ['PORT'] })).toEqual({
    level: 'error',
    message: expect.stringMatching(
      /^service web: `ports` is `\$PORT:80`, and lacks a part\. `PORT` is not set, or empty\. Set it in `env` of this step, or write a default: `\$\{PORT:-value\}`\.$/,
    ),
    location,
  });
});
