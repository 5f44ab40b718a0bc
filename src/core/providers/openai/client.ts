/**
 * The SDK's client, cut off from the environment: it never learns the key, and none of the headers it makes up
 * (OPENAI_CUSTOM_HEADERS, telemetry) leaves the process. What goes out is decided here.
 */
import { OpenAI } from 'openai';
import { openaiBaseUrl, originOf } from '../../connections/connection.ts';
import { keyHeader } from '../../connections/key-header.ts';
import { ShotlistError } from '../../errors.ts';
import { withAnswerLimit, withoutRedirects } from '../../network/fetch-wrappers.ts';
import type { CallContext } from '../provider.ts';

/** Just below what a string can hold: more couldn't be parsed anyway. */
const maxAnswerBytes = 448 * 1024 * 1024;
/** The SDK asks for some key; the real one is put in where the request leaves. */
const placeholderKey = 'set-by-shotlist';

/** How long one call may take. */
export interface CallOptions {
  readonly signal: AbortSignal;
  /** Until the answer begins, milliseconds. */
  readonly timeout: number;
}

export interface OpenaiClient {
  readonly sdk: OpenAI;
  /** Whether a request was handed to the network. */
  sent(): boolean;
}

/** @throws ShotlistError `invalid_key` for a key that can't stand in a header, `invalid_request` for a broken environment */
export function createOpenaiClient(context: CallContext): OpenaiClient {
  const headers = ownHeaders(context);
  const guarded = withAnswerLimit(withoutRedirects(context.fetch), maxAnswerBytes);
  let sent = false;
  const fetch = (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    sent = true;
    // fetch writes the type of multipart bodies itself, with their boundary
    const contentType = typeof init.body === 'string' ? { 'content-type': 'application/json' } : {};
    return guarded(input, { ...init, headers: { ...headers, ...contentType } });
  };
  try {
    const sdk = new OpenAI({
      apiKey: placeholderKey,
      adminAPIKey: null,
      baseURL: context.connection.baseUrl,
      organization: null,
      project: null,
      webhookSecret: null,
      maxRetries: 0,
      logLevel: 'off',
      // the SDK would otherwise fetch `data:,` to learn whether this fetch takes FormData
      fetch: Object.assign(fetch, { Response }),
    });
    return { sdk, sent: () => sent };
  } catch (error) {
    // the only thing of the environment that the SDK reads without being told to, and it doesn't say which it was
    if (process.env['OPENAI_CUSTOM_HEADERS'] === undefined) throw ShotlistError.from(error);
    throw new ShotlistError('invalid_request', 'The environment variable OPENAI_CUSTOM_HEADERS is malformed.', {
      hint: 'Shotlist sends none of these headers; correct the variable or unset it.',
      cause: error,
    });
  }
}

function ownHeaders({ connection, key, account }: CallContext): Record<string, string> {
  const atOpenai = originOf(connection) === originOf({ baseUrl: openaiBaseUrl });
  return {
    accept: 'application/json, text/event-stream',
    'user-agent': 'shotlist',
    ...keyHeader(connection, key),
    ...(atOpenai && account?.organization !== undefined ? { 'openai-organization': account.organization } : {}),
    ...(atOpenai && account?.project !== undefined ? { 'openai-project': account.project } : {}),
  };
}
