import { expect, test } from '@jest/globals';
import { composeFailure } from '../../../../src/compose/errors/messages.ts';
import { ComposeError } from '../../../../src/compose/findings.ts';
import { createLocator, type SourceText } from '../../../../src/compose/locate.ts';

/** `file:line message` of what Compose said of these files, the workspace being /w. */
function told(stderr: string, ...sources: SourceText[]): string {
  const options = { workspace: '/w', directory: '/w', files: ['compose.yaml'] };
  const error = composeFailure(stderr, createLocator(sources), options);
  if (!(error instanceof ComposeError)) throw error;
  return error.findings
    .map(({ location, message }) => `${location?.file}:${location?.line} ${message}`)
    .join('\n');
}

const web = (lines: string, top = ''): SourceText => ({
  file: 'compose.yaml',
  text: `services:\n  web:\n    image: a\n    ${lines.replaceAll('\n', '\n    ')}\n${top}`,
});

// Captured from Compose 2.26.1.
test.each([
  [
    'service web declares mutually exclusive `network_mode` and `networks`: invalid compose project',
    web('init: true\nnetwork_mode: host\nnetworks: [a]'),
    5,
  ],
  [
    'validating /w/compose.yaml: version must be a string',
    { file: 'compose.yaml', text: 'services: {}\nversion: 1.10\n' },
    2,
  ],
  [
    'validating /w/compose.yaml: (root) Additional property foo is not allowed',
    { file: 'compose.yaml', text: 'services: {}\nfoo: 1\n' },
    2,
  ],
  ['services must be a mapping', { file: 'compose.yaml', text: 'name: a\nservices: [web]\n' }, 2],
  [
    'healthcheck.test must start either by "CMD", "CMD-SHELL" or "NONE"',
    web(
      'healthcheck: {test: [CMD, true]}',
      '  api:\n    healthcheck:\n      test: [curl, localhost]\n',
    ),
    7,
  ],
  [
    'env file /w/missing.env not found: stat /w/missing.env: no such file or directory',
    web('env_file:\n  - there.env\n  - ./missing.env'),
    6,
  ],
  [
    'open /w/parts/nope.yaml: no such file or directory',
    web('init: true', 'include:\n  - parts/nope.yaml\n'),
    6,
  ],
  [
    'service "web" depends on undefined service "nope": invalid compose project',
    web('depends_on:\n  db: {}\n  nope: {condition: service_healthy}'),
    6,
  ],
  [
    'service "web" depends on undefined service "nope": invalid compose project',
    web('init: true\nnetwork_mode: "service:nope"'),
    5,
  ],
  [
    'service "web" refers to undefined volume data: invalid compose project',
    web('volumes:\n  - /x:/y\n  - data:/x'),
    6,
  ],
  [
    'service "web" refers to undefined secret token: invalid compose project',
    web('secrets:\n  - source: a\n  - source: token'),
    6,
  ],
  [
    'dependency cycle detected: api -> web -> api',
    web('init: true', '  api:\n    depends_on:\n      - db\n      - web\n'),
    8,
  ],
  ['Invalid hostPort: 99999', web('ports:\n  - 80:80\n  - 99999:80'), 6],
  [
    'Invalid ranges specified for container and host Ports: 1-3 and 80-90',
    web('ports:\n  - 80:80\n  - 80-90:1-3'),
    6,
  ],
  ['Invalid proto: foo', web('ports:\n  - 80:80\n  - 80/foo'), 6],
  ['Invalid ip address: 1.2.3', web('ports:\n  - 80:80\n  - 1.2.3:80:80'), 6],
  ['services.web.environment.[1]: unexpected type int', web('environment:\n  - A=1\n  - 5'), 6],
  [
    'service volume services.web.volumes.[0] is missing a mount target',
    web('volumes:\n  - {type: bind, source: x}'),
    5,
  ],
  [
    'cannot extend service "web" in /w/compose.yaml: service "nope" not found',
    web('init: true\nextends: {service: nope}'),
    5,
  ],
  [
    'Circular reference:\n  web in /w/compose.yaml\n  extends web in /w/compose.yaml',
    web('init: true\nextends: web'),
    5,
  ],
  ['secrets.s: one of file|environment must be set', web('secrets: [s]', 'secrets:\n  s: {}\n'), 6],
  [
    'secret "s" must declare either `file` or `environment`: invalid compose project',
    web('secrets: [s]', 'secrets:\n  s: {}\n'),
    6,
  ],
  [
    'validating /w/compose.yaml: services Additional property Web! is not allowed',
    web('init: true', '  Web!: {image: a}\n'),
    5,
  ],
])('%s: line of the cause', (stderr, source, line) => {
  expect(told(stderr, source)).toMatch(new RegExp(`^compose\\.yaml:${line} `));
});

