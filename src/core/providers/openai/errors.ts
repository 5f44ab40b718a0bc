/**
 * Everything that can go wrong in a call of the OpenAI protocol, as a ShotlistError. Sources: the error schema of
 * OpenAI's API reference, its guide to error codes (read 2026-11) and bodies seen at compatible servers.
 */
import { APIConnectionTimeoutError, APIError } from 'openai';
import { abortError } from '../../network/abort.ts';
import type { Connection } from '../../connections/connection.ts';
import { ShotlistError, type ErrorCode, type ErrorDetails } from '../../errors.ts';
import { describeNetworkFault, networkFault } from '../../network/network-faults.ts';
import { createRedactor } from '../../redaction.ts';
import { retryAfterMs } from '../../network/retry-after.ts';
import { serverWords } from './server-words.ts';

/** The call that failed. */
export interface FailedCall {
  readonly connection: Connection;
  readonly key: string | undefined;
  readonly signal: AbortSignal;
  /** Path below the base URL, for example `/images/edits`. */
  readonly endpoint: string;
  /** A paid call, which the server may have carried out. */
  readonly creating: boolean;
  /** Whether the request was handed to the network. */
  readonly sent: boolean;
  /** Pictures that came before the fault. */
  readonly pictures: number;
}

interface Fault extends ErrorDetails {
  readonly code: ErrorCode;
  readonly message: string;
}

/** A fault that the server names by `code` or, where that is missing, by `type`. */
interface NamedFault {
  readonly code: ErrorCode;
  /** Follows the name of the connection. */
  readonly says: string;
  readonly hint?: string;
  readonly openaiHint?: string;
  readonly retryable?: boolean;
}

const quota: NamedFault = {
  code: 'quota_exceeded',
  says: 'has no credit left for this key, or its spending limit is reached',
  hint: 'Add credit or raise the limit at the provider.',
  openaiHint: 'Add credit or raise the limit: https://platform.openai.com/settings/organization/billing',
};
const moderation: NamedFault = {
  code: 'moderation_blocked',
  says: 'blocked this with its content filter',
  hint: 'Reword the prompt or change the reference pictures.',
};
const key: NamedFault = {
  code: 'invalid_key',
  says: 'does not accept the key',
  hint: 'Set the right key for this connection.',
  openaiHint: 'Set the right key; keys are made at https://platform.openai.com/api-keys',
};
const rate: NamedFault = {
  code: 'rate_limited',
  says: 'asks to slow down',
  hint: 'Try again later, or give the connection a lower concurrency or requestsPerMinute.',
  retryable: true,
};
const request: NamedFault = { code: 'invalid_request', says: 'refused the request' };
const parameter: NamedFault = { code: 'unsupported_parameter', says: 'does not take a parameter of the request' };
const model: NamedFault = {
  code: 'model_not_found',
  says: 'does not have this model, or this key may not use it',
  hint: 'List what there is with: shotlist models --live',
};
const region: NamedFault = {
  code: 'permission_denied',
  says: 'does not serve this country or region',
  hint: 'The list of supported countries is at https://platform.openai.com/docs/supported-countries',
};

const namedFaults: ReadonlyMap<string, NamedFault> = new Map([
  ['moderation_blocked', moderation],
  ['content_policy_violation', moderation],
  ['image_content_policy_violation', moderation],
  ['content_filter', moderation],
  ['billing_hard_limit_reached', quota],
  ['billing_not_active', quota],
  ['insufficient_quota', quota],
  ['credit_balance_exhausted', quota],
  ['organization_spend_limit_exceeded', quota],
  ['project_spend_limit_exceeded', quota],
  ['organization_usage_limit_exceeded', quota],
  ['budget_exceeded', quota],
  ['invalid_api_key', key],
  ['incorrect_api_key_provided', key],
  ['authentication_error', key],
  ['rate_limit_exceeded', rate],
  ['rate_limit_error', rate],
  ['unsupported_country_region_territory', region],
  ['model_not_found', model],
  ['unknown_parameter', parameter],
  ['unsupported_parameter', parameter],
  ['unsupported_value', parameter],
  ['image_generation_user_error', request],
  ['invalid_request_error', request],
]);
const verificationHint =
  'Verify the organization at https://platform.openai.com/settings/organization/general; it takes up to 15 minutes to count.';

