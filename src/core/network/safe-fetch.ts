/**
 * Fetches an address that a server named. Such an address is somebody else's word: it must not lead into the person's
 * own network, and their key must not follow it.
 */
import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import type { FetchFunction } from '../environment.ts';
import { ShotlistError } from '../errors.ts';
import { discard, isRedirect } from './fetch-wrappers.ts';

export interface SafeFetchOptions {
  readonly fetch: FetchFunction;
  readonly signal: AbortSignal;
  /** The connection's own origin: the one place that may be http or private, and that gets `keyHeaders`. */
  readonly ownOrigin: string;
  readonly keyHeaders: Readonly<Record<string, string>>;
  /** Further headers, for example `range`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** All addresses of a host name; by default what the system's resolver says. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

const maxRedirects = 3;

/**
 * The answer of the last hop; every hop is checked again. The key goes along only while all hops were the connection's
 * own origin.
 *
 * Host names are resolved and their addresses checked before the request, which `fetch` then resolves once more: a name
 * that changes between the two could still point inside. It would have to be an https server there with a certificate
 * for that name. Where a proxy does the resolving and ours finds nothing, the proxy decides.
 * @throws ShotlistError `download_failed` for an address that is refused, or too many redirects; whatever `fetch` throws
 */
export async function safeFetch(address: string, options: SafeFetchOptions): Promise<Response> {
  let url = parse(address);
  let trusted = true;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const own = url.origin === options.ownOrigin;
    trusted &&= own;
    if (!own) await refuseUnsafe(url, options.resolve ?? systemResolve);
    const response = await options.fetch(url.href, {
      headers: { ...options.headers, ...(trusted ? options.keyHeaders : {}) },
      redirect: 'manual',
      signal: options.signal,
    });
    if (!isRedirect(response)) return response;
    const location = response.headers.get('location');
    await discard(response);
    if (location === null) throw refused(url, 'redirects to nowhere');
    url = parse(location, url);
  }
  throw refused(url, `was reached after more than ${maxRedirects} redirects`);
}

function parse(address: string, base?: URL): URL {
  const url = URL.parse(address, base?.href);
  if (url === null) throw new ShotlistError('download_failed', 'The server named an address that is none.');
  return url;
}

async function refuseUnsafe(url: URL, resolve: (host: string) => Promise<readonly string[]>): Promise<void> {
  if (url.protocol !== 'https:') throw refused(url, 'is not https');
  if (url.username !== '' || url.password !== '') throw refused(url, 'has a name and password in it');
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (host === 'localhost' || host.endsWith('.localhost')) throw refused(url, 'is this machine');
  const addresses = ipaddr.isValid(host) ? [host] : await resolve(host).catch(() => []);
  if (addresses.some(isPrivate)) throw refused(url, 'lies in a private network');
}

/** Everything that isn't an ordinary public address. URL parsing has already turned decimal and hex forms into dots. */
function isPrivate(address: string): boolean {
  if (!ipaddr.isValid(address)) return true;
  const parsed = ipaddr.process(address);
  // networks without IPv4 reach its public places under such addresses
  const translated = parsed instanceof ipaddr.IPv6 && parsed.range() === 'rfc6052';
  return (translated ? new ipaddr.IPv4(parsed.toByteArray().slice(12)) : parsed).range() !== 'unicast';
}

async function systemResolve(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function refused(url: URL, why: string): ShotlistError {
  return new ShotlistError(
    'download_failed',
    `The address of the result at ${url.host || url.protocol} is refused because it ${why}.`,
    {
      hint: 'The server that made the result names a place that Shotlist does not fetch from.',
    },
  );
}
