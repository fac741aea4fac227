import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { loadCompose } from '../../../../src/compose/load.ts';
import { enforcePolicy } from '../../../../src/compose/policy/policy.ts';
import { sealFiles } from '../../../../src/compose/policy/sealed-files.ts';
import { renderStack } from '../../../../src/compose/render/render.ts';
import { runner } from '../../../../src/exec/runner.ts';

// Compose is a process of its own, and other tests run beside.
jest.setTimeout(60_000);

// A false alarm is a fault: what people write, and what stays in the containers, is deployed under
// `policy: restricted`.

const EXAMPLES = resolve(import.meta.dirname, '../../../../examples');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'harmless-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The stack file. Throws what `up` would throw. */
async function deployed(workspace: string, files: readonly string[] = []): Promise<string> {
  const signal = AbortSignal.timeout(60_000);
  const env = { TAG: '1', REGISTRY: 'registry.example.com', DATABASE_PASSWORD: 'secret' };
  const guarded = { workspace, files, env, temporary: folder, signal, debug: () => {} };
  await using opened = await sealFiles(runner, guarded);
  const project = await loadCompose(opened, { workspace, profiles: [] });
  enforcePolicy(project, { maxServices: 25, maxTasks: 50 });
  return (await renderStack(project, { stackName: project.model.name })).text;
}

test.each([
  ['hello', []],
  ['migration', []],
  ['no-registry', []],
  ['private-registry', []],
  ['environments', ['compose.yaml', 'preview.yaml']],
])('the example %s', async (name, files) => {
  expect(await deployed(join(EXAMPLES, name), files)).toContain('services:');
});

const REAL: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  [
    'fragments, limits, health checks and log rotation',
    {
      'docker-compose.yml': `version: "3.8"
x-logging: &logging
  driver: json-file
  options: {max-size: "10m", max-file: "3", tag: "{{.Name}}"}
x-app: &app
  image: "registry.example.com/app:\${TAG:-latest}"
  restart: unless-stopped
  logging: *logging
  environment: &env
    DATABASE_URL: postgres://db/app
    LOG_LEVEL: info
services:
  web:
    <<: *app
    ports: ["8080:3000"]
    environment:
      <<: *env
      ROLE: web
    healthcheck: {test: ["CMD-SHELL", "curl -f http://localhost:3000/ || exit 1"], interval: 10s, start_period: 1m30s}
    depends_on:
      db: {condition: service_healthy}
    deploy: {replicas: 2, resources: {limits: {cpus: "0.50", memory: 256M}}, labels: {traefik.enable: "true"}}
  worker:
    <<: *app
    command: ["bundle", "exec", "sidekiq"]
  db:
    image: postgres:16-alpine
    volumes: [pgdata:/var/lib/postgresql/data]
    healthcheck: {test: pg_isready, retries: 5}
    shm_size: 128mb
    stop_grace_period: 1m
volumes:
  pgdata:
`,
    },
  ],
  [
    'configs, secrets and env files in folders, with CRLF and a byte order mark',
    {
      'compose.yaml': [
        '\ufeff# written on Windows',
        'include:',
        '  - path: services/db/compose.yaml',
        '    env_file: [services/db/.env]',
        'services:',
        '  proxy:',
        '    image: caddy:2',
        '    env_file:',
        '      - proxy.env',
        '      - {path: local.env, required: false}',
        '    configs:',
        '      - {source: caddyfile, target: /etc/caddy/Caddyfile, mode: 0444}',
        '    networks: [front, default]',
        '    ulimits: {nofile: {soft: 20000, hard: 40000}}',
        '    sysctls: {net.core.somaxconn: 1024}',
        'configs:',
        '  caddyfile: {file: ./proxy/Caddyfile}',
        'networks:',
        '  front: {driver: overlay, attachable: true, driver_opts: {encrypted: "true"}}',
        '',
      ].join('\r\n'),
      'proxy.env': 'DOMAIN=example.com\n',
      'proxy/Caddyfile': ':80\n',
      'services/db/compose.yaml': `services:
  db:
    extends: {file: ../base.yaml, service: base}
    image: "mariadb:\${VERSION}"
    secrets: [root]
secrets:
  root: {file: root.txt}
`,
      'services/db/.env': 'VERSION=11\n',
      'services/db/root.txt': 'generated for this preview\n',
      'services/base.yaml':
        'services: {base: {cap_drop: [ALL], read_only: true, tmpfs: /tmp, init: true}}\n',
    },
  ],
  [
    'an override with the tags of Compose',
    {
      'compose.yaml':
        'services:\n  web:\n    image: web\n    ports: ["80:80"]\n    volumes: ["./src:/src"]\n    user: "1000:1000"\n',
      'compose.override.yaml':
        'services:\n  web:\n    ports: !override\n      - "8080:80"\n    volumes: !reset []\n',
    },
  ],
  [
    'what only means something to `docker compose`',
    {
      'compose.yaml': `services:
  web:
    build: {context: ., args: {A: b}}
    image: web
    container_name: web
    expose: [80]
    develop: {watch: [{path: src, action: sync, target: /src}]}
    pull_policy: build
    x-note: {any: [thing, 1, 2.50, yes, ~]}
    annotations: {a: b}
    oom_score_adj: 100
`,
    },
  ],
];

test.each(REAL)('%s', async (_name, files) => {
  const workspace = join(folder, 'shop');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }
  const text = await deployed(workspace);
  expect(text).toContain('services:');
  expect(text).not.toContain(folder);
});
