/**
 * The SDK's client, cut off from the environment: it learns neither the key nor where the server is, none of its headers
 * leaves the process, and it doesn't retry. What goes out is decided here.
 */
import { GoogleGenAI } from '@google/genai/web';
import { takesGoogleToken } from '../../connections/google-token.ts';
import { keyHeader } from '../../connections/key-header.ts';
import { ShotlistError } from '../../errors.ts';
import { urlOf, withAnswerLimit, withoutRedirects } from '../../network/fetch-wrappers.ts';
import { retryAfterMs } from '../../network/retry-after.ts';
import type { CallContext } from '../provider.ts';
import { readRefusal, type Refusal } from './refusal.ts';

/** A clip of 100 MB in base64, and as much again where the server repeats the clip that it was given. */
const maxAnswerBytes = 290 * 1024 * 1024;
/** The SDK asks for some key; the real one is put in where the request leaves. */
const placeholderKey = 'set-by-shotlist';
/** Nobody's address: only the path behind it is used. */
const placeholderOrigin = 'https://google.invalid';
const placeholderVersion = 'v1';

export interface GoogleClient {
  /**
   * One call of the SDK. Its setting for debugging, which prints prompts and files to the console, is out of reach
   * while it starts: that is when the SDK looks for it.
   */
  call<Result>(send: (sdk: GoogleGenAI) => Promise<Result>): Promise<Result>;
  /** Whether a request was handed to the network. */
  sent(): boolean;
  /** The error that the server answered with, if it was one. */
  refusal(): Refusal | undefined;
  /** Milliseconds that the last answer asked to wait. */
  waitMs(): number | undefined;
  /** What carried the person's right to this; never to be shown. */
  secrets(): readonly (string | undefined)[];
}

export interface GoogleClientOptions {
  /** Which of the two APIs the SDK speaks. */
  readonly vertex: boolean;
  /** Where the calls go; the connection's base URL unless said otherwise. */
  readonly baseUrl?: string;
  /** Milliseconds until an answer must have begun. */
  readonly timeoutMs?: number;
}

/** The methods throw what the SDK throws, and ShotlistError `invalid_key` for a key that can't stand in a header. */
export function createGoogleClient(context: CallContext, options: GoogleClientOptions): GoogleClient {
  const baseUrl = options.baseUrl ?? context.connection.baseUrl;
  const guarded = withAnswerLimit(withoutRedirects(context.fetch), maxAnswerBytes);
  const signal =
    options.timeoutMs === undefined
      ? context.signal
      : AbortSignal.any([context.signal, AbortSignal.timeout(options.timeoutMs)]);
  let sent = false;
  let posts = 0;
  let refusal: Refusal | undefined;
  let waitMs: number | undefined;
  let token: string | undefined;

  const fetch = async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = realUrl(urlOf(input), baseUrl);
    const request = input instanceof Request ? input : undefined;
    const method = request?.method ?? init.method ?? 'GET';
    // whatever the SDK takes for a continuation would be a second paid call
    if (method === 'POST' && ++posts > 1) throw new ShotlistError('internal', 'The SDK of Google wants to send twice.');
    const body = method === 'GET' ? undefined : request === undefined ? init.body : await request.text();
    token ??= await tokenFor(url, context);
    const headers = {
      accept: 'application/json',
      'user-agent': 'shotlist',
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...keyHeader(context.connection, context.key),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    signal.throwIfAborted();
    sent = true;
    const response = await guarded(url, { method, headers, signal, ...(body ? { body } : {}) });
    waitMs = retryAfterMs(response.headers);
    if (response.ok) return response;
    refusal = await readRefusal(response);
    // the SDK has something to throw, and what it makes of it isn't looked at
    return new Response('{}', { status: response.status, headers: { 'content-type': 'application/json' } });
  };
  const sdk = new GoogleGenAI({
    apiKey: placeholderKey,
    vertexai: options.vertex,
    apiVersion: placeholderVersion,
    httpOptions: { baseUrl: placeholderOrigin, fetch },
  });
  return {
    call: (send) => withoutDebugging(() => send(sdk)),
    sent: () => sent,
    refusal: () => refusal,
    waitMs: () => waitMs,
    secrets: () => [context.key, token],
  };
}

/** The path that the SDK chose, behind the base URL that the person chose. */
function realUrl({ pathname, search, origin }: URL, baseUrl: string): string {
  const prefix = `/${placeholderVersion}/`;
  if (origin !== placeholderOrigin || !pathname.startsWith(prefix)) {
    throw new ShotlistError('internal', 'The SDK of Google asked for an address of its own.');
  }
  return `${baseUrl}/${pathname.slice(prefix.length)}${search}`;
}

/**
 * The token of the person's own cloud credentials, where there is no key. `googleTokenFor` has already decided whether
 * this connection gets one at all; a public address that isn't Google's never does, whoever put it there.
 */
async function tokenFor(url: string, { key, googleToken }: CallContext): Promise<string | undefined> {
  if (key !== undefined || googleToken === undefined) return undefined;
  return takesGoogleToken(new URL(url), 'injected') ? googleToken() : undefined;
}

function withoutDebugging<Result>(start: () => Result): Result {
  const name = 'GOOGLE_GENAI_DEBUG';
  const value = process.env[name];
  if (value === undefined) return start();
  delete process.env[name];
  try {
    return start();
  } finally {
    process.env[name] = value;
  }
}
