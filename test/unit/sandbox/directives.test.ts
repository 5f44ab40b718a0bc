import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { decode as decodePng } from 'fast-png';
import { fileTypeFromBuffer } from 'file-type';
import { createFaultCounter, dialects, endings, parseDirectives } from '../../../src/core/sandbox/directives.ts';
import { downloadSpoils } from '../../../src/core/sandbox/file-answer.ts';
import { faultNames } from '../../../src/core/sandbox/openai/faults.ts';
import type { Sandbox } from '../../../src/core/sandbox/sandbox.ts';
import { answerOf, drawPicture, openSandbox, picturesOf, plainPng, postForm, postJson, sandboxUrl } from './support.ts';

type Refusal = readonly [name: string, status: number, code: string | null, type: string];

const refusals: readonly Refusal[] = [
  ['moderation_blocked', 400, 'moderation_blocked', 'image_generation_user_error'],
  ['moderation_output', 400, 'moderation_blocked', 'image_generation_user_error'],
  ['policy', 400, 'content_policy_violation', 'invalid_request_error'],
  ['billing', 400, 'billing_hard_limit_reached', 'invalid_request_error'],
  ['quota_exceeded', 429, 'insufficient_quota', 'insufficient_quota'],
  ['credit', 429, 'credit_balance_exhausted', 'insufficient_quota'],
  ['organization_spend', 429, 'organization_spend_limit_exceeded', 'insufficient_quota'],
  ['project_spend', 429, 'project_spend_limit_exceeded', 'insufficient_quota'],
  ['organization_usage', 429, 'organization_usage_limit_exceeded', 'insufficient_quota'],
  ['rate_limited', 429, 'rate_limit_exceeded', 'images'],
  ['rate_limited_long', 429, 'rate_limit_exceeded', 'images'],
  ['rate_limited_ms', 429, 'rate_limit_exceeded', 'images'],
  ['rate_limited_date', 429, 'rate_limit_exceeded', 'images'],
  ['rate_limited_silent', 429, 'rate_limit_exceeded', 'images'],
  ['unverified', 403, null, 'invalid_request_error'],
  ['permission_denied', 403, null, 'invalid_request_error'],
  ['region', 403, 'unsupported_country_region_territory', 'request_forbidden'],
  ['invalid_key', 401, 'invalid_api_key', 'invalid_request_error'],
  ['missing_key', 401, null, 'invalid_request_error'],
  ['model_not_found', 404, 'model_not_found', 'invalid_request_error'],
  ['model_retired', 404, 'model_not_found', 'invalid_request_error'],
  ['not_found', 404, null, 'invalid_request_error'],
  ['gone', 410, null, 'invalid_request_error'],
  ['invalid_request', 400, 'invalid_value', 'invalid_request_error'],
  ['invalid_type', 400, 'invalid_type', 'invalid_request_error'],
  ['unsupported_parameter', 400, 'unknown_parameter', 'invalid_request_error'],
  ['unsupported_value', 400, 'unsupported_value', 'invalid_request_error'],
  ['provider_unavailable', 503, null, 'server_error'],
  ['slow_down', 503, null, 'server_error'],
  ['timeout', 408, null, 'timeout'],
  ['500', 500, null, 'server_error'],
  ['418', 418, null, 'invalid_request_error'],
];

const raws: readonly [name: string, status: number, contentType: string | null, body: RegExp][] = [
  ['bare_404', 404, null, /^$/],
  ['html', 502, 'text/html', /502 Bad Gateway/],
  ['html_200', 200, 'text/html', /Sign in/],
  ['redirect', 302, null, /^$/],
  ['bad_json', 200, 'application/json', /^\{"created".*[^}]$/],
  ['bad_response', 200, 'application/json', /^\{"created".*[^}]$/],
  ['empty_body', 200, 'application/json', /^$/],
];

const brokenConnections: readonly [name: string, code: string][] = [
  ['connection_failed', 'ECONNREFUSED'],
  ['refused', 'ECONNREFUSED'],
  ['dns', 'ENOTFOUND'],
  ['drop', 'ECONNRESET'],
];

