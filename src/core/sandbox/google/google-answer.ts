/** Answers as Google's APIs give them: JSON and error envelopes. https://cloud.google.com/apis/design/errors */
import type { Fault } from '../openai/faults.ts';
import { callFaultNames, findFault } from '../openai/faults.ts';
import { endWith, rawAnswer } from '../fault-answer.ts';

export interface GoogleError {
  /** HTTP status. */
  readonly code: number;
  readonly message: string;
  /** Name of the status; that of the code unless said otherwise. */
  readonly status?: string;
  readonly details?: readonly Readonly<Record<string, unknown>>[];
}

/** A refusal on its way to the caller. */
export class GoogleRefusal extends Error {
  override readonly name = 'GoogleRefusal';
  readonly error: GoogleError;
  readonly headers: Readonly<Record<string, string>>;

  constructor(error: GoogleError, headers: Readonly<Record<string, string>> = {}) {
    super(error.message);
    this.error = error;
    this.headers = headers;
  }
}

const statusNames: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  410: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** google.rpc.Code: numbers of the errors inside finished operations. */
export const rpcCodes = { invalidArgument: 3, internal: 13 } as const;

export function invalidArgument(message: string): GoogleRefusal {
  return new GoogleRefusal({ code: 400, message });
}

export function notFound(message: string): GoogleRefusal {
  return new GoogleRefusal({ code: 404, message });
}

export function googleJson(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${JSON.stringify(value, undefined, 2)}\n`, {
    status,
    headers: { 'content-type': 'application/json; charset=UTF-8', 'cache-control': 'private', ...headers },
  });
}

/** Runs a handler; what it refuses becomes the envelope. */
export async function answerGoogle(handle: () => Promise<Response>): Promise<Response> {
  try {
    return await handle();
  } catch (error) {
    if (!(error instanceof GoogleRefusal)) return rawAnswer(error);
    const { code, message, status = statusNames[code] ?? 'UNKNOWN', details } = error.error;
    const envelope = { code, message, status, ...(details === undefined ? {} : { details }) };
    return googleJson({ error: envelope }, code, error.headers);
  }
}

/** Brings a fault out in Google's words. @throws GoogleRefusal also for a name that isn't known */
export async function bringOutGoogle(name: string | undefined, signal: AbortSignal): Promise<void> {
  if (name === undefined) return;
  const fault = findFault(name);
  if (fault === undefined || fault.type === 'spoil') {
    throw invalidArgument(
      `The sandbox knows no fault '${name}' here. It knows ${callFaultNames.join(', ')}, and statuses from 400 to 599.`,
    );
  }
  await endWith(fault, signal, (refusal) => refusalOf(name, refusal));
}

const info = (reason: string): Readonly<Record<string, unknown>> => ({
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason,
  domain: 'googleapis.com',
});
const dailyQuota = {
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: [{ quotaMetric: 'requests', quotaId: 'GenerateRequestsPerDayPerProjectPerModel' }],
};
const exhausted: GoogleError = {
  code: 429,
  message: 'You exceeded your current quota, please check your plan and billing details.',
  details: [dailyQuota],
};
const missingModel = (words: string): GoogleError => ({ code: 404, message: `The model ${words}.` });

/** Those that Google says in another way than by the status alone. */
const ownWords: Readonly<Record<string, GoogleError>> = {
  invalid_key: {
    code: 400,
    message: 'API key not valid. Please pass a valid API key.',
    details: [info('API_KEY_INVALID')],
  },
  missing_key: { code: 403, message: "Method doesn't allow unregistered callers. Please use API Key." },
  unsupported_parameter: {
    code: 400,
    message: 'Invalid JSON payload received. Unknown name "sandbox": Cannot find field.',
  },
  region: { code: 400, status: 'FAILED_PRECONDITION', message: 'User location is not supported for the API use.' },
  moderation_blocked: {
    code: 400,
    message: 'The prompt could not be submitted. It contains words that violate the usage guidelines.',
  },
  model_retired: missingModel('is no longer available'),
  model_not_found: missingModel('is not found, or is not supported for this method'),
  quota_exceeded: exhausted,
  credit: { code: 429, message: 'Your prepayment credits are depleted.' },
  project_spend: { code: 429, message: 'Your project has exceeded its monthly spending cap.' },
  organization_spend: { code: 429, message: 'Your billing account has exceeded its monthly spending cap.' },
  organization_usage: exhausted,
};

function refusalOf(
  name: string,
  { status, envelope, headers = {} }: Extract<Fault, { type: 'refusal' }>,
): GoogleRefusal {
  const kept = Object.fromEntries(Object.entries(headers).filter(([header]) => header.startsWith('retry-after')));
  return new GoogleRefusal(
    Object.hasOwn(ownWords, name) ? (ownWords[name] ?? exhausted) : { code: status, message: envelope.message },
    kept,
  );
}
