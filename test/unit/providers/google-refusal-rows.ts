/** Errors as Google sends them, from its documentation and from public bug reports, and what becomes of them. */
import type { ExpectedFailure } from '../../support/failures.ts';
import { apiKeyInvalid, googleFault } from '../../support/gemini-server-answers.ts';
import { html, json, text, type Reply } from '../../support/http-server.ts';
import { canaryKey } from '../../support/openai-calls.ts';

export interface GoogleFaultRow extends ExpectedFailure {
  readonly name: string;
  readonly reply: Reply;
  /** Default: a key is there. */
  readonly withoutKey?: true;
  readonly project?: string;
}

const rpc = (type: string, more: object) => ({ '@type': `type.googleapis.com/google.rpc.${type}`, ...more });
const retryIn = (delay: string) => rpc('RetryInfo', { retryDelay: delay });
const quota = (quotaId: string) => rpc('QuotaFailure', { violations: [{ quotaId, quotaMetric: 'requests' }] });
const planAndBilling = 'You exceeded your current quota, please check your plan and billing details.';

export const googleRefusals: readonly GoogleFaultRow[] = [
  {
    name: 'a wrong key',
    reply: googleFault(400, 'INVALID_ARGUMENT', `API key not valid: ${canaryKey}.`, [apiKeyInvalid]),
    code: 'invalid_key',
    message: /^Test server does not accept the key: API key not valid: \[redacted\]\.$/,
    status: 400,
    serverCode: 'API_KEY_INVALID',
  },
  {
    name: 'an expired key, by its words alone',
    reply: googleFault(400, 'INVALID_ARGUMENT', 'API key expired. Please renew the API key.'),
    code: 'invalid_key',
    message: /does not accept the key: API key expired/,
  },
  {
    name: 'no key',
    reply: googleFault(403, 'PERMISSION_DENIED', "Method doesn't allow unregistered callers."),
    withoutKey: true,
    code: 'permission_denied',
    message: /unregistered callers\.$/,
  },
  {
    name: 'no sign-in, where a key is missing',
    reply: googleFault(401, 'UNAUTHENTICATED', 'Request is missing required authentication credential.'),
    withoutKey: true,
    code: 'missing_key',
    message: /^Test server wants a key: Request is missing/,
  },
  {
    name: 'no sign-in, where a project is',
    reply: googleFault(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.'),
    withoutKey: true,
    project: 'my-project',
    code: 'missing_key',
    message: /wants Google Cloud credentials/,
    hint: /gcloud auth application-default login/,
  },
  {
    name: 'a key that is refused',
    reply: googleFault(401, 'UNAUTHENTICATED', 'API keys are not supported by this API.'),
    code: 'invalid_key',
    message: /does not accept the key/,
    status: 401,
  },
  {
    name: 'a service that is not enabled',
    reply: googleFault(
      403,
      'PERMISSION_DENIED',
      'Vertex AI API has not been used in project 1 before or it is disabled.',
      [rpc('ErrorInfo', { reason: 'SERVICE_DISABLED' })],
    ),
    code: 'permission_denied',
    message: /does not allow this: Vertex AI API has not been used/,
    hint: /Enable the API/,
    serverCode: 'SERVICE_DISABLED',
  },
  {
    name: 'a key for other services',
    reply: googleFault(403, 'PERMISSION_DENIED', 'Requests to this API are blocked.', [
      rpc('ErrorInfo', { reason: 'API_KEY_SERVICE_BLOCKED' }),
    ]),
    code: 'permission_denied',
    message: /are blocked\.$/,
    hint: /restricted to other APIs/,
  },
  {
    name: 'a role that is missing',
    reply: googleFault(403, 'PERMISSION_DENIED', "Permission 'aiplatform.endpoints.predict' denied."),
    withoutKey: true,
    project: 'my-project',
    code: 'permission_denied',
    message: /aiplatform\.endpoints\.predict/,
    hint: /"Vertex AI User" in the project my-project/,
  },
  {
    name: 'a country',
    reply: googleFault(400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.'),
    code: 'permission_denied',
    message: /country or region: User location/,
  },
  {
    name: 'an uploaded clip in Europe',
    reply: googleFault(
      403,
      'PERMISSION_DENIED',
      'Editing uploaded videos is not available in the EEA, Switzerland and the United Kingdom.',
    ),
    code: 'permission_denied',
    message: /does not offer this in this country or region/,
  },
  {
    name: 'billing that is not set up',
    reply: googleFault(400, 'FAILED_PRECONDITION', 'Please enable billing on your project.'),
    code: 'quota_exceeded',
    message: /wants billing to be set up/,
  },
  {
    name: 'a prompt that the filter refuses',
    reply: googleFault(
      400,
      'INVALID_ARGUMENT',
      "The prompt could not be submitted. This prompt contains sensitive words that violate Google's Responsible AI practices. Try rephrasing the prompt.",
    ),
    code: 'moderation_blocked',
    message: /content filter: The prompt could not be submitted/,
    hint: /Reword/,
  },
  {
    name: 'a bad value',
    reply: googleFault(400, 'INVALID_ARGUMENT', 'duration must be between 3s and 10s.'),
    code: 'invalid_request',
    message: /^Test server refused the request: duration must be between 3s and 10s\.$/,
  },
  {
    name: 'an unknown field',
    reply: googleFault(
      400,
      'INVALID_ARGUMENT',
      'Invalid JSON payload received. Unknown name "sise" at \'response_format\': Cannot find field.',
    ),
    code: 'unsupported_parameter',
    message: /does not take a parameter of the request: .*sise/,
  },
  {
    name: 'an unknown model',
    reply: googleFault(404, 'NOT_FOUND', 'models/gemini-omni-9 is not found for API version v1.'),
    code: 'model_not_found',
    message: /does not have this model/,
    hint: /--live/,
    status: 404,
  },
  {
    name: 'a retired model',
    reply: googleFault(
      404,
      'NOT_FOUND',
      'This model models/veo-3.1-generate-preview is no longer available. Please update your code.',
    ),
    code: 'model_retired',
    message: /no longer serves this model/,
  },
  {
    name: 'a retired model, by another status',
    reply: googleFault(400, 'FAILED_PRECONDITION', 'The model has been retired.'),
    code: 'model_retired',
    message: /no longer serves this model/,
  },
  {
    name: 'nothing there',
    reply: json(404, undefined),
    code: 'not_found',
    message: /^Test server has nothing at \/v1\/.* \(status 404\)\.$/,
    hint: /base URL/,
  },
  {
    name: 'a web server',
    reply: html(404),
    code: 'not_found',
    message: /\(status 404\): it answered with a web page\.$/,
  },
  {
    name: 'a rate limit with a time',
    reply: googleFault(429, 'RESOURCE_EXHAUSTED', `${planAndBilling} Please retry in 13.2s.`, [
      quota('GenerateRequestsPerMinutePerProjectPerModel'),
      retryIn('13.2s'),
    ]),
    code: 'rate_limited',
    retryable: true,
    retryAfterMs: 13_200,
    message: /asks to slow down/,
    status: 429,
    serverCode: 'RESOURCE_EXHAUSTED',
  },
  {
    name: 'a rate limit with a header',
    reply: googleFault(429, 'RESOURCE_EXHAUSTED', 'Resource exhausted. Please try again later.', [], {
      'retry-after': '4',
    }),
    code: 'rate_limited',
    retryable: true,
    retryAfterMs: 4000,
    message: /asks to slow down: Resource exhausted/,
  },
  {
    name: 'a quota of the day, which no wait of seconds helps',
    reply: googleFault(429, 'RESOURCE_EXHAUSTED', planAndBilling, [
      quota('GenerateRequestsPerDayPerProjectPerModel-FreeTier'),
      retryIn('40s'),
    ]),
    code: 'quota_exceeded',
    message: /has no quota or credit left/,
  },
  {
    name: 'a plan without this model',
    reply: googleFault(429, 'RESOURCE_EXHAUSTED', planAndBilling),
    code: 'quota_exceeded',
    message: /plan and billing/,
  },
  {
    name: 'credit that is used up',
    reply: googleFault(429, 'RESOURCE_EXHAUSTED', 'Your prepayment credits are depleted.'),
    code: 'quota_exceeded',
    message: /credits are depleted/,
  },
  {
    name: 'too much data',
    reply: text(413, 'Request Entity Too Large'),
    code: 'invalid_request',
    message: /refused the request: Request Entity Too Large\.$/,
  },
];

export const googleBreakdowns: readonly GoogleFaultRow[] = [
  {
    name: 'an error inside',
    reply: googleFault(500, 'INTERNAL', 'Internal error encountered.'),
    code: 'provider_unavailable',
    retryable: true,
    maybeCharged: true,
    message: /^Test server failed \(status 500\): Internal error encountered\.$/,
    hint: /may have carried out and charged/,
  },
  {
    name: 'overload',
    reply: googleFault(503, 'UNAVAILABLE', 'This model is currently experiencing high demand.'),
    code: 'provider_unavailable',
    retryable: true,
    maybeCharged: true,
    message: /is not available \(status 503\): This model/,
  },
  {
    name: 'overload with a time to come back',
    reply: googleFault(503, 'UNAVAILABLE', 'Overloaded.', [retryIn('5s')]),
    code: 'provider_unavailable',
    retryable: true,
    retryAfterMs: 5000,
    message: /is not available/,
  },
  {
    name: 'a deadline',
    reply: googleFault(504, 'DEADLINE_EXCEEDED', 'Deadline expired before operation could complete.'),
    code: 'timeout',
    retryable: true,
    maybeCharged: true,
    message: /gave up waiting/,
  },
  {
    name: 'a call that the server gave up',
    reply: googleFault(499, 'CANCELLED', 'The operation was cancelled.'),
    code: 'provider_unavailable',
    retryable: true,
    maybeCharged: true,
    message: /status 499/,
  },
  {
    name: 'a gateway with a web page',
    reply: html(502),
    code: 'provider_unavailable',
    retryable: true,
    maybeCharged: true,
    message: /failed \(status 502\): it answered with a web page\.$/,
  },
  {
    name: 'an error in a list, as Vertex AI sends it',
    reply: json(500, [{ error: { code: 500, message: 'Oh no.', status: 'INTERNAL' } }]),
    code: 'provider_unavailable',
    retryable: true,
    maybeCharged: true,
    message: /Oh no\.$/,
  },
  {
    name: 'an odd status',
    reply: json(418, undefined),
    code: 'bad_response',
    message: /answered with status 418, which it should not\.$/,
  },
];