/** The error of a failed call. It never holds the key, whatever the server sent back. */
export function openaiError(error: unknown, call: FailedCall): ShotlistError {
  const fault = faultOf(error, call);
  const redactor = createRedactor([call.key]);
  const redact = (text: string): string => redactor.redact(text);
  const maybeCharged = call.creating && ((fault.maybeCharged ?? false) || call.pictures > 0);
  const warning = maybeCharged ? 'The server may have carried out and charged the request.' : undefined;
  const hint = [fault.hint, warning].filter((part) => part !== undefined).join(' ');
  const { status, code, requestId } = fault.provider ?? {};
  return new ShotlistError(fault.code, redact(fault.message), {
    ...fault,
    maybeCharged,
    hint: hint === '' ? undefined : redact(hint),
    provider:
      fault.provider === undefined
        ? undefined
        : {
            ...(status === undefined ? {} : { status }),
            ...(code === undefined ? {} : { code: redact(code) }),
            ...(requestId === undefined ? {} : { requestId: redact(requestId) }),
          },
    cause: error,
  });
}

function faultOf(error: unknown, call: FailedCall): Fault {
  const { host } = new URL(call.connection.baseUrl);
  if (isAnswered(error)) return faultOfAnswer(error, call);
  if (call.signal.aborted) return { ...ownFault(abortError(call.signal)), maybeCharged: call.sent };
  const own = ownError(error);
  if (own !== undefined) return ownFault(own);
  const network = networkFault(error);
  if (network !== undefined) return describeNetworkFault(network, host);
  if (error instanceof APIConnectionTimeoutError) {
    return { code: 'timeout', message: `${host} did not answer in time.`, retryable: true, maybeCharged: call.sent };
  }
  if (error instanceof SyntaxError) {
    return {
      code: 'bad_response',
      message: `${host} answered with JSON that is broken or cut off.`,
      maybeCharged: true,
    };
  }
  return { ...ownFault(ShotlistError.from(error)), maybeCharged: call.sent };
}

/** As the SDK's class says, but without its `any`. */
interface AnsweredError extends Error {
  readonly status: number | undefined;
  readonly headers: Headers | undefined;
  readonly error: unknown;
  readonly code: unknown;
  readonly type: unknown;
  readonly param: unknown;
  readonly requestID: string | null | undefined;
}

function isAnswered(error: unknown): error is AnsweredError {
  return error instanceof APIError && (error.status !== undefined || error.error !== undefined);
}

