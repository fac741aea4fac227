import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** As much of GitHub's artifact service as an upload talks to, the storage behind it included. */
export interface ArtifactService extends AsyncDisposable {
  /** What the runner gives to an action. */
  readonly env: { readonly ACTIONS_RUNTIME_TOKEN: string; readonly ACTIONS_RESULTS_URL: string };
  /** Names of those that were finished. */
  readonly names: string[];
  /** Every byte that was stored. */
  content(): Buffer;
}

const SCOPES =
  'Actions.Results:ce7f54c7-61c7-4aae-887f-30da475f5f1a:ca395085-040a-526b-2ce8-bdc85f692774';
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** `refuse`: the status of every answer. `isSilent`: it never answers. */
export async function artifactService({
  refuse,
  isSilent = false,
}: {
  readonly refuse?: number;
  readonly isSilent?: boolean;
} = {}): Promise<ArtifactService> {
  const names: string[] = [];
  const stored: Buffer[] = [];
  let url = '';
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    if (isSilent) return;
    const answer = (status: number, value?: object) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(value && JSON.stringify(value));
    };
    if (refuse !== undefined) return answer(refuse, { msg: 'refused' });
    if (request.method === 'PUT') {
      if (!request.url?.includes('comp=blocklist')) stored.push(body);
      return answer(201);
    }
    if (request.url?.endsWith('/CreateArtifact')) {
      return answer(200, { ok: true, signed_upload_url: `${url}/box/artifact?sig=signed` });
    }
    names.push(String((JSON.parse(body.toString()) as { name: unknown }).name));
    answer(200, { ok: true, artifact_id: '4711' });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    env: {
      ACTIONS_RUNTIME_TOKEN: `${part({ alg: 'none' })}.${part({ scp: SCOPES })}.`,
      ACTIONS_RESULTS_URL: `${url}/`,
    },
    names,
    content: () => Buffer.concat(stored),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
