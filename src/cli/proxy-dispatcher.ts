/** Loads undici. A file of its own: bundled, a CommonJS package has its names only where it is imported statically. */
import { EnvHttpProxyAgent } from 'undici';

export interface Proxies {
  /** Addresses; empty for none. Undefined would make undici look at the environment itself. */
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

/** What the global fetch takes as its `dispatcher`. */
export function createDispatcher(proxies: Proxies): object {
  return new EnvHttpProxyAgent(proxies);
}
