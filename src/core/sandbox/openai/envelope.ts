/** Answers as OpenAI's API gives them: error envelopes and headers. */
import type { Clock, Random } from '../../environment.ts';
import type { Fault } from './faults.ts';

export interface ErrorEnvelope {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
  readonly moderation_details?: { readonly moderation_stage: string; readonly categories: readonly string[] };
}

/** A refusal on its way to the caller. */
export class OpenaiRefusal extends Error {
  override readonly name = 'OpenaiRefusal';
  readonly status: number;
  readonly envelope: ErrorEnvelope;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, envelope: ErrorEnvelope, headers: Readonly<Record<string, string>> = {}) {
    super(envelope.message);
    this.status = status;
    this.envelope = envelope;
    this.headers = headers;
  }
}

/** A request that is wrong: status 400. */
export function badRequest(code: string | null, param: string | null, message: string): OpenaiRefusal {
  return new OpenaiRefusal(400, { message, type: 'invalid_request_error', param, code });
}

/** A refusal that a prompt asked for. */
export function refusalOf({ status, envelope, headers }: Extract<Fault, { type: 'refusal' }>): OpenaiRefusal {
  return new OpenaiRefusal(status, envelope, headers);
}

export function unknownFault(name: string, known: readonly string[]): OpenaiRefusal {
  return badRequest(
    'unknown_sandbox_fault',
    'prompt',
    `The sandbox knows no fault '${name}' here. It knows ${known.join(', ')}, and statuses from 400 to 599.`,
  );
}

export interface Answerer {
  /** Headers of one answer, from when the request came. */
  headers(startedAt: number): Record<string, string>;
  json(startedAt: number, value: unknown, status?: number, headers?: Readonly<Record<string, string>>): Response;
  /** Runs a handler; what it refuses becomes the envelope. */
  answer(handle: (startedAt: number) => Promise<Response>): Promise<Response>;
}

/** Requests and tokens a minute, as of a high usage tier: the sandbox never limits by itself. */
const requestLimit = 5_000;
const tokenLimit = 8_000_000;

export function createAnswerer(clock: Clock, random: Random): Answerer {
  const headers = (startedAt: number): Record<string, string> => ({
    'x-request-id': `req_${Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('')}`,
    'openai-processing-ms': String(Math.max(0, Math.round(clock.now() - startedAt))),
    'openai-version': '2020-10-01',
    'openai-organization': 'shotlist-sandbox',
    'x-ratelimit-limit-requests': String(requestLimit),
    'x-ratelimit-remaining-requests': String(requestLimit - 1),
    'x-ratelimit-reset-requests': '12ms',
    'x-ratelimit-limit-tokens': String(tokenLimit),
    'x-ratelimit-remaining-tokens': String(tokenLimit - 1_000),
    'x-ratelimit-reset-tokens': '7ms',
    'cache-control': 'no-store',
  });
  const json: Answerer['json'] = (startedAt, value, status = 200, more = {}) =>
    new Response(JSON.stringify(value, undefined, 2), {
      status,
      headers: { ...headers(startedAt), 'content-type': 'application/json', ...more },
    });
  return {
    headers,
    json,
    async answer(handle) {
      const startedAt = clock.now();
      try {
        return await handle(startedAt);
      } catch (error) {
        if (!(error instanceof OpenaiRefusal)) throw error;
        return json(startedAt, { error: error.envelope }, error.status, error.headers);
      }
    },
  };
}
