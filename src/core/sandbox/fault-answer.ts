/** Brings faults out, whatever the protocol. */
import type { Fault } from './openai/faults.ts';

type Refusal = Extract<Fault, { type: 'refusal' }>;

/** An answer that is none of the API's; thrown so that a fault can come from anywhere. */
class RawAnswer extends Error {
  readonly response: Response;

  constructor(response: Response) {
    super('raw answer');
    this.response = response;
  }
}

/** For the end of a handler: the answer that was thrown. */
export function rawAnswer(error: unknown): Response {
  if (error instanceof RawAnswer) return error.response;
  throw error;
}

/** `refuse` says a refusal in the protocol's own form. */
export async function endWith(
  fault: Exclude<Fault, { type: 'spoil' }>,
  signal: AbortSignal,
  refuse: (fault: Refusal) => Error,
): Promise<never> {
  if (fault.type === 'refusal') throw refuse(fault);
  if (fault.type === 'broken') throw fault.error();
  if (fault.type === 'raw') {
    const contentType = fault.contentType === undefined ? {} : { 'content-type': fault.contentType };
    const body = fault.body === '' ? null : fault.body;
    throw new RawAnswer(new Response(body, { status: fault.status, headers: { ...contentType, ...fault.headers } }));
  }
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}
