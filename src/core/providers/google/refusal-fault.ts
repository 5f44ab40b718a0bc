/** What an error of Google's means for the person. */
import { isVertexHost, type Connection } from '../../connections/connection.ts';
import type { ErrorCode, ErrorDetails } from '../../errors.ts';
import type { Refusal } from './refusal.ts';
import type { Fault, GoogleCall } from './errors.ts';

export interface RefusedCall extends GoogleCall {
  readonly connection: Connection;
  readonly hasKey: boolean;
}

const signInHint = 'Sign in with: gcloud auth application-default login';
const rewordHint = 'Reword the prompt or change the reference pictures.';
const modelHint = 'List what there is with: shotlist models --live';
const slowHint = 'Try again later, or give the connection a lower concurrency or requestsPerMinute.';

/** Words with which Google's content filters explain themselves. */
const safetyWords =
  /\bsafety\b|responsible ai|prohibited|content (?:filter|polic)|usage (?:guidelines|polic)|sensitive words|\bviolat|moderation|block(?:ed|list)\b|\bspii\b|recitation|third[- ]party (?:content|ip)|celebrit|likeness|minors?\b|children|copyright|harmful|inappropriate/i;
const regionWords =
  /\blocation is not supported|not (?:available|supported) in (?:your|this) (?:country|region|location)|\b(?:EEA|European Economic Area|Switzerland|United Kingdom)\b/i;
const retiredWords =
  /no longer (?:available|supported|served)|has been (?:retired|discontinued|shut ?down|deprecated)|is retired|was shut down/i;
const quotaWords =
  /per ?(?:day|month)|daily|credits? (?:are |is )?depleted|prepa(?:y|id)|spend(?:ing)? (?:cap|limit)|billing (?:account|is disabled|to be enabled)|\blimit: 0\b/i;

export function isSafetyWord(words: string): boolean {
  return safetyWords.test(words);
}

export function faultOfRefusal(refusal: Refusal, call: RefusedCall): Fault {
  const { words, webPage, httpStatus, reason, quotas } = refusal;
  const { label: who, vendor } = call.connection;
  const status = nameOf(refusal);
  const code = reason ?? status;
  const details: ErrorDetails = {
    provider: {
      ...(httpStatus === undefined ? {} : { status: httpStatus }),
      ...(code === undefined ? {} : { code }),
      ...(refusal.requestId === undefined ? {} : { requestId: refusal.requestId }),
    },
    ...(refusal.retryAfterMs === undefined ? {} : { retryAfterMs: refusal.retryAfterMs }),
  };
  const fault = (errorCode: ErrorCode, says: string, more: ErrorDetails = {}): Fault => {
    const told = webPage ? 'it answered with a web page' : words;
    const message = told === undefined ? `${who} ${says}.` : `${who} ${says}: ${told.replace(/[.\s]*$/, '')}.`;
    return { ...details, code: errorCode, message, ...more };
  };
  const text = words ?? '';

  if (
    /^API_KEY_(?:INVALID|EXPIRED)$/.test(reason ?? '') ||
    /\bAPI[ _]key (?:not valid|not found|expired|is invalid)/i.test(text)
  ) {
    return wrongKey(call, fault);
  }
  if (regionWords.test(text)) {
    return fault('permission_denied', 'does not offer this in this country or region', {
      hint:
        vendor === 'google'
          ? 'The list of regions is at https://ai.google.dev/gemini-api/docs/available-regions'
          : undefined,
    });
  }
  switch (status) {
    case 'INVALID_ARGUMENT':
    case 'OUT_OF_RANGE':
    case 'FAILED_PRECONDITION':
      if (isSafetyWord(text))
        return fault('moderation_blocked', 'blocked this with its content filter', { hint: rewordHint });
      if (retiredWords.test(text)) return retired(fault);
      if (/billing/i.test(text))
        return fault('quota_exceeded', 'wants billing to be set up', {
          hint: 'Set up billing for the project of this key.',
        });
      if (/\bunknown (?:name|field|parameter)|\b(?:is |are )?not supported\b|unsupported/i.test(text)) {
        return fault('unsupported_parameter', 'does not take a parameter of the request');
      }
      return fault('invalid_request', 'refused the request');
    case 'UNAUTHENTICATED':
      return wrongKey(call, fault);
    case 'PERMISSION_DENIED':
      return fault('permission_denied', 'does not allow this', { hint: permissionHint(reason, call) });
    case 'NOT_FOUND':
      return notFound(call, refusal, fault);
    case 'RESOURCE_EXHAUSTED': {
      const usedUp = quotas.some((name) => /per(?:day|month)/i.test(name)) || quotaWords.test(text);
      const plan = /plan and billing/i.test(text) && refusal.retryAfterMs === undefined && quotas.length === 0;
      return usedUp || plan
        ? fault('quota_exceeded', 'has no quota or credit left for this', {
            hint:
              vendor === 'google'
                ? 'See your limits at https://aistudio.google.com/usage, and wait or raise them.'
                : 'Wait, or raise the limit at the provider.',
          })
        : fault('rate_limited', 'asks to slow down', { hint: slowHint, retryable: true });
    }
    case 'DEADLINE_EXCEEDED':
      return fault('timeout', 'gave up waiting', { retryable: true, maybeCharged: true });
    case 'UNIMPLEMENTED':
      return fault('not_found', `has nothing at ${pathOf(call)}`, { hint: 'Check the base URL of the connection.' });
    case 'UNAVAILABLE':
      return fault('provider_unavailable', said('is not available', httpStatus), {
        retryable: true,
        // with a time to come back it says itself that nothing was done
        maybeCharged: refusal.retryAfterMs === undefined,
        hint: 'Try again later.',
      });
    case 'INTERNAL':
    case 'UNKNOWN':
    case 'DATA_LOSS':
    case 'ABORTED':
    case 'CANCELLED':
      return fault('provider_unavailable', said('failed', httpStatus), {
        retryable: true,
        maybeCharged: true,
        hint: 'Try again later.',
      });
    case undefined:
    default:
      if (httpStatus === undefined && isSafetyWord(`${code ?? ''} ${text}`))
        return fault('moderation_blocked', 'blocked this with its content filter', { hint: rewordHint });
      return fault(
        'bad_response',
        httpStatus === undefined ? 'broke the work off' : `answered with status ${httpStatus}, which it should not`,
      );
  }
}

