import { afterEach, expect, jest, test } from '@jest/globals';
import { outputsOf, writeOutputs } from '../../../src/report/outputs.ts';
import { nodes, success } from '../../support/reports.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

test('a stack that runs', () => {
  const outputs = outputsOf(success);
  expect(outputs).toMatchObject({
    cluster: 'shop-pr-42',
    'stack-name': 'shop',
    manager: '172.28.0.2',
    url: 'http://127.0.0.1:8080',
    'url-web': 'http://127.0.0.1:8080',
    'url-api': 'http://127.0.0.1:9000',
    status: 'converged',
    diagnostics: '',
    'docker-host': '',
    'ssh-config': '',
  });
  expect(JSON.parse(outputs.nodes)[0]).toEqual({
    name: 'node-1',
    address: '172.28.0.2',
    role: 'manager',
    state: 'ready',
  });
  expect(JSON.parse(outputs.endpoints)[1]).toEqual({
    service: 'api',
    port: 9000,
    protocol: 'tcp',
    mode: 'ingress',
    urls: ['http://127.0.0.1:9000'],
  });
});

test('a stack behind a proxy has its address, and each service that of its own port', () => {
  const url = 'https://pr-42.preview.example.com';
  expect(outputsOf({ ...success, url })).toMatchObject({
    url,
    'url-web': 'http://127.0.0.1:8080',
  });
  const [web] = success.endpoints;
  const udp = { service: 'web', published: 53, target: 53, protocol: 'udp', urls: ['udp://a:53'] };
  const endpoints = web ? [{ ...web, ...udp }, web] : [];
  expect(outputsOf({ ...success, endpoints })['url-web']).toBe('http://127.0.0.1:8080');
});

test('a run that failed before there was anything', () => {
  const outputs = outputsOf({
    ...success,
    stack: undefined,
    status: 'failed',
    nodes: [],
    services: [],
    endpoints: [],
  });
  expect(outputs).toEqual({
    cluster: 'shop-pr-42',
    'stack-name': '',
    manager: '',
    nodes: '[]',
    endpoints: '[]',
    url: '',
    status: 'failed',
    diagnostics: '',
    'docker-host': '',
    'ssh-config': '',
  });
});

test('the manager is the first one, whoever leads: its address stays the same', () => {
  const [first, second, third] = nodes(3, 2);
  if (!first || !second || !third) throw new Error('three nodes');
  const moved = [{ ...first, leader: false }, { ...second, leader: true }, third];
  expect(outputsOf({ ...success, nodes: moved }).manager).toBe('172.28.0.2');
});

test('the url is the first over HTTP', () => {
  const [web] = success.endpoints;
  if (!web) throw new Error('an endpoint');
  const dns = { ...web, protocol: 'udp', urls: ['udp://127.0.0.1:53'] };
  expect(outputsOf({ ...success, endpoints: [dns, web] }).url).toBe('http://127.0.0.1:8080');
  expect(outputsOf({ ...success, endpoints: [dns] }).url).toBe('udp://127.0.0.1:53');
});

test('every output is written', () => {
  jest.replaceProperty(process, 'env', {});
  const written: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text).trim());
    return true;
  });
  writeOutputs(outputsOf(success));
  const names = written.flatMap((line) => /^::set-output name=([\w-]+)::/.exec(line)?.[1] ?? []);
  expect(names).toEqual(Object.keys(outputsOf(success)));
});