/** The server answered with an error: by status, in a stream, or in the body of a 200. */
function faultOfAnswer(error: AnsweredError, call: FailedCall): Fault {
  const who = call.connection.label;
  const { words, webPage } = serverWords(error);
  const { status, headers } = error;
  const wait = headers === undefined ? undefined : retryAfterMs(headers);
  const code = nameOf(error.code) ?? nameOf(error.type);
  const details = {
    provider: {
      ...(status === undefined ? {} : { status }),
      ...(code === undefined ? {} : { code }),
      ...(error.requestID ? { requestId: error.requestID } : {}),
    },
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  };
  const sentence = (says: string): string => {
    const told = webPage ? 'it answered with a web page' : words;
    return told === undefined ? `${who} ${says}.` : `${who} ${says}: ${told.replace(/[.\s]*$/, '')}.`;
  };
  const named = (fault: NamedFault, says = fault.says): Fault => ({
    ...details,
    code: fault.code,
    message: sentence(says),
    hint: (call.connection.vendor === 'openai' ? fault.openaiHint : undefined) ?? fault.hint,
    retryable: fault.retryable ?? false,
  });
  const plain = (errorCode: ErrorCode, says: string, more: ErrorDetails = {}): Fault => ({
    ...details,
    code: errorCode,
    message: sentence(says),
    ...more,
  });

  const known = namedFault(error, status);
  if (known === moderation) return named(moderation, moderationSays(error));
  if (known === parameter || known === request) {
    // the server's sentence usually names the parameter itself
    const { param } = error;
    const named_ = typeof param === 'string' && param !== '' && !(words ?? '').includes(param);
    return named(known, named_ ? `${known.says} (${param})` : known.says);
  }
  if (known === key && call.key === undefined) return plain('missing_key', 'wants a key', { hint: key.hint });
  if (known !== undefined) return named(known);
  if (status === undefined) {
    const down = code === 'server_error';
    return plain(down ? 'provider_unavailable' : 'bad_response', 'broke the work off', {
      retryable: down,
      maybeCharged: true,
    });
  }
  if (status === 403 && /organization must be verified/i.test(words ?? '')) {
    return plain('permission_denied', 'does not allow this', { hint: verificationHint });
  }
  if (status === 403) return plain('permission_denied', 'does not allow this');
  if (status === 404 || status === 405 || status === 410) {
    const path = new URL(call.connection.baseUrl).pathname.replace(/\/$/, '') + call.endpoint;
    return plain('not_found', `has nothing at ${path} (status ${status})`, {
      hint: 'The server has no such endpoint, or not any more: check the base URL, which usually ends in /v1.',
    });
  }
  if (status === 408) return plain('timeout', 'gave up waiting', { retryable: true, maybeCharged: true });
  if (status >= 500) {
    const saysWhen = status === 503 && headers?.has('retry-after') === true;
    return plain('provider_unavailable', `failed (status ${status})`, {
      retryable: true,
      maybeCharged: !saysWhen,
      hint: /slow down/i.test(words ?? '') ? 'Send fewer requests for the next 15 minutes.' : 'Try again later.',
    });
  }
  return plain('bad_response', `answered with status ${status}, which it should not`);
}

/** What code, type or status name; statuses that need a closer look are left to the caller. */
function namedFault(error: AnsweredError, status: number | undefined): NamedFault | undefined {
  const byCode = namedFaults.get(nameOf(error.code) ?? '');
  if (byCode !== undefined) return byCode;
  const byType = namedFaults.get(nameOf(error.type) ?? '');
  // almost everything at OpenAI is of the type invalid_request_error: the status says more
  if (byType !== undefined && (byType !== request || status === undefined)) return byType;
  const words = serverWords(error).words ?? '';
  switch (status) {
    case 400:
    case 413:
    case 415:
    case 422:
      return request;
    case 401:
      return key;
    case 402:
      return quota;
    case 404:
      return error.param === 'model' ||
        /\bmodel\b.*\b(?:not exist|not found|not available|no longer available)\b/i.test(words)
        ? model
        : undefined;
    case 429:
      return rate;
    case undefined:
    default:
      return undefined;
  }
}

/** Compatible servers repeat the status where OpenAI has a name. */
function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && !/^\d+$/.test(value) ? value.slice(0, 100) : undefined;
}

function moderationSays(error: AnsweredError): string {
  const { moderation_details: details } = (error.error ?? {}) as { moderation_details?: Record<string, unknown> };
  const { categories, moderation_stage: stage } = details ?? {};
  const what = stage === 'output' ? 'the picture it made' : stage === 'input' ? 'the request' : 'this';
  const why = Array.isArray(categories) && categories.length > 0 ? ` (${categories.slice(0, 5).join(', ')})` : '';
  return `blocked ${what} with its content filter${why}`;
}

/** One of our own errors, thrown under the SDK (a redirect, a limit) and wrapped by it. */
function ownError(error: unknown): ShotlistError | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (ShotlistError.is(current)) return current;
  }
  return undefined;
}

function ownFault(error: ShotlistError): Fault {
  const { code, message, hint, retryable, maybeCharged, retryAfterMs: wait, provider } = error;
  return { code, message, hint, retryable, maybeCharged, retryAfterMs: wait, provider };
}