type MakeFault = (code: ErrorCode, says: string, more?: ErrorDetails) => Fault;

function wrongKey({ connection, hasKey }: RefusedCall, fault: MakeFault): Fault {
  if (hasKey) {
    const hint = isVertexHost(new URL(connection.baseUrl).hostname)
      ? 'Set the right key; Vertex AI takes keys of its express mode, or a project and your own sign-in.'
      : connection.vendor === 'google'
        ? 'Set the right key; keys are made at https://aistudio.google.com/api-keys'
        : 'Set the right key for this connection.';
    return fault('invalid_key', 'does not accept the key', { hint });
  }
  return connection.project === undefined
    ? fault('missing_key', 'wants a key', { hint: 'Set the key for this connection.' })
    : fault('missing_key', 'wants Google Cloud credentials', { hint: signInHint });
}

function permissionHint(reason: string | undefined, { connection }: RefusedCall): string | undefined {
  if (reason === 'SERVICE_DISABLED')
    return 'Enable the API for the project in the Google Cloud console, and wait some minutes.';
  if (reason === 'API_KEY_SERVICE_BLOCKED')
    return 'This key is restricted to other APIs; allow this one for it in the Google Cloud console.';
  if (/^API_KEY_\w+_BLOCKED$/.test(reason ?? '')) return 'This key is restricted to other addresses or apps.';
  return connection.project === undefined
    ? undefined
    : `Your account needs the role "Vertex AI User" in the project ${connection.project}.`;
}

function notFound(call: RefusedCall, { words = '', httpStatus }: Refusal, fault: MakeFault): Fault {
  if (retiredWords.test(words)) return retired(fault);
  if (/\bmodels?\b/i.test(words))
    return fault('model_not_found', 'does not have this model, or this account may not use it', { hint: modelHint });
  if (call.aboutJob === true) return fault('not_found', 'does not know this video, or not any more');
  return fault('not_found', `has nothing at ${pathOf(call)} (status ${httpStatus ?? 404})`, {
    hint: 'The server has no such endpoint, or not any more: check the base URL, which usually ends in /v1.',
  });
}

function retired(fault: MakeFault): Fault {
  return fault('model_retired', 'no longer serves this model', { hint: modelHint });
}

function pathOf({ connection, endpoint }: RefusedCall): string {
  return new URL(connection.baseUrl).pathname.replace(/\/$/, '') + endpoint;
}

function said(says: string, status: number | undefined): string {
  return status === undefined ? says : `${says} (status ${status})`;
}

/** The name of the status, also where the body has none. */
function nameOf({ status, httpStatus }: Refusal): string | undefined {
  const name = status?.toUpperCase();
  if (name !== undefined && knownNames.has(name)) return name;
  return httpStatus === undefined
    ? name
    : (namesByStatus.get(httpStatus) ?? (httpStatus >= 500 ? 'INTERNAL' : undefined));
}

/** google.rpc.Code for HTTP statuses. */
const namesByStatus: ReadonlyMap<number, string> = new Map([
  [400, 'INVALID_ARGUMENT'],
  [401, 'UNAUTHENTICATED'],
  [402, 'RESOURCE_EXHAUSTED'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [405, 'NOT_FOUND'],
  [408, 'DEADLINE_EXCEEDED'],
  [410, 'NOT_FOUND'],
  [413, 'INVALID_ARGUMENT'],
  [415, 'INVALID_ARGUMENT'],
  [422, 'INVALID_ARGUMENT'],
  [429, 'RESOURCE_EXHAUSTED'],
  [499, 'CANCELLED'],
  [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'],
]);
const knownNames = new Set([
  ...namesByStatus.values(),
  'OUT_OF_RANGE',
  'FAILED_PRECONDITION',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNKNOWN',
  'DATA_LOSS',
  'ABORTED',
]);
