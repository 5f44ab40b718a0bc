import assert from 'node:assert/strict';
import type { Log } from '../../../src/core/environment.ts';
import { loggedFetch } from '../../../src/core/network/logged-fetch.ts';

describe('the log of calls', () => {
  let lines: string[];
  let log: Log;
  let nowMs: number;
  const clock = { now: () => nowMs, sleep: () => Promise.resolve() };
  beforeEach(() => {
    lines = [];
    nowMs = 1000;
    const write = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
    log = { trace: write('trace'), info: write('info'), warn: write('warn'), error: write('error') };
  });

  it('has a line for the question and one for the answer, without query, headers and body', async () => {
    const fetch = loggedFetch(
      () => {
        nowMs += 1500;
        return Promise.resolve(new Response('canary', { status: 201, headers: { 'x-request-id': 'req_7' } }));
      },
      { clock, log },
    );
    const response = await fetch('https://api.example/v1/images?key=canary', {
      method: 'POST',
      headers: { authorization: 'canary' },
      body: 'canary',
    });
    assert.equal(await response.text(), 'canary');
    assert.deepEqual(lines, [
      'trace: POST https://api.example/v1/images',
      'info: POST https://api.example/v1/images: 201 after 1.5 s (req_7)',
    ]);
  });

  it('names a fault and passes it on', async () => {
    const fault = new TypeError('fetch failed');
    const fetch = loggedFetch(() => Promise.reject(fault), { clock, log });
    await assert.rejects(fetch(new Request('https://api.example/x')), fault);
    assert.equal(lines.at(-1), 'warn: GET https://api.example/x: no answer after 0.0 s: TypeError: fetch failed');
  });
});
