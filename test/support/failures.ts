import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { ShotlistError, type ErrorCode } from '../../src/core/errors.ts';
import { canaryKey } from './openai-calls.ts';

/** What an error must be; `retryable` and `maybeCharged` are false where nothing is said. */
export interface ExpectedFailure {
  readonly code: ErrorCode;
  readonly retryable?: boolean;
  readonly maybeCharged?: boolean;
  readonly message: RegExp;
  readonly hint?: RegExp;
  readonly status?: number;
  readonly serverCode?: string;
  readonly retryAfterMs?: number;
}

export async function failureOf(work: Promise<unknown>): Promise<ShotlistError> {
  const error: unknown = await work.then(
    () => assert.fail('it should have failed'),
    (reason: unknown) => reason,
  );
  assert(ShotlistError.is(error), inspect(error));
  return error;
}

export function checkFailure(error: ShotlistError, expected: ExpectedFailure): void {
  const { code, retryable, maybeCharged, retryAfterMs } = error;
  assert.deepEqual(
    { code, retryable, maybeCharged, retryAfterMs },
    {
      code: expected.code,
      retryable: expected.retryable ?? false,
      maybeCharged: expected.maybeCharged ?? false,
      retryAfterMs: expected.retryAfterMs ?? error.retryAfterMs,
    },
  );
  assert.match(error.message, expected.message);
  assert.match(error.message, /^[^\r\n]{5,420}\.$/, 'the message is one bounded sentence');
  if (expected.hint !== undefined) assert.match(error.hint ?? '', expected.hint);
  if (expected.status !== undefined) assert.equal(error.provider?.status, expected.status);
  if (expected.serverCode !== undefined) assert.equal(error.provider?.code, expected.serverCode);
  assert(!JSON.stringify([error.toData(), error.hint]).includes(canaryKey), 'no key in what is shown and stored');
}

/** Bounded wait for the real server. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2000 && !condition(); turn++) await new Promise((resolve) => setTimeout(resolve, 1));
  assert(condition());
}
