import type { ExpectedFailure } from '../../support/failures.ts';
import type { Reply } from '../../support/http-server.ts';
import type { CallOptions } from '../../support/openai-calls.ts';

/** A fault of a server and what becomes of it. */
export interface FaultRow extends ExpectedFailure {
  readonly name: string;
  readonly reply: Reply;
  readonly call?: CallOptions;
  readonly key?: string | undefined;
}
