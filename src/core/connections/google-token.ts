/**
 * The token of Google's application default credentials: what `gcloud auth application-default login` left on this
 * machine, a service account, or the machine's own account in Google's cloud. It opens everything the person has there,
 * so it goes to Google's cloud only.
 */
import type { FetchFunction } from '../environment.ts';
import { ShotlistError } from '../errors.ts';
import { describeNetworkFault, networkFault } from '../network/network-faults.ts';
import { isVertexHost, type Connection } from './connection.ts';

/**
 * @throws ShotlistError `missing_key` where there are no such credentials, or they are no longer good;
 * `connection_failed` or `timeout` where Google's sign-in can't be asked
 */
export type GoogleTokenSource = () => Promise<string>;

/** Where tokens come from; only named in messages. */
const signInHost = 'oauth2.googleapis.com';
const cloudScope = 'https://www.googleapis.com/auth/cloud-platform';

/** The source of this machine. The library is loaded, and credentials are looked for, at the first call. */
export function createGoogleToken(
  fetch: FetchFunction = (input, init) => globalThis.fetch(input, init),
): GoogleTokenSource {
  let source: Promise<() => Promise<string | null | undefined>> | undefined;
  return async () => {
    try {
      source ??= import('./google-auth.ts').then(({ createTokenSource }) => createTokenSource(cloudScope, fetch));
      const token = await (await source)();
      if (token) return token;
    } catch (error) {
      source = undefined;
      const fault = networkFault(error);
      if (fault === undefined) throw noCredentials(error);
      const { code, message, ...details } = describeNetworkFault(fault, signInHost);
      // nothing that costs was asked for
      throw new ShotlistError(code, message, { ...details, maybeCharged: false, cause: error });
    }
    throw noCredentials(undefined);
  };
}

/**
 * The source for a connection, or undefined where it gets none. A connection gets one if it speaks `vertex`, names a
 * project, and leads over https to Google's cloud. A source that was handed in (a test, or a program with credentials of
 * its own) is also used for a server on this very machine; the one of this machine never is, because any program there
 * could be listening.
 */
export function googleTokenFor(
  connection: Connection,
  injected: GoogleTokenSource | undefined,
  create: () => GoogleTokenSource = createGoogleToken,
): GoogleTokenSource | undefined {
  if (!connection.protocols.includes('vertex') || connection.project === undefined) return undefined;
  const url = new URL(connection.baseUrl);
  if (!takesGoogleToken(url, injected === undefined ? 'own' : 'injected')) return undefined;
  return injected ?? create();
}

/** Whether a token may go to an address: `own` is that of this machine, `injected` one that was handed in. */
export function takesGoogleToken({ protocol, hostname }: URL, token: 'own' | 'injected'): boolean {
  if (protocol === 'https:' && isVertexHost(hostname)) return true;
  return token === 'injected' && isLoopback(hostname);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** What the library says names files and accounts of this machine: it is no message. */
function noCredentials(cause: unknown): ShotlistError {
  return new ShotlistError('missing_key', 'There are no Google Cloud credentials on this machine that can be used.', {
    hint: 'Sign in with: gcloud auth application-default login',
    cause,
  });
}
