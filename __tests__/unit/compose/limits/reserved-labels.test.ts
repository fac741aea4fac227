import { expect, test } from '@jest/globals';
import { ComposeError } from '../../../../src/compose/findings.ts';
import { createLocator } from '../../../../src/compose/locate.ts';
import { composeProject, rendered } from '../../../support/compose-project.ts';

const FILE = `services:
  web:
    image: x
    labels:
      - plain=a
      - swarm-up.stack=production
    deploy:
      labels:
        Swarm-Up.lock: production
    volumes:
      - {type: volume, target: /a}
      - type: volume
        target: /b
        volume:
          labels:
            swarm-up.cluster: a
  two:
    image: x
    label_file: two.env
networks:
  default:
    labels:
      " swarm-up.cluster ": a
volumes:
  data:
    labels: [swarm-up.lease=true]
configs:
  c:
    content: x
    labels:
      swarm-up.stack: production
secrets:
  s:
    external: true
    labels:
      swarm-up.joining: 10.0.0.4
`;

const labels = { 'swarm-up.stack': 'production' };

const MODEL = {
  services: {
    web: {
      image: 'x',
      labels: { plain: 'a', ...labels },
      deploy: { labels: { 'Swarm-Up.lock': 'production' } },
      volumes: [
        { type: 'volume', target: '/a' },
        { type: 'volume', target: '/b', volume: { labels: { 'swarm-up.cluster': 'a' } } },
      ],
    },
    two: { image: 'x', labels },
  },
  networks: { default: { labels: { ' swarm-up.cluster ': 'a' } } },
  volumes: { data: { labels: { 'swarm-up.lease': 'true' } }, none: null },
  configs: { c: { content: 'x', labels } },
  secrets: { s: { external: true, labels: { 'swarm-up.joining': '10.0.0.4' } } },
};

test('labels of ours are refused on everything that can have labels, each at its line', async () => {
  const { path } = createLocator([{ file: 'compose.yaml', text: FILE }]);
  const error = await rendered(composeProject(MODEL, { locate: path })).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ComposeError);
  const errors = (error as ComposeError).findings.filter(({ message }) =>
    message.includes('Swarm Up gives itself'),
  );
  expect(
    errors.map(({ location, message }) => [location?.line, message.split(' is one')[0]]),
  ).toEqual([
    [6, 'service web: the label `swarm-up.stack`'],
    [9, 'service web: the label `Swarm-Up.lock`'],
    [16, 'service web: the label `swarm-up.cluster`'],
    [19, 'service two: the label `swarm-up.stack`'],
    [23, 'network default: the label `swarm-up.cluster`'],
    [26, 'volume data: the label `swarm-up.lease`'],
    [31, 'config c: the label `swarm-up.stack`'],
    [36, 'secret s: the label `swarm-up.joining`'],
  ]);
});

test('other labels pass', async () => {
  const { file } = await rendered(
    composeProject({ services: { web: { image: 'x', labels: { 'swarm-upper.a': 'b' } } } }),
  );
  expect(file.services.web.labels).toEqual({ 'swarm-upper.a': 'b' });
});
