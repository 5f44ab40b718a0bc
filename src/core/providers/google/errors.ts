/**
 * Everything that can go wrong in a call of Google's APIs, as a ShotlistError. Sources: the error pages of the Gemini API
 * and of Vertex AI (read 2026-11), and bodies seen in public bug reports.
 */
import type { Connection } from '../../connections/connection.ts';
import { ShotlistError, type ErrorCode, type ErrorDetails } from '../../errors.ts';
import { abortError } from '../../network/abort.ts';
import { describeNetworkFault, networkFault } from '../../network/network-faults.ts';
import { createRedactor } from '../../redaction.ts';
import type { CallContext } from '../provider.ts';
import type { GoogleClient } from './client.ts';
import { faultOfRefusal } from './refusal-fault.ts';

/** The call that failed. */
export interface GoogleCall {
  /** A paid call, which the server may have carried out. */
  readonly creating: boolean;
  /** Path below the base URL, for messages. */
  readonly endpoint: string;
  /** The call is about a job, which the server may not know any more. */
  readonly aboutJob?: boolean;
}

export interface Fault extends ErrorDetails {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Runs calls of a client. @throws ShotlistError; it never holds key or token, whatever the server sent back */
export async function callGoogle<Result>(
  client: GoogleClient,
  context: CallContext,
  call: GoogleCall,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw googleError(error, client, context, call);
  }
}

function googleError(error: unknown, client: GoogleClient, context: CallContext, call: GoogleCall): ShotlistError {
  const fault = faultOf(error, client, context, call);
  const maybeCharged = call.creating && (fault.maybeCharged ?? false);
  const warning = maybeCharged ? 'The server may have carried out and charged the request.' : undefined;
  const hint = [fault.hint, warning].filter((part) => part !== undefined).join(' ');
  return cleanError({ ...fault, maybeCharged, ...(hint === '' ? {} : { hint }), cause: error }, client.secrets());
}

/** An error without secrets in it. */
export function cleanError(fault: Fault, secrets: readonly (string | undefined)[]): ShotlistError {
  const redactor = createRedactor(secrets);
  const { code, message, hint, provider, ...rest } = fault;
  const { status, code: serverCode, requestId } = provider ?? {};
  return new ShotlistError(code, redactor.redact(message), {
    ...rest,
    hint: hint === undefined ? undefined : redactor.redact(hint),
    provider:
      provider === undefined
        ? undefined
        : {
            ...(status === undefined ? {} : { status }),
            ...(serverCode === undefined ? {} : { code: redactor.redact(serverCode) }),
            ...(requestId === undefined ? {} : { requestId: redactor.redact(requestId) }),
          },
  });
}

function faultOf(
  error: unknown,
  client: GoogleClient,
  { connection, key, signal }: CallContext,
  call: GoogleCall,
): Fault {
  const refusal = client.refusal();
  if (refusal !== undefined) return faultOfRefusal(refusal, { connection, hasKey: key !== undefined, ...call });
  const sent = client.sent();
  if (signal.aborted) return { ...ownFault(abortError(signal)), maybeCharged: sent };
  const own = ownError(error);
  if (own !== undefined) return ownFault(own);
  const host = hostOf(connection);
  const network = networkFault(error);
  if (network !== undefined) return describeNetworkFault(network, host);
  if (timedOut(error))
    return { code: 'timeout', message: `${host} did not answer in time.`, retryable: true, maybeCharged: sent };
  // the SDK can't read what came
  if (sent) return badAnswer(`${host} answered with something that is broken or cut off.`);
  return ownFault(ShotlistError.from(error));
}

/** The work was done, so it is probably charged. */
function badAnswer(message: string): Fault {
  return {
    code: 'bad_response',
    message,
    hint: "Check that the base URL of the connection is that of Google's API or of one like it; it usually ends in /v1.",
    maybeCharged: true,
  };
}

/** @throws ShotlistError `bad_response` */
export function throwBadAnswer(message: string): never {
  const { code, message: words, ...details } = badAnswer(message);
  throw new ShotlistError(code, words, details);
}

export function hostOf(connection: Pick<Connection, 'baseUrl'>): string {
  return new URL(connection.baseUrl).host;
}

function timedOut(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current.name === 'TimeoutError') return true;
  }
  return false;
}

/** One of our own errors, thrown under the SDK (a redirect, a limit) and wrapped by it. */
function ownError(error: unknown): ShotlistError | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (ShotlistError.is(current)) return current;
  }
  return undefined;
}

function ownFault(error: ShotlistError): Fault {
  const { code, message, hint, retryable, maybeCharged, retryAfterMs, provider } = error;
  return { code, message, hint, retryable, maybeCharged, retryAfterMs, provider };
}
