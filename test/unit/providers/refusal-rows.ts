import { fault, html, json } from '../../support/http-server.ts';
import { canaryKey } from '../../support/openai-calls.ts';
import type { FaultRow } from './fault-row.ts';

const verification =
  'Your organization must be verified to use the model `gpt-image-2.6-flare`. Please go to: https://platform.openai.com/settings/organization/general … up to 15 minutes';
const quotaCodes = [
  'insufficient_quota',
  'credit_balance_exhausted',
  'organization_spend_limit_exceeded',
  'project_spend_limit_exceeded',
  'organization_usage_limit_exceeded',
];
/** The server says no: nothing was done, nothing is charged. */
export const refusals: readonly FaultRow[] = [
  {
    name: 'moderation of the request',
    reply: fault(400, {
      code: 'moderation_blocked',
      type: 'image_generation_user_error',
      message: 'Your request was rejected by the safety system.',
      moderation_details: { moderation_stage: 'input', categories: ['violence', 'self-harm'] },
    }),
    code: 'moderation_blocked',
    message:
      /^Test server blocked the request with its content filter \(violence, self-harm\): Your request was rejected/,
    hint: /Reword/,
    status: 400,
    serverCode: 'moderation_blocked',
  },
  {
    name: 'moderation of the picture',
    reply: fault(400, {
      code: 'moderation_blocked',
      moderation_details: { moderation_stage: 'output', categories: [] },
    }),
    code: 'moderation_blocked',
    message: /blocked the picture it made with its content filter: No\.$/,
  },
  {
    name: 'legacy content policy',
    reply: fault(400, { code: 'content_policy_violation' }),
    code: 'moderation_blocked',
    message: /blocked this with its content filter/,
  },
  {
    name: 'billing hard limit, whatever its type',
    reply: fault(400, { code: 'billing_hard_limit_reached', type: 'image_generation_user_error' }),
    code: 'quota_exceeded',
    message: /no credit left for this key, or its spending limit is reached/,
    hint: /Add credit/,
  },
  ...quotaCodes.map((code): FaultRow => ({
    name: `quota (429 ${code})`,
    reply: fault(429, { code, type: 'insufficient_quota' }, { 'retry-after': '1' }),
    code: 'quota_exceeded',
    retryable: false,
    message: /no credit left/,
    serverCode: code,
  })),
  {
    name: 'quota by type alone',
    reply: fault(429, { type: 'insufficient_quota' }),
    code: 'quota_exceeded',
    message: /no credit left/,
  },
  {
    name: 'rate limit',
    reply: fault(
      429,
      { code: 'rate_limit_exceeded', type: 'requests', message: 'Limit 5 per min.' },
      { 'retry-after': '12' },
    ),
    code: 'rate_limited',
    retryable: true,
    message: /^Test server asks to slow down: Limit 5 per min\.$/,
    retryAfterMs: 12_000,
    status: 429,
  },
  {
    name: 'rate limit without a body',
    reply: json(429, undefined),
    code: 'rate_limited',
    retryable: true,
    message: /^Test server asks to slow down\.$/,
  },
  {
    name: 'organization not verified',
    reply: fault(403, { message: verification }),
    code: 'permission_denied',
    message: /organization must be verified/,
    hint: /settings\/organization\/general.*15 minutes/,
    status: 403,
  },
  {
    name: 'region',
    reply: fault(403, { code: 'unsupported_country_region_territory' }),
    code: 'permission_denied',
    message: /does not serve this country or region/,
  },
  {
    name: 'other 403',
    reply: fault(403, { message: 'You are not allowed to sample from this model.' }),
    code: 'permission_denied',
    message: /^Test server does not allow this: You are not allowed/,
  },
  {
    name: 'bad parameter',
    reply: fault(400, { code: 'invalid_value', param: 'size', message: 'Expected one of 1024x1024.' }),
    code: 'invalid_request',
    message: /^Test server refused the request \(size\): Expected one of 1024x1024\.$/,
  },
  {
    name: 'unknown parameter',
    reply: fault(400, { code: 'unknown_parameter', param: 'sise', message: "Unknown parameter: 'sise'." }),
    code: 'unsupported_parameter',
    message: /^Test server does not take a parameter of the request: Unknown parameter: 'sise'\.$/,
  },
  {
    name: 'unsupported value',
    reply: fault(400, { code: 'unsupported_value', param: 'quality', message: 'xhigh is not supported.' }),
    code: 'unsupported_parameter',
    message: /\(quality\): xhigh is not supported\.$/,
  },
  {
    name: 'validation error of a FastAPI server',
    reply: json(422, { detail: [{ loc: ['body', 'size'], msg: 'Input should be a valid string' }] }),
    code: 'invalid_request',
    message: /refused the request: Input should be a valid string\.$/,
  },
  {
    name: 'retired or unknown model',
    reply: fault(404, { code: 'model_not_found', message: 'The model `dall-e-3` does not exist.' }),
    code: 'model_not_found',
    message: /does not have this model, or this key may not use it: The model `dall-e-3`/,
    status: 404,
  },
  {
    name: 'unknown model at vLLM, whose code is the status',
    reply: json(404, {
      error: { message: 'The model `x` does not exist.', type: 'NotFoundError', param: null, code: 404 },
    }),
    code: 'model_not_found',
    message: /does not have this model/,
    serverCode: 'NotFoundError',
  },
  {
    name: 'LiteLLM, whose code is the status as text',
    reply: json(429, { error: { message: 'Busy.', type: 'throttling_error', param: null, code: '429' } }),
    code: 'rate_limited',
    retryable: true,
    message: /slow down: Busy\.$/,
    serverCode: 'throttling_error',
  },
  {
    name: 'bare 404',
    reply: json(404, undefined),
    call: { operation: 'variation' },
    code: 'not_found',
    message: /^Test server has nothing at \/v1\/images\/variations \(status 404\)\.$/,
    hint: /base URL/,
    status: 404,
  },
  {
    name: '404 of a web server',
    reply: html(404),
    code: 'not_found',
    message: /nothing at \/v1\/images\/generations \(status 404\): it answered with a web page\.$/,
  },
  {
    name: 'method not allowed',
    reply: json(405, { detail: 'Method Not Allowed' }),
    code: 'not_found',
    message: /Method Not Allowed\.$/,
  },
  {
    name: 'bad key',
    reply: fault(401, { code: 'invalid_api_key', message: `Incorrect API key provided: ${canaryKey}.` }),
    code: 'invalid_key',
    message: /^Test server does not accept the key: Incorrect API key provided: \[redacted\]\.$/,
    status: 401,
  },
  {
    name: 'bad key without a code',
    reply: json(401, { error: 'Unauthorized' }),
    code: 'invalid_key',
    message: /does not accept the key: Unauthorized\.$/,
  },
  {
    name: 'no key where one is wanted',
    reply: json(401, { error: 'Unauthorized' }),
    key: undefined,
    code: 'missing_key',
    message: /^Test server wants a key: Unauthorized\.$/,
  },
  {
    name: 'payment required',
    reply: json(402, { error: { message: 'Top up.' } }),
    code: 'quota_exceeded',
    message: /Top up\.$/,
  },
  {
    name: 'too large',
    reply: html(413),
    code: 'invalid_request',
    message: /refused the request: it answered with a web page\.$/,
  },
];
