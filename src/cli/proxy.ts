/** Proxies from the environment. Node's own fetch doesn't look at them before Node 24. */
import type { FetchFunction } from '../core/environment.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** The global fetch, through the proxies that the environment names. Loads what it needs for that on first use. */
export function createFetch(variables: Variables): FetchFunction {
  const httpProxy = either(variables, 'HTTP_PROXY');
  const httpsProxy = either(variables, 'HTTPS_PROXY');
  if (httpProxy === undefined && httpsProxy === undefined) return (input, init) => globalThis.fetch(input, init);
  let dispatcher: Promise<object> | undefined;
  return async (input, init) => {
    dispatcher ??= createDispatcher(httpProxy, httpsProxy, either(variables, 'NO_PROXY'));
    const proxied: object = { ...init, dispatcher: await dispatcher };
    return globalThis.fetch(input, proxied);
  };
}

async function createDispatcher(httpProxy?: string, httpsProxy?: string, noProxy?: string): Promise<object> {
  const { EnvHttpProxyAgent } = await import('undici');
  // empty strings keep the agent from looking at the environment itself
  return new EnvHttpProxyAgent({ httpProxy: httpProxy ?? '', httpsProxy: httpsProxy ?? '', noProxy: noProxy ?? '' });
}

/** Small letters win, as everywhere. */
function either(variables: Variables, name: string): string | undefined {
  const value = variables[name.toLowerCase()] ?? variables[name];
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}