test('included and extended files are named as paths of the workspace', () => {
  const main = {
    file: 'compose.yaml',
    text: 'include: [sub/db.yaml]\nservices:\n  web:\n    image: a\n',
  };
  const included = { file: 'sub/db.yaml', text: 'services:\n  db:\n    image: a\n    port: 5\n' };
  expect(
    told(
      'validating /w/sub/db.yaml: services.db Additional property port is not allowed',
      included,
      main,
    ),
  ).toBe(
    'sub/db.yaml:4 services.db Additional property port is not allowed. Did you mean `ports`?',
  );
  const extending = {
    file: 'compose.yaml',
    text: 'services:\n  web:\n    extends:\n      file: sub/db.yaml\n      service: db\n',
  };
  expect(
    told(
      'validating /w/compose.yaml: services.web Additional property port is not allowed',
      included,
      extending,
    ),
  ).toMatch(/^sub\/db\.yaml:4 /);
});

// What to do, behind Compose's own words.
test.each([
  [
    "services.deploy.replicas: can't set container_name and web as container name must be unique: invalid compose project",
    web('container_name: shop\ndeploy: {replicas: 3}'),
    /^compose\.yaml:4 .*`container_name: !reset null`/,
  ],
  [
    'service "web" depends on undefined service "db": invalid compose project',
    web('depends_on: [db]', '  db: {image: b, profiles: [debug, tools]}\n'),
    /none of its profiles \(debug, tools\) is enabled\. Name one in `profiles`.*`required: false`/,
  ],
  [
    'service "web" depends on undefined service "dbb": invalid compose project',
    web('depends_on: [dbb]', '  db: {image: b}\n'),
    /Did you mean `db`\?$/,
  ],
  [
    'service "web" depends on undefined service "nope": invalid compose project',
    web('depends_on: [nope]'),
    /`docker stack deploy` passes such a reference over.*Add service nope, or remove the reference\.$/,
  ],
  [
    'service "web" refers to undefined volume data: invalid compose project',
    web('volumes: ["data:/x"]'),
    /Define it below `volumes` at the top level of the file\.$/,
  ],
  [
    'yaml: unmarshal errors:\n  line 6: mapping key "<<" already defined at line 5',
    web('<<: *a\n<<: *b', 'x-a: &a {init: true}\nx-b: &b {tty: true}\n'),
    /Write one, with a list: `<<: \[\*a, \*b\]`\.$/,
  ],
  [
    'error while interpolating services.web.deploy.replicas: failed to cast to expected type: strconv.Atoi: parsing "two": invalid syntax',
    web('deploy: {replicas: "two"}'),
    /Write a whole number, for example `2`\.$/,
  ],
])('%s: advice', (stderr, source, advice) => {
  expect(told(stderr, source)).toMatch(advice);
});

test('a value that a variable leaves empty is the cause of what Compose says of it, and of nothing else', () => {
  const source = web(`ports:\n  - "80:\${PORT}"\nimge: a\nhostname: \${HOST}`);
  const locator = createLocator([source]);
  const options = { workspace: '/w', directory: '/w', files: ['compose.yaml'] };
  const value = (path: (string | number)[], line: number, name: string) => ({
    ...{ path, text: `\${${name}}`, variables: [name] },
    location: { file: 'compose.yaml', line },
  });
  const port = value(['services', 'web', 'ports', 0], 5, 'PORT');
  const host = value(['services', 'web', 'hostname'], 7, 'HOST');
  const findings = (words: string) => {
    const error = composeFailure(words, locator, options, [port, host]) as ComposeError;
    return error.findings.map(({ location, message }) => `${location?.line} ${message}`);
  };
  expect(findings('No port specified: 80:<empty>')).toEqual([
    expect.stringMatching(/^5 No port specified: 80:<empty>\. `PORT`, `HOST` are not set/),
  ]);
  expect(
    findings('validating /w/compose.yaml: services.web Additional property imge is not allowed'),
  ).toEqual([
    expect.stringMatching(/^6 services\.web .* Did you mean `image`\?$/),
    expect.stringMatching(/^5 service web: `ports` is/),
    expect.stringMatching(/^7 service web: `hostname` is/),
  ]);
});
