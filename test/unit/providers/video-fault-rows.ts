import type { ExpectedFailure } from '../../support/failures.ts';
import { canaryKey } from '../../support/openai-calls.ts';
import type { VideoCallOptions } from '../../support/openai-video-calls.ts';
import type { SoraFault } from '../../support/sora-server-faults.ts';

/** A fault of a server of the Videos protocol and what becomes of it. */
export interface VideoFaultRow extends ExpectedFailure {
  readonly name: string;
  readonly fault: SoraFault;
  /** Creations that the server counted; default none. */
  readonly counted?: number;
  readonly call?: VideoCallOptions;
}

/** Answers so, in OpenAI's envelope. */
export const statusFault = (
  code: number,
  error: Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): SoraFault => ({ type: 'status', status: code, error, headers });
/** Answers 200 with something of our own, after counting. */
export const bodyFault = (value: unknown): SoraFault => ({ type: 'body', body: JSON.stringify(value), counted: true });

/** At a creation. */
export const videoCreations: readonly VideoFaultRow[] = [
  {
    name: 'moderation of the prompt',
    fault: statusFault(400, {
      code: 'moderation_blocked',
      message: 'Your request was blocked by our moderation system.',
    }),
    code: 'moderation_blocked',
    message: /^Test server blocked this with its content filter: Your request was blocked by our moderation system\.$/,
    serverCode: 'moderation_blocked',
  },
  {
    name: 'moderation under another name',
    fault: statusFault(403, { code: 'sentinel_block', message: 'We could not process this.' }),
    code: 'moderation_blocked',
    message: /content filter: We could not process this\.$/,
    serverCode: 'sentinel_block',
  },
  {
    name: 'moderation in words only',
    fault: statusFault(400, { message: 'The prompt was flagged as violating our usage policies.' }),
    code: 'moderation_blocked',
    message: /flagged as violating/,
  },
  {
    name: 'a parameter that only has a word of moderation',
    fault: statusFault(400, { message: "This model takes no 'moderation'." }),
    code: 'invalid_request',
    message: /refused the request/,
  },
  {
    name: 'a picture of the wrong size',
    fault: statusFault(400, {
      code: 'invalid_type',
      param: 'input_reference',
      message: 'Inpaint image must match the size.',
    }),
    code: 'invalid_request',
    message: /refused the request \(input_reference\): Inpaint image must match the size\.$/,
  },
  {
    name: 'a parameter that the server has not',
    fault: statusFault(400, { code: 'unknown_parameter', message: "Unknown parameter: 'fps'." }),
    code: 'unsupported_parameter',
    message: /'fps'/,
  },
  {
    name: 'wrong key',
    fault: statusFault(401, { code: 'invalid_api_key', message: `Incorrect API key provided: ${canaryKey}.` }),
    code: 'invalid_key',
    message: /does not accept the key/,
  },
  {
    name: 'no credit',
    fault: statusFault(429, { code: 'insufficient_quota' }),
    code: 'quota_exceeded',
    message: /no credit/,
  },
  {
    name: 'too many at once',
    fault: statusFault(429, { code: 'rate_limit_exceeded' }, { 'retry-after': '4' }),
    code: 'rate_limited',
    retryable: true,
    retryAfterMs: 4000,
    message: /slow down/,
  },
  {
    name: 'no such model',
    fault: statusFault(404, { code: 'model_not_found', message: "The model 'sora-2' does not exist." }),
    code: 'model_not_found',
    message: /does not have this model/,
  },
  {
    name: 'overloaded, says until when',
    fault: statusFault(503, { message: 'Overloaded' }, { 'retry-after': '3' }),
    code: 'provider_unavailable',
    retryable: true,
    retryAfterMs: 3000,
    message: /status 503/,
  },
  ...[false, true].map((counted): VideoFaultRow => ({
    name: `server error ${counted ? 'after' : 'before'} counting`,
    fault: { type: 'status', status: 500, error: { type: 'server_error' }, counted },
    counted: counted ? 1 : 0,
    code: 'provider_unavailable',
    retryable: true,
    maybeCharged: true,
    message: /failed \(status 500\)/,
    hint: /may have carried out and charged/,
  })),
  ...[false, true].map((counted): VideoFaultRow => ({
    name: `connection broken ${counted ? 'after' : 'before'} counting`,
    fault: { type: 'reset', counted },
    counted: counted ? 1 : 0,
    code: 'connection_failed',
    retryable: true,
    maybeCharged: true,
    message: /The connection to .* broke off/,
  })),
  {
    name: 'an answer cut off',
    fault: { type: 'truncated' },
    counted: 1,
    code: 'connection_failed',
    retryable: true,
    maybeCharged: true,
    message: /broke off/,
  },
  {
    name: 'an answer shorter than it says',
    fault: { type: 'lying length', by: 10 },
    counted: 1,
    code: 'connection_failed',
    retryable: true,
    maybeCharged: true,
    message: /broke off/,
  },
  {
    name: 'an answer longer than it says',
    fault: { type: 'lying length', by: -10 },
    counted: 1,
    code: 'bad_response',
    maybeCharged: true,
    message: /JSON that is broken or cut off/,
  },
  {
    name: 'a web page',
    fault: { type: 'wrong type', counted: true },
    counted: 1,
    code: 'bad_response',
    maybeCharged: true,
    message: /answered without the id of a video/,
    hint: /base URL.*charged/,
  },
  ...[{}, [], null, 'x', { status: 'queued' }, { id: '' }, { id: null }, { id: {} }, { id: 'x'.repeat(3000) }].map(
    (value): VideoFaultRow => ({
      name: `an answer without a usable id: ${JSON.stringify(value).slice(0, 30)}`,
      fault: bodyFault(value),
      counted: 1,
      code: 'bad_response',
      maybeCharged: true,
      message: /answered without the id of a video/,
    }),
  ),
  {
    name: 'a refusal with a good status',
    fault: bodyFault({ error: { code: 'content_policy_violation', message: 'No foxes.' } }),
    counted: 1,
    code: 'moderation_blocked',
    message: /content filter: No foxes\.$/,
  },
  ...[404, 405, 501].flatMap((code): readonly VideoFaultRow[] => [
    {
      name: `no videos there, in JSON (${code})`,
      fault: statusFault(code, { message: 'Not Found' }),
      code: 'not_found',
      status: code,
      message: new RegExp(
        `^Test server doesn't make videos: there is nothing at /v1/videos \\(status ${code}\\): Not Found\\.$`,
      ),
      hint: /server makes videos/,
    },
    {
      name: `no videos there, without a word (${code})`,
      fault: { type: 'status', status: code, text: '' },
      code: 'not_found',
      message: /^Test server doesn't make videos: there is nothing at \/v1\/videos \(status \d+\)\.$/,
    },
    {
      name: `no videos there, as a web page (${code})`,
      fault: { type: 'status', status: code, text: '<!DOCTYPE html><h1>Oops</h1>' },
      code: 'not_found',
      message: /doesn't make videos: .*: it answered with a web page\.$/,
    },
  ]),
  {
    name: 'the clip to remix is gone',
    fault: statusFault(404, { message: "Video with id 'video_1' not found." }),
    call: { source: { action: 'remix', id: 'video_1' } },
    code: 'not_found',
    message: /doesn't have the clip to remix \(any more\): Video with id 'video_1' not found\.$/,
  },
  {
    name: 'a server that can not extend',
    fault: statusFault(404, { message: 'Not Found' }),
    call: { source: { action: 'extend', id: 'video_1' }, parameters: { seconds: '4' } },
    code: 'not_found',
    message: /can't extend videos: there is nothing at \/v1\/videos\/extensions/,
  },
];

/** What a poll, a look into the list and a deletion have in common: they cost nothing. */
export const videoReadings: readonly VideoFaultRow[] = [
  { name: 'wrong key', fault: statusFault(401), code: 'invalid_key', message: /does not accept the key/ },
  { name: 'not allowed', fault: statusFault(403), code: 'permission_denied', message: /does not allow/ },
  {
    name: 'too many at once',
    fault: statusFault(429, {}, { 'retry-after': '9' }),
    code: 'rate_limited',
    retryable: true,
    retryAfterMs: 9000,
    message: /slow down/,
  },
  ...[500, 502, 503].map((code): VideoFaultRow => ({
    name: `server error ${code}`,
    fault: statusFault(code),
    code: 'provider_unavailable',
    retryable: true,
    message: new RegExp(`status ${code}`),
  })),
  {
    name: 'broken connection',
    fault: { type: 'reset' },
    code: 'connection_failed',
    retryable: true,
    message: /broke off/,
  },
  { name: 'cut off', fault: { type: 'truncated' }, code: 'connection_failed', retryable: true, message: /broke off/ },
  {
    name: 'longer than it says',
    fault: { type: 'lying length', by: -10 },
    code: 'bad_response',
    retryable: true,
    message: /broken or cut off/,
  },
];
