/**
 * Every fault that a prompt can bring out with `[fail:NAME]`. `docs/sandbox.md` lists them for people; a test holds the
 * two together. Bodies as OpenAI's API sends them, as far as they are known.
 */
import { refusedConnection, resetConnection, unknownHost } from '../connection-faults.ts';
import type { ErrorEnvelope } from './envelope.ts';

/** What is done to an answer that would have been right. */
export const spoils = [
  'empty',
  'no_data',
  'bad_base64',
  'not_an_image',
  'no_alpha',
  'wrong_format',
  'wrong_size',
  'url',
  'dead_url',
  'truncated',
  'truncated_stream',
  'stream_error',
  'plain_stream',
  'moderation_output',
] as const;
export type Spoil = (typeof spoils)[number];

export type Fault =
  | {
      readonly type: 'refusal';
      readonly status: number;
      readonly envelope: ErrorEnvelope;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** A whole answer that is none of the API's; `requestId` false where something before the API answered. */
  | {
      readonly type: 'raw';
      readonly status: number;
      readonly contentType?: string;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** `fetch` rejects. */
  | { readonly type: 'broken'; error(): Error }
  /** No answer until the caller gives up. */
  | { readonly type: 'hang' }
  | { readonly type: 'spoil'; readonly spoil: Spoil };

const refusal = (
  status: number,
  code: string | null,
  message: string,
  more: Partial<ErrorEnvelope> & { headers?: Record<string, string> } = {},
): Fault => {
  const { headers, ...envelope } = more;
  const type = status >= 500 ? 'server_error' : 'invalid_request_error';
  return {
    type: 'refusal',
    status,
    envelope: { message, type, param: null, code, ...envelope },
    ...(headers === undefined ? {} : { headers }),
  };
};

/** `stage`: whether the prompt or the finished picture was blocked. */
export const moderationEnvelope = (stage: 'input' | 'output'): ErrorEnvelope => ({
  message:
    'Your request was rejected by the safety system. If you believe this is an error, contact us at help.openai.com and include the request ID. safety_violations=[violence].',
  type: 'image_generation_user_error',
  param: null,
  code: 'moderation_blocked',
  moderation_details: { moderation_stage: stage, categories: ['violence'] },
});

const quotaMessage =
  'You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.';
const quota = (code: string, message = quotaMessage): Fault =>
  refusal(429, code, message, { type: 'insufficient_quota' });

const rateMessage =
  'Rate limit reached for this model in organization org-sandbox on images per min (IPM): Limit 5, Used 5, Requested 1. Please try again in 1s.';
const rate = (headers: Record<string, string> = {}): Fault =>
  refusal(429, 'rate_limit_exceeded', rateMessage, {
    type: 'images',
    headers: { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1s', ...headers },
  });

const modelMissing = refusal(404, 'model_not_found', 'The model does not exist or you do not have access to it.', {
  param: 'model',
});
const html =
  '<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>\n';
const brokenJson: Fault = {
  type: 'raw',
  status: 200,
  contentType: 'application/json',
  body: '{"created": 1763800000, "data": [{"b64_json": "iVBORw0KGgo',
};
const refused: Fault = { type: 'broken', error: refusedConnection };
const reset: Fault = { type: 'broken', error: resetConnection };

const namedFaults: Readonly<Record<string, Fault>> = {
  // Shotlist's own codes, each in its usual shape
  invalid_request: refusal(400, 'invalid_value', "Invalid value: 'sandbox'. The request was refused on purpose.", {
    param: 'prompt',
  }),
  unsupported_parameter: refusal(400, 'unknown_parameter', "Unknown parameter: 'sandbox'.", { param: 'sandbox' }),
  model_retired: modelMissing,
  model_not_found: modelMissing,
  missing_key: refusal(
    401,
    null,
    "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
  ),
  invalid_key: refusal(
    401,
    'invalid_api_key',
    'Incorrect API key provided: sk-sand***********xxxx. You can find your API key at https://platform.openai.com/account/api-keys.',
  ),
  permission_denied: refusal(
    403,
    null,
    'You have insufficient permissions for this operation. Missing scopes: api.model.images.request.',
  ),
  quota_exceeded: quota('insufficient_quota'),
  rate_limited: rate({ 'retry-after': '1' }),
  moderation_blocked: { type: 'refusal', status: 400, envelope: moderationEnvelope('input') },
  provider_unavailable: refusal(503, null, 'The server is temporarily unable to handle the request.', {
    headers: { 'retry-after': '1' },
  }),
  connection_failed: refused,
  timeout: refusal(408, null, 'The request took too long.', { type: 'timeout' }),
  bad_response: brokenJson,
  download_failed: { type: 'spoil', spoil: 'dead_url' },
  not_found: refusal(404, null, 'Invalid URL (POST /v1/images/generations)'),
  // variants of them
  policy: refusal(
    400,
    'content_policy_violation',
    'Your request was rejected as a result of our safety system. Your prompt may contain text that is not allowed by our safety system.',
  ),
  billing: refusal(400, 'billing_hard_limit_reached', 'Billing hard limit has been reached.'),
  credit: quota('credit_balance_exhausted', 'Your credit balance is exhausted.'),
  organization_spend: quota('organization_spend_limit_exceeded', 'Your organization has reached its spend limit.'),
  project_spend: quota('project_spend_limit_exceeded', 'Your project has reached its spend limit.'),
  organization_usage: quota('organization_usage_limit_exceeded', 'Your organization has reached its usage limit.'),
  rate_limited_long: rate({ 'retry-after': '120' }),
  rate_limited_ms: rate({ 'retry-after-ms': '50' }),
  rate_limited_date: rate({ 'retry-after': 'Fri, 31 Dec 2027 23:59:59 GMT' }),
  rate_limited_silent: rate(),
  unverified: refusal(
    403,
    null,
    'Your organization must be verified to use the model `gpt-image-2.6-flare`. Please go to: https://platform.openai.com/settings/organization/general and click on Verify Organization. If you just verified, it can take up to 15 minutes for access to propagate.',
  ),
  region: refusal(403, 'unsupported_country_region_territory', 'Country, region, or territory not supported', {
    type: 'request_forbidden',
  }),
  invalid_type: refusal(
    400,
    'invalid_type',
    "Invalid type for 'size': expected a string, but got an integer instead.",
    { param: 'size' },
  ),
  unsupported_value: refusal(
    400,
    'unsupported_value',
    "Unsupported value: 'size' does not support '1x1' with this model.",
    { param: 'size' },
  ),
  slow_down: refusal(
    503,
    null,
    'Slow Down: please reduce your request rate to its original level and keep it steady for at least 15 minutes.',
  ),
  // answers of something else than the API
  bare_404: { type: 'raw', status: 404, body: '' },
  gone: refusal(410, null, 'This endpoint has been shut down.'),
  html: { type: 'raw', status: 502, contentType: 'text/html', body: html },
  html_200: { type: 'raw', status: 200, contentType: 'text/html', body: html.replaceAll('502 Bad Gateway', 'Sign in') },
  redirect: {
    type: 'raw',
    status: 302,
    body: '',
    headers: { location: 'https://elsewhere.invalid/v1/images/generations' },
  },
  bad_json: brokenJson,
  empty_body: { type: 'raw', status: 200, contentType: 'application/json', body: '' },
  // the connection
  refused,
  dns: { type: 'broken', error: unknownHost },
  drop: reset,
  hang: { type: 'hang' },
};

export const faultNames: readonly string[] = [...Object.keys(namedFaults), ...spoils];

/** Those that any call can have, not only one for pictures. */
export const callFaultNames: readonly string[] = Object.keys(namedFaults);

/** By name or HTTP status (400–599); undefined for others. */
export function findFault(name: string): Fault | undefined {
  if (Object.hasOwn(namedFaults, name)) return namedFaults[name];
  const spoil = spoils.find((candidate) => candidate === name);
  if (spoil !== undefined) return { type: 'spoil', spoil };
  const status = /^[45]\d\d$/.test(name) ? Number(name) : undefined;
  return status === undefined ? undefined : refusal(status, null, `The sandbox was asked for status ${status}.`);
}
