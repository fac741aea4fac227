import { expect, test } from '@jest/globals';
import { ComposeError } from '../../../../src/compose/findings.ts';
import { templateFault } from '../../../../src/compose/limits/template-fault.ts';
import { composeProject, projectOf, rendered } from '../../../support/compose-project.ts';

async function messages(project: ReturnType<typeof projectOf>): Promise<string[]> {
  const error = await rendered(project).catch((thrown: unknown) => thrown);
  if (!(error instanceof ComposeError)) return [];
  return error.findings.map(({ message }) => message);
}

// Each was refused by a manager or a node of Docker 26.1.5, or never started there.
test.each([
  [
    { environment: { A: '{{ foo }}' } },
    /^service web: `environment\.A` has braces, and .*a config/,
  ],
  [{ hostname: '{{.Bad}}' }, /`hostname` is \{\{\.Bad\}\}, and a template asks for a field/],
  [
    { volumes: [{ type: 'volume', source: 'a', target: '/{{.Bad}}' }] },
    /`volumes` mounts a at \/\{\{\.Bad\}\}, and/,
  ],
  [{ hostname: 'a'.repeat(65) }, /`hostname` has 65 characters/],
  [{ dns: ['1.1.1.1', 'dns.example'] }, /`dns` has dns\.example, which is no address/],
  [{ extra_hosts: ['db=10.0.0.300'] }, /`extra_hosts` gives db the address `10\.0\.0\.300`/],
  [{ environment: { '': 'x' } }, /`environment` has a variable without a name/],
  [
    { logging: { driver: 'json-file', options: { 'max-sizee': '1m' } } },
    /Did you mean `max-size`\?/,
  ],
  [{ logging: { driver: 'json-file', options: { 'max-size': 'lots' } } }, /is lots\. Write a size/],
  [{ logging: { driver: 'json-file', options: { 'max-file': '0' } } }, /is 0\. Write 1 or more/],
  [
    { logging: { driver: 'local', options: { labels: 'a' } } },
    /It has max-file, max-size, compress/,
  ],
  [{ logging: { driver: 'local', options: { compress: 'maybe' } } }, /is maybe\. Write "true"/],
  [{ logging: { driver: 'json-file', options: { mode: 'bogus' } } }, /blocking or non-blocking/],
  [{ logging: { driver: 'json-file', options: { compress: 'true' } } }, /needs `max-size`, and/],
  [
    { logging: { driver: 'json-file', options: { 'max-buffer-size': '1m' } } },
    /goes with `mode: non-blocking` alone/,
  ],
  [{ deploy: { resources: { limits: { cpus: '0.005' } } } }, /is 0\.005\. The engine takes 0\.01/],
  [{ deploy: { restart_policy: { delay: '-5s' } } }, /`deploy\.restart_policy\.delay` is -5s/],
  [{ deploy: { update_config: { monitor: '-5s' } } }, /`deploy\.update_config\.monitor` is -5s/],
  [{ healthcheck: { test: ['CMD', 'x'], timeout: '-5s' } }, /`healthcheck\.timeout` is -5s/],
  [{ healthcheck: { test: ['CMD'] } }, /`healthcheck\.test` has no command/],
  [{ deploy: { endpoint_mode: 'bogus' } }, /Write vip or dnsrr/],
  [
    { volumes: [{ type: 'bind', source: '/tmp', target: '/x', bind: { propagation: 'bogus' } }] },
    /`volumes` mounts \/x with `propagation: bogus`/,
  ],
  [{ ulimits: { nofile: -5 } }, /`ulimits\.nofile` is negative/],
  [{ secrets: [{ source: 'a', uid: 'abc' }] }, /`secrets` gives a the uid abc/],
])('%j is refused', async (service, said) => {
  expect(await messages(projectOf(service))).toEqual([expect.stringMatching(said)]);
});

test.each([
  { hostname: '{{.Node.Hostname}}-{{.Task.Slot}}', environment: { A: '{"a": {"b": 1}}' } },
  { hostname: 'a'.repeat(64), dns: ['1.1.1.1', '2606:4700::1111'] },
  { extra_hosts: ['host.docker.internal=host-gateway', 'six=[::1]'] },
  {
    logging: {
      driver: 'json-file',
      options: { 'max-size': '10m', 'max-file': '3', compress: 'true', tag: '{{.Name}}' },
    },
  },
  { logging: { driver: 'loki', options: { 'loki-url': 'x' } } },
  { logging: { options: { anything: 'x' } } },
  { deploy: { resources: { reservations: { cpus: '0.005' } } } },
  { deploy: { restart_policy: { delay: '0s' } }, ulimits: { core: -1 } },
])('%j is taken', async (service) => {
  expect(await messages(projectOf(service))).toEqual([]);
});

test('a driver that is near to one of the engine is asked about', async () => {
  const { stack } = await rendered(projectOf({ logging: { driver: 'jsonfile' } }));
  expect(stack.findings).toMatchObject([
    { level: 'warning', message: expect.stringMatching(/Did you mean `json-file`\?/) },
  ]);
});

test.each([
  '{{.Service.Name}}.{{ .Node.Platform.OS }}',
  '{{if eq .Task.Slot "1"}}first{{else}}other{{end}}',
  '{{index .Service.Labels "a.b"}}',
  '{{range $key, $value := .Service.Labels}}{{$key}}={{$value}} {{.Foo}}{{end}}',
  '{{- .Task.ID -}} {{/* foo */}} {{join "-" "a" "b"}}',
  '{{"{{"}} anything }}',
  'a } b }} c',
])('%s is a template', (text) => {
  expect(templateFault(text)).toBeUndefined();
});

test.each([
  '{{ foo }}',
  '{{.Foo}}',
  '{{.Node.Foo}}',
  '{{ not closed',
  '{{}}',
  'a {{ upper .Node.ID }}',
])('%s is none', (text) => {
  expect(templateFault(text)).toEqual(expect.any(String));
});

test.each([
  [{ name: 'bad name' }, /^volume data: its name is bad name\./],
  [{ driver_opts: { foo: 'bar' } }, /has foo, which the driver local does not know/],
  [{ driver_opts: { type: 'nfs' } }, /has type without device/],
  [{ driver_opts: { o: 'addr=1' } }, /has o without device and type/],
])('a volume with %j is refused', async (volume, said) => {
  const services = {
    web: { image: 'web:1', volumes: [{ type: 'volume', source: 'data', target: '/x' }] },
  };
  const project = composeProject({ services, volumes: { data: volume } });
  expect(await messages(project)).toEqual([expect.stringMatching(said)]);
});

test.each([
  ['10.98.0.5/24', /Write `10\.98\.0\.0\/24`/],
  ['10.98.0.0/30', /too few addresses for a task/],
  ['fd00::/64', /Write an IPv4 subnet/],
  ['10.98.0.0/29', undefined],
  ['10.98.3.128/25', undefined],
])('subnet %s', async (subnet, said) => {
  const services = { web: { image: 'web:1', networks: { back: null } } };
  const networks = { back: { ipam: { config: [{ subnet }] } } };
  const found = await messages(composeProject({ services, networks }));
  expect(found).toEqual(said ? [expect.stringMatching(said)] : []);
});
