/**
 * The one error type of Shotlist and its codes (a contract: tools and exit codes depend on them).
 */
export const errorCodes = [
  'invalid_request',
  'unsupported_parameter',
  'model_retired',
  'model_not_found',
  'missing_key',
  'invalid_key',
  'permission_denied',
  'quota_exceeded',
  'budget_exceeded',
  'rate_limited',
  'moderation_blocked',
  'provider_unavailable',
  'connection_failed',
  'timeout',
  'cancelled',
  'bad_response',
  'download_failed',
  'write_failed',
  'template_error',
  'outside_workspace',
  'untrusted_workspace',
  'not_found',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** What a provider's server said, as far as it said anything. */
export interface ProviderFault {
  /** HTTP status; absent when no answer came or the error arrived inside a stream. */
  readonly status?: number;
  /** The server's own error code, for example `insufficient_quota`. */
  readonly code?: string;
  /** The server's request id (`x-request-id`), to quote to its support. */
  readonly requestId?: string;
}

/** Where in a file something is wrong; line and column count from 1. */
export interface ErrorLocation {
  /** Absolute. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

export interface ErrorDetails {
  /** What the person can do about it, one sentence. */
  readonly hint?: string | undefined;
  /** Whether the same thing may succeed later without any change. */
  readonly retryable?: boolean | undefined;
  /**
   * Whether the provider may have done (and charged) the work although no usable answer came.
   * A creating call with this set is never repeated by itself.
   */
  readonly maybeCharged?: boolean | undefined;
  /** Milliseconds that the server asked to wait (Retry-After). */
  readonly retryAfterMs?: number | undefined;
  readonly provider?: ProviderFault | undefined;
  /** Of a `template_error`; the message names the place too. */
  readonly location?: ErrorLocation | undefined;
  readonly cause?: unknown;
}

/** Error as plain data: what is stored in the journal and printed by `--json`. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly provider?: ProviderFault;
}

/** Every error that leaves the core is one of these; `message` is one sentence that a person understands. */
export class ShotlistError extends Error {
  override readonly name = 'ShotlistError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly maybeCharged: boolean;
  readonly retryAfterMs: number | undefined;
  readonly provider: ProviderFault | undefined;
  readonly location: ErrorLocation | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint;
    this.retryable = details.retryable ?? false;
    this.maybeCharged = details.maybeCharged ?? false;
    this.retryAfterMs = details.retryAfterMs;
    this.provider = details.provider;
    this.location = details.location;
  }

  toData(): ErrorData {
    return {
      code: this.code,
      message: this.message,
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      ...(this.provider === undefined ? {} : { provider: this.provider }),
    };
  }

  static fromData(data: ErrorData): ShotlistError {
    return new ShotlistError(data.code, data.message, { hint: data.hint, provider: data.provider });
  }

  /** Works across bundles and realms, unlike `instanceof`. */
  static is(error: unknown): error is ShotlistError {
    return error instanceof Error && error.name === 'ShotlistError' && 'code' in error;
  }

  /** Wraps whatever was thrown; an abort becomes `cancelled`, anything unknown `internal`. */
  static from(error: unknown): ShotlistError {
    if (ShotlistError.is(error)) return error;
    if (error instanceof Error && error.name === 'AbortError') {
      return new ShotlistError('cancelled', 'Cancelled.', { cause: error });
    }
    const message = error instanceof Error ? error.message : String(error);
    return new ShotlistError('internal', `Something unexpected went wrong: ${message}`, {
      hint: 'This is a defect of Shotlist; the log has the details.',
      cause: error,
    });
  }
}
