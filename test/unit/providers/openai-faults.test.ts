import assert from 'node:assert/strict';
import type { FetchFunction } from '../../../src/core/environment.ts';
import { openaiProvider } from '../../../src/core/providers/openai/openai.ts';
import { checkFailure, failureOf } from '../../support/failures.ts';
import { fault, html, startServer, type TestServer } from '../../support/http-server.ts';
import { allEvents, canaryKey, connectionAt, contextOf, imageCall } from '../../support/openai-calls.ts';
import { breakdowns } from './breakdown-rows.ts';
import { refusals } from './refusal-rows.ts';

describe('Faults of the OpenAI protocol', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server[Symbol.asyncDispose]());
  beforeEach(() => server.clear());

  for (const row of [...refusals, ...breakdowns]) {
    it(`${row.name} → ${row.code}`, async () => {
      server.reply(row.reply);
      const key = 'key' in row ? row.key : canaryKey;
      const context = contextOf(connectionAt(server.origin), { key });
      checkFailure(await failureOf(allEvents(imageCall(row.call), context)), row);
      assert.equal(server.requests.length, 1, 'nothing is repeated here');
    });
  }

  it('keeps the request id for the support of the server', async () => {
    server.reply(fault(500, {}, { 'x-request-id': 'req_42' }));
    const error = await failureOf(allEvents(imageCall(), contextOf(connectionAt(server.origin))));
    assert.equal(error.provider?.requestId, 'req_42');
  });

  it('names the billing page of OpenAI for OpenAI only', async () => {
    const answer: FetchFunction = () =>
      Promise.resolve(Response.json({ error: { message: 'No.', code: 'insufficient_quota' } }, { status: 429 }));
    const openai = { ...connectionAt('https://api.openai.com'), label: 'OpenAI' };
    const there = await failureOf(allEvents(imageCall(), contextOf(openai, { fetch: answer })));
    const elsewhere = await failureOf(
      allEvents(imageCall(), contextOf(connectionAt('https://example.com'), { fetch: answer })),
    );
    assert.match(there.hint ?? '', /platform\.openai\.com\/settings\/organization\/billing/);
    assert.doesNotMatch(elsewhere.hint ?? '', /openai/);
  });

  it('a long or hostile message is cut to one line', async () => {
    server.reply(fault(400, { message: `bad\n\u202E\u0007thing ${'x'.repeat(100_000)}` }));
    const error = await failureOf(allEvents(imageCall(), contextOf(connectionAt(server.origin))));
    assert.match(error.message, /^Test server refused the request: bad thing x{250,300}….?$/);
  });

  it('a failing list of models is never charged', async () => {
    server.reply(html(502));
    const error = await failureOf(openaiProvider.listModels(contextOf(connectionAt(server.origin))));
    checkFailure(error, { code: 'provider_unavailable', retryable: true, maybeCharged: false, message: /status 502/ });
    assert.doesNotMatch(error.hint ?? '', /charged/);
  });
});