describe('directives in a prompt', function () {
  this.timeout(30_000);
  let sandbox: Sandbox;
  let slept: number[] = [];
  before(() => {
    const clock = { now: () => 1_800_000_000_000, sleep: async (ms: number) => void slept.push(ms) };
    sandbox = openSandbox({ clock });
  });
  beforeEach(() => {
    slept = [];
  });
  after(() => sandbox.dispose());

  const post = (prompt: string, more: object = {}): Promise<Response> =>
    postJson(sandbox, '/images/generations', { prompt, ...more });

  for (const [name, status, code, type] of refusals) {
    it(`[fail:${name}] answers ${status} ${code ?? 'without a code'}`, async () => {
      const response = await post(`a fox [fail:${name}]`);
      const { error } = await answerOf(response);
      assert.deepEqual([response.status, error?.code, error?.type], [status, code, type]);
      assert.match(error?.message ?? '', /\w/);
    });
  }

  it('carry the details of a moderation and the time to wait', async () => {
    const blocked = await answerOf(await post('[fail:moderation_blocked]'));
    assert.deepEqual(blocked.error?.moderation_details, { moderation_stage: 'input', categories: ['violence'] });
    const output = await answerOf(await post('[fail:moderation_output]'));
    assert.equal(output.error?.moderation_details?.moderation_stage, 'output');
    const waits = async (name: string, header: string): Promise<string | null> =>
      (await post(`[fail:${name}]`)).headers.get(header);
    assert.equal(await waits('rate_limited', 'retry-after'), '1');
    assert.equal(await waits('rate_limited_long', 'retry-after'), '120');
    assert.equal(await waits('rate_limited_ms', 'retry-after-ms'), '50');
    assert.match((await waits('rate_limited_date', 'retry-after')) ?? '', /GMT$/);
    assert.equal(await waits('rate_limited_silent', 'retry-after'), null);
    assert.equal(await waits('provider_unavailable', 'retry-after'), '1');
    assert.equal(await waits('503', 'retry-after'), null);
    assert.equal((await post('[fail:rate_limited]')).headers.get('x-ratelimit-remaining-requests'), '0');
  });

  for (const [name, status, contentType, body] of raws) {
    it(`[fail:${name}] answers what is not the API's`, async () => {
      const response = await post(`[fail:${name}]`);
      assert.deepEqual([response.status, response.headers.get('content-type')], [status, contentType]);
      assert.match(await response.text(), body);
      assert.equal(response.headers.get('x-request-id'), null);
    });
  }

  for (const [name, code] of brokenConnections) {
    it(`[fail:${name}] breaks the connection like ${code}`, async () => {
      await assert.rejects(post(`[fail:${name}]`), (error: Error) => {
        assert.equal(error.name, 'TypeError');
        assert.equal(error.message, 'fetch failed');
        assert.equal((error.cause as NodeJS.ErrnoException).code, code);
        return true;
      });
    });
  }

  it('[drop] resets the connection, [drop:1] only the first time', async () => {
    await assert.rejects(post('a [drop]'), { name: 'TypeError' });
    await assert.rejects(post('a [drop]'), { name: 'TypeError' });
    await assert.rejects(post('b [drop:1]'), { name: 'TypeError' });
    assert.equal((await post('b [drop:1]')).status, 200);
  });

  it('[fail:hang] answers nothing until the caller gives up', async () => {
    const gone = new AbortController();
    const waiting = postJson(sandbox, '/images/generations', { prompt: '[fail:hang]' }, gone.signal);
    setImmediate(() => gone.abort());
    await assert.rejects(waiting, { name: 'AbortError' });
  });

  it('[fail:NAME:TIMES] fails that often for exactly that prompt, then succeeds', async () => {
    const statuses = [];
    for (let call = 0; call < 4; call++) statuses.push((await post('a fox [fail:rate_limited:2]')).status);
    assert.deepEqual(statuses, [429, 429, 200, 200]);
    assert.equal((await post('another fox [fail:rate_limited:2]')).status, 429);
  });

  it('[delay:MS] waits by the clock, and less when the caller leaves', async () => {
    assert.equal((await post('a fox [delay:700] [delay:300]')).status, 200);
    assert.deepEqual(slept, [1_000]);
  });

  it('take effect only on requests that are right', async () => {
    assert.equal((await answerOf(await post('[fail:quota_exceeded]', { size: '1x1' }))).error?.param, 'size');
  });

  it('of an unknown name say which there are', async () => {
    const { error } = await answerOf(await post('[fail:nonsense]'));
    assert.equal(error?.code, 'unknown_sandbox_fault');
    assert.match(error.message, /rate_limited/);
  });

  it('spoil the picture: no base64, no picture, no alpha, another format, another size', async () => {
    const fileOf = async (prompt: string, more: object = {}): Promise<Buffer> =>
      drawPicture(sandbox, { prompt, ...more });
    assert.match((await answerOf(await post('[fail:bad_base64]'))).data[0]?.b64_json ?? '', /%/);
    assert.equal((await fileOf('[fail:not_an_image]')).toString(), 'This is no picture.');
    assert.equal(decodePng(await fileOf('[fail:no_alpha]', { background: 'transparent' })).channels, 3);
    assert.equal((await fileTypeFromBuffer(await fileOf('[fail:wrong_format]')))?.mime, 'image/jpeg');
    assert.equal(decodePng(await fileOf('[fail:wrong_size]')).width, 512);
  });

  it('spoil the answer: no pictures, no data, cut off', async () => {
    assert.deepEqual((await answerOf(await post('[fail:empty]'))).data, []);
    assert.deepEqual(Object.keys(await answerOf(await post('[fail:no_data]'))), ['created']);
    const response = await post('[fail:truncated]');
    assert.equal(response.status, 200);
    await assert.rejects(response.json(), { name: 'TypeError', message: 'terminated' });
  });

  it('answer with links that work or are dead', async () => {
    const live = (await answerOf(await post('[fail:url]'))).data[0];
    assert.equal(live?.b64_json, undefined);
    const file = await sandbox.fetch(live?.url ?? '');
    assert.equal(file.headers.get('content-type'), 'image/png');
    assert.equal((await fileTypeFromBuffer(await file.arrayBuffer()))?.mime, 'image/png');
    const dead = (await answerOf(await post('[fail:dead_url]'))).data[0];
    assert.equal((await sandbox.fetch(dead?.url ?? '')).status, 403);
    assert.equal((await sandbox.fetch(`${sandboxUrl}/sandbox/files/other.png`)).status, 403);
  });

  it('work in edits, and in variations by way of the user', async () => {
    const image = plainPng('a.png', 16, [0, 0, 0, 255]);
    assert.equal((await postForm(sandbox, '/images/edits', { image, prompt: '[fail:503]' })).status, 503);
    assert.equal((await postForm(sandbox, '/images/variations', { image, user: '[fail:429]' })).status, 429);
    assert.equal(
      (await picturesOf(await postForm(sandbox, '/images/variations', { image, response_format: 'b64_json' }))).length,
      1,
    );
  });

  it('are all in the documentation, and nothing else is', async () => {
    const text = await readFile(new URL('../../../docs/sandbox.md', import.meta.url), 'utf8');
    const namesUnder = (heading: string): string[] => {
      const [, section = ''] = text.split(`\n### ${heading}\n`);
      const [table = ''] = section.split('\n#');
      return [...table.matchAll(/^\| (`[a-z0-9_`, ]+`) +\|/gm)].flatMap(([, names = '']) =>
        names.split(', ').map((name) => name.replaceAll('`', '')),
      );
    };
    assert.deepEqual(namesUnder('Faults').toSorted(), faultNames.toSorted());
    assert.deepEqual(namesUnder('Downloads').toSorted(), downloadSpoils.toSorted());
    assert.deepEqual(namesUnder('Endings').toSorted(), endings.toSorted());
    assert.deepEqual(namesUnder('Dialects').toSorted(), dialects.toSorted());
  });

  it('are read anywhere in the prompt and taken out', () => {
    assert.deepEqual(parseDirectives('a [FAIL:Html:3] fox\n[delay:20][drop] now [fail] [note]'), {
      text: 'a fox now [fail] [note]',
      delayMs: 20,
      faults: [
        { name: 'html', times: 3 },
        { name: 'drop', times: Infinity },
      ],
      later: { poll: [], download: [] },
      dialects: [],
      unknown: [],
    });
    assert.deepEqual(
      parseDirectives('[poll:503:2] a [download:stall][time:40] b [end:gone] [dialect:Words][dialect:link] c [end:x]'),
      {
        text: 'a b c',
        delayMs: 0,
        faults: [],
        later: { poll: [{ name: '503', times: 2 }], download: [{ name: 'stall', times: Infinity }] },
        workMs: 40,
        ending: 'gone',
        dialects: ['words', 'link'],
        unknown: ['[end:x]'],
      },
    );
  });

  it('of several faults bring out one after the other', () => {
    const counter = createFaultCounter();
    const { faults } = parseDirectives('[fail:500:1][fail:503:2]');
    assert.deepEqual(
      [1, 2, 3, 4].map(() => counter.next('p', faults)),
      ['500', '503', '503', undefined],
    );
  });
});
