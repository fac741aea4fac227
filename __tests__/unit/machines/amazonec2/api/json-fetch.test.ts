import { expect, test } from '@jest/globals';
import { jsonFetch } from '../../../../../src/machines/amazonec2/api/json-fetch.ts';

const SERVICE = { service: 'servicequotas', target: 'ServiceQuotasV20190624' };
const URL_OF_QUOTA = 'https://servicequotas.eu-central-1.amazonaws.com/GetServiceQuota';

/** What was sent, and a `fetch` that answers it with this. */
function answering(status: number, text: string) {
  const sent: { url: string; headers: Record<string, string>; body: string }[] = [];
  const fetch = async (url: unknown, init: RequestInit = {}) => {
    const headers = init.headers as Record<string, string>;
    sent.push({ url: String(url), headers, body: String(init.body) });
    return new Response(text, { status });
  };
  const credentials = async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' });
  const access = { region: 'eu-central-1', credentials, fetch: fetch as never };
  return { asked: jsonFetch(SERVICE, access), sent };
}

test.each([
  ['a question', `${URL_OF_QUOTA}?input=${encodeURIComponent('{"QuotaCode":"L-1"}')}`, {}],
  ['a change', URL_OF_QUOTA, { method: 'POST', body: '{"QuotaCode":"L-1"}' }],
])('%s is signed JSON for the service', async (_, url, init) => {
  const { asked, sent } = answering(200, '{"Quota":{}}');
  expect(await (await asked(url, init)).json()).toEqual({ Quota: {} });
  const [request] = sent;
  expect(request?.url).toBe('https://servicequotas.eu-central-1.amazonaws.com/');
  expect(request?.body).toBe('{"QuotaCode":"L-1"}');
  expect(request?.headers).toMatchObject({
    ...{ 'content-type': 'application/x-amz-json-1.1' },
    'x-amz-target': 'ServiceQuotasV20190624.GetServiceQuota',
    authorization: expect.stringMatching(/\/eu-central-1\/servicequotas\/aws4_request, /),
  });
});

test.each([
  ['TooManyRequestsException', 400, 429, 'TooManyRequests'],
  ['ThrottlingException', 400, 429, 'Throttling'],
  ['com.amazonaws.quotas#AccessDeniedException', 400, 400, 'AccessDenied'],
  ['ServiceException', 500, 500, 'Service'],
])('%s with status %i is status %i', async (__type, status, told, code) => {
  const { asked } = answering(status, JSON.stringify({ __type, message: 'why' }));
  const response = await asked(URL_OF_QUOTA);
  expect(response.status).toBe(told);
  expect(await response.json()).toEqual({ error: { code, message: 'why' } });
});

test('what is no JSON stays what it is', async () => {
  const { asked } = answering(502, 'Bad gateway');
  const response = await asked(URL_OF_QUOTA);
  expect([response.status, await response.text()]).toEqual([502, 'Bad gateway']);
});
