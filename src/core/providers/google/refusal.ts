/**
 * Google's error envelope `{error: {code, message, status, details}}`, read from an answer or from a finished operation.
 * Sources: google.rpc.Status and google.rpc error details (cloud.google.com/apis/design/errors, read 2026-11).
 */
import * as z from 'zod';
import { oneLine } from '../foreign-text.ts';
import { retryAfterMs } from '../../network/retry-after.ts';

/** More of an error's body isn't read. */
const maxBodyCharacters = 256 * 1024;

/** What the server said, as far as it said anything. */
export interface Refusal {
  /** HTTP status; undefined for an error inside an answer. */
  readonly httpStatus?: number;
  /** `RESOURCE_EXHAUSTED` */
  readonly status?: string;
  /** `API_KEY_INVALID`, of the ErrorInfo. */
  readonly reason?: string;
  /** One line of bounded length. */
  readonly words?: string;
  /** Names of the quotas that are used up. */
  readonly quotas: readonly string[];
  /** Somebody else than the API answered. */
  readonly webPage: boolean;
  readonly retryAfterMs?: number;
  readonly requestId?: string;
}

/** google.rpc.Code, in its order. */
const statusNames = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

const text = z.string().optional().catch(undefined);
const detailSchema = z.object({
  reason: text,
  retryDelay: text,
  violations: z
    .array(z.object({ quotaId: text, quotaMetric: text, quotaValue: text, subject: text }))
    .optional()
    .catch(undefined),
});
export const wireErrorSchema = z.object({
  code: z.union([z.number(), z.string()]).optional().catch(undefined),
  message: text,
  status: text,
  details: z.array(z.unknown()).optional().catch(undefined),
});
const envelopeSchema = z.object({ error: wireErrorSchema });

/** Reads the body of an answer that isn't `ok`; a body that breaks off counts as none. */
export async function readRefusal(response: Response): Promise<Refusal> {
  const body = await boundedText(response);
  const parsed = parseJson(body);
  const { data } = envelopeSchema.safeParse(Array.isArray(parsed) ? parsed[0] : parsed);
  const requestId = response.headers.get('x-request-id');
  const wait = retryAfterMs(response.headers);
  const said = data === undefined ? undefined : refusalOf(data.error);
  const webPage = data === undefined && /^\s*<(?:!doctype|html|head|body|\?xml)/i.test(body);
  const plain = data === undefined && parsed === undefined && !webPage ? lineOf(body) : undefined;
  return {
    quotas: [],
    ...(plain === undefined ? {} : { words: plain }),
    ...said,
    webPage,
    httpStatus: response.status,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
    ...(requestId === null ? {} : { requestId }),
  };
}

/** The same of an error that is part of an answer. */
export function refusalOf({ code, message, status, details = [] }: z.infer<typeof wireErrorSchema>): Refusal {
  const known = details.flatMap((detail) => detailSchema.safeParse(detail).data ?? []);
  const reason = known.find((detail) => detail.reason !== undefined)?.reason;
  const wait = known.map(({ retryDelay }) => secondsToMs(retryDelay)).find((ms) => ms !== undefined);
  const name = status ?? (typeof code === 'string' ? code : statusNames[code ?? -1]);
  const words = lineOf(message ?? '');
  return {
    ...(name === undefined ? {} : { status: name.slice(0, 100) }),
    ...(reason === undefined ? {} : { reason: reason.slice(0, 100) }),
    ...(words === undefined ? {} : { words }),
    quotas: known.flatMap(({ violations = [] }) =>
      violations.map(({ quotaId, quotaMetric, subject }) => quotaId ?? quotaMetric ?? subject ?? ''),
    ),
    webPage: false,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  };
}

/** In one line of bounded length; undefined where nothing is left. */
export function lineOf(words: string): string | undefined {
  const line = oneLine(words);
  return line === '' ? undefined : line;
}

function secondsToMs(duration: string | undefined): number | undefined {
  const seconds = /^(\d{1,6}(?:\.\d+)?)s$/.exec(duration ?? '')?.[1];
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1000);
}

async function boundedText({ body }: Response): Promise<string> {
  let text = '';
  try {
    if (body === null) return text;
    // leaving the loop cancels what is left
    for await (const part of body.pipeThrough(new TextDecoderStream())) {
      text += part;
      if (text.length > maxBodyCharacters) break;
    }
  } catch {
    // what came so far, and the status, say enough
  }
  return text;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
