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
import {
  key,
  model,
  moderation,
  namedFault,
  nameOf,
  parameter,
  request,
  type AnsweredError,
  type NamedFault,
} from './error-names.ts';
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
  /** Pictures that came before the fault; none where it isn't said. */
  readonly pictures?: number;
  /** What the call makes, where it isn't pictures. */
  readonly product?: 'video';
  /** The error is that of a job which the server had accepted: nothing more comes of it. */
  readonly ofJob?: boolean;
  /** What it means here that the server has nothing at the address, or doesn't know the model. */
  readonly absence?: (answer: AbsentAnswer) => Absence | undefined;
}

/** An answer that says that something isn't there. */
export interface AbsentAnswer {
  readonly status: number;
  /** It is the model that the server doesn't know. */
  readonly aboutModel: boolean;
  /** What the server says itself, one line. */
  readonly words: string | undefined;
}

export interface Absence {
  readonly code: ErrorCode;
  /** Follows the name of the connection. */
  readonly says: string;
  readonly hint: string;
}

interface Fault extends ErrorDetails {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Nothing there, nothing there for this method, not any more, not built in. */
const absentStatuses = new Set([404, 405, 410, 501]);
const verificationHint =
  'Verify the organization at https://platform.openai.com/settings/organization/general; it takes up to 15 minutes to count.';

/** The error of a failed call. It never holds the key, whatever the server sent back. */
export function openaiError(error: unknown, call: FailedCall): ShotlistError {
  const fault = faultOf(error, call);
  const redactor = createRedactor([call.key]);
  const redact = (text: string): string => redactor.redact(text);
  const maybeCharged = call.creating && ((fault.maybeCharged ?? false) || (call.pictures ?? 0) > 0);
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
  if (error instanceof APIConnectionTimeoutError || (error instanceof Error && error.name === 'TimeoutError')) {
    return { code: 'timeout', message: `${host} did not answer in time.`, retryable: true, maybeCharged: call.sent };
  }
  if (error instanceof SyntaxError) {
    return {
      code: 'bad_response',
      message: `${host} answered with JSON that is broken or cut off.`,
      retryable: !call.creating,
      maybeCharged: true,
    };
  }
  return { ...ownFault(ShotlistError.from(error)), maybeCharged: call.sent };
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
  const absent = absenceOf(error, known, call, words);
  if (absent !== undefined) return plain(absent.code, absent.says, { hint: absent.hint });
  if (known === moderation) return named(moderation, moderationSays(error, call.product ?? 'picture'));
  // what became of a job stays so, however often it is asked for
  if (call.ofJob === true && (known === undefined || known.retryable === true)) {
    return plain(known?.code ?? 'provider_unavailable', 'could not make the video', {
      hint: 'Sending it again makes a new video, which is paid anew.',
    });
  }
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

/** Undefined where the answer says something else, or the call has no words of its own for it. */
function absenceOf(
  { status }: AnsweredError,
  known: NamedFault | undefined,
  call: FailedCall,
  words: string | undefined,
): Absence | undefined {
  if (status === undefined || call.absence === undefined) return undefined;
  const aboutModel = known === model;
  const nothingThere = absentStatuses.has(status) && (known === undefined || known === request);
  return aboutModel || nothingThere ? call.absence({ status, aboutModel, words }) : undefined;
}

function moderationSays(error: AnsweredError, product: 'picture' | 'video'): string {
  const { moderation_details: details } = (error.error ?? {}) as { moderation_details?: Record<string, unknown> };
  const { categories, moderation_stage: stage } = details ?? {};
  const what = stage === 'output' ? `the ${product} it made` : stage === 'input' ? 'the request' : 'this';
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
