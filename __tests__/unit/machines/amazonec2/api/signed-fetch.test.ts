import { expect, test } from '@jest/globals';
import { signedFetch } from '../../../../../src/machines/amazonec2/api/signed-fetch.ts';

/** What was sent, and a `fetch` that answers it with this. */
function answering(status: number, text: string) {
  const sent: { url: string; headers: Record<string, string>; body: string }[] = [];
  const fetch = async (url: unknown, init: RequestInit = {}) => {
    const headers = init.headers as Record<string, string>;
    sent.push({ url: String(url), headers, body: String(init.body) });
    return new Response(text, { status });
  };
  const credentials = async () => ({
    ...{ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' },
  });
  const now = () => Date.parse('2026-11-30T12:00:00Z');
  const asked = signedFetch({ region: 'eu-central-1', credentials, now, fetch: fetch as never });
  return { asked, sent };
}

const errorText = (code: string) =>
  `<Response><Errors><Error><Code>${code}</Code><Message>a &amp; b</Message></Error></Errors></Response>`;

test('a question is a signed form, and its answer is JSON', async () => {
  const xml =
    '<?xml version="1.0"?><DescribeVpcsResponse xmlns="x"><vpcSet><item><vpcId>vpc-1</vpcId></item></vpcSet></DescribeVpcsResponse>';
  const { asked, sent } = answering(200, xml);
  const response = await asked(
    'https://ec2.eu-central-1.amazonaws.com/DescribeVpcs?Filter.1.Name=a',
  );
  expect(await response.json()).toMatchObject({ vpcSet: { item: { vpcId: 'vpc-1' } } });
  const [request] = sent;
  expect(request?.url).toBe('https://ec2.eu-central-1.amazonaws.com/');
  expect(request?.body).toBe('Action=DescribeVpcs&Version=2016-11-15&Filter.1.Name=a');
  expect(request?.headers).toMatchObject({
    ...{ 'x-amz-date': '20261130T120000Z', 'x-amz-security-token': 'session' },
    authorization: expect.stringMatching(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20261130\/eu-central-1\/ec2\/aws4_request, SignedHeaders=[\w;-]+, Signature=[0-9a-f]{64}$/,
    ),
  });
});

test.each([
  ['RequestLimitExceeded', 503, 429],
  ['Throttling', 400, 429],
  // Nothing was done, so it is no failure of which nobody knows the end.
  ['InsufficientInstanceCapacity', 500, 400],
  ['InternalError', 500, 500],
  ['UnauthorizedOperation', 403, 403],
])('%s with status %i is status %i', async (code, status, told) => {
  const { asked } = answering(status, errorText(code));
  const response = await asked('https://ec2.test/RunInstances', { method: 'POST', body: '{}' });
  expect(response.status).toBe(told);
  expect(await response.json()).toEqual({ error: { code, message: 'a & b' } });
});

test('what is no XML stays what it is', async () => {
  const { asked } = answering(502, 'Bad gateway');
  const response = await asked('https://ec2.test/RunInstances', { method: 'POST', body: '{}' });
  expect([response.status, await response.text()]).toEqual([502, 'Bad gateway']);
});
