import { createHash, createHmac } from 'node:crypto';

/** Who may call the stand-in. */
export const KEY = { id: 'AKIAEXAMPLEOFTESTS00', secret: 'fake/secret+of/the/account' } as const;

export interface SignedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/**
 * Whether a request has the signature, version 4, that AWS describes (docs.aws.amazon.com, "Create a
 * signed AWS API request"), of the stand-in's key, for this region and service.
 */
export function isSigned(
  { path, headers, body }: SignedRequest,
  region: string,
  service = 'ec2',
): boolean {
  const [, credential = '', names = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=(\S+), SignedHeaders=(\S+), Signature=(\w+)$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  const time = headers['x-amz-date'] ?? '';
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  if (credential !== `${KEY.id}/${scope}` || !names.split(';').includes('host')) return false;
  const lines = names.split(';').map((name) => `${name}:${(headers[name] ?? '').trim()}\n`);
  const canonical = ['POST', path, '', lines.join(''), names, sha256(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const parts = [time.slice(0, 8), region, service, 'aws4_request'];
  const key = parts.reduce<string | Buffer>(hmac, `AWS4${KEY.secret}`);
  return hmac(key, text).toString('hex') === signature;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
