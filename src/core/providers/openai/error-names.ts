/** The names that servers of the OpenAI protocol give to their errors, and what they mean. */
import type { ErrorCode } from '../../errors.ts';
import { serverWords } from './server-words.ts';

/** A fault that the server names by `code` or, where that is missing, by `type`. */
export interface NamedFault {
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
export const moderation: NamedFault = {
  code: 'moderation_blocked',
  says: 'blocked this with its content filter',
  hint: 'Reword the prompt or change the reference pictures.',
};
export const key: NamedFault = {
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
export const request: NamedFault = { code: 'invalid_request', says: 'refused the request' };
export const parameter: NamedFault = {
  code: 'unsupported_parameter',
  says: 'does not take a parameter of the request',
};
export const model: NamedFault = {
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
const moderationNames =
  /moderation|content[_-]?(?:policy|filter)|policy[_-]?violation|safety|sentinel[_-]?block|nsfw|prohibited[_-]?content|sensitive[_-]?content/i;
const moderationSentences = [
  /\b(?:blocked|rejected|refused|flagged|denied|filtered)\b.{0,80}\b(?:moderation|safety|content (?:policy|filter)|guardrails?)\b/i,
  /\b(?:moderation|safety|content (?:policy|filter)|guardrails?)\b.{0,80}\b(?:blocked|rejected|refused|flagged|denied|filtered)\b/i,
  /\bviolat\w*\b.{0,60}\b(?:polic(?:y|ies)|guidelines?|guardrails?)\b/i,
];

/** As the SDK's class says, but without its `any`. */
export interface AnsweredError extends Error {
  readonly status: number | undefined;
  readonly headers: Headers | undefined;
  readonly error: unknown;
  readonly code: unknown;
  readonly type: unknown;
  readonly param: unknown;
  readonly requestID: string | null | undefined;
}

/** What code, type or status name; statuses that need a closer look are left to the caller. */
export function namedFault(error: AnsweredError, status: number | undefined): NamedFault | undefined {
  const byCode = namedFaults.get(nameOf(error.code) ?? '');
  if (byCode !== undefined) return byCode;
  const byType = namedFaults.get(nameOf(error.type) ?? '');
  // almost everything at OpenAI is of the type invalid_request_error: the status says more
  if (byType !== undefined && (byType !== request || status === undefined)) return byType;
  const words = serverWords(error).words ?? '';
  if (isRefusal(status) && isModeration(error, words)) return moderation;
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

/** Statuses with which servers refuse what they were asked; none is the error of a job or of a stream. */
function isRefusal(status: number | undefined): boolean {
  return status === undefined || status === 400 || status === 403 || status === 422;
}

/** Servers have many names for their content filter; a sentence only counts where it says that something was blocked. */
function isModeration(error: AnsweredError, words: string): boolean {
  const names = [nameOf(error.code), nameOf(error.type)];
  return (
    names.some((name) => name !== undefined && moderationNames.test(name)) ||
    moderationSentences.some((sentence) => sentence.test(words))
  );
}

/** Compatible servers repeat the status where OpenAI has a name. */
export function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && !/^\d+$/.test(value) ? value.slice(0, 100) : undefined;
}
