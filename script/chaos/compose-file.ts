import { HELLO_IMAGE } from '../hello-image.ts';
import type { Actor } from './actors.ts';

/**
 * The compose file of an actor. Its answers tell the stack, by its service's name, and the version,
 * by environment and config. In mode `ingress` the swarm keeps two from having one port; in mode
 * `host` it answers without IPVS, too. Both have one offset.
 */
export function composeFileOf({ project, kind }: Actor): string {
  const isProduction = kind === 'production';
  return `name: ${project}
services:
  web:
    image: ${HELLO_IMAGE}
    stop_grace_period: 1s
    environment:
      TASK: "{{.Service.Name}} v\${VERSION}"
      NODE: any
    configs: [{ source: page, target: /www/page.txt }]
    secrets: [{ source: token, target: /www/token.txt }]
    ports:
      - { target: 8080, published: 8080, mode: ingress }
      - { target: 8080, published: 8090, mode: host }
    deploy:
      update_config: { monitor: 1s }
${isProduction ? '      placement: { constraints: ["node.labels.zone == a"] }\n    volumes: ["data:/data"]\n' : ''}configs:
  page: { content: "page v\${VERSION}\\n" }
secrets:
  token: { environment: TOKEN }
${isProduction ? 'volumes: { data: {} }\n' : ''}`;
}

/** The token that the secret of an actor has. */
export function tokenOf({ name }: Actor): string {
  return `token-of-${name}`;
}

/** What each path of a stack answers. */
export function answersOf(actor: Actor, version: number): Readonly<Record<string, string>> {
  return {
    '/': `Hello from task ${actor.stack}_web v${version} on node any`,
    '/page.txt': `page v${version}`,
    '/token.txt': tokenOf(actor),
  };
}
