/** Proxies from the environment. Node's own fetch doesn't look at them before Node 24. */
import type { FetchFunction } from '../core/environment.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** The global fetch, through the proxies that the environment names. Loads what it needs for that on first use. */
export function createFetch(variables: Variables): FetchFunction {
  const httpProxy = either(variables, 'HTTP_PROXY');
  const httpsProxy = either(variables, 'HTTPS_PROXY');
  const noProxy = either(variables, 'NO_PROXY');
  if (httpProxy === '' && httpsProxy === '') return (input, init) => globalThis.fetch(input, init);
  let dispatcher: Promise<object> | undefined;
  return async (input, init) => {
    dispatcher ??= import('./proxy-dispatcher.ts').then(({ createDispatcher }) =>
      createDispatcher({ httpProxy, httpsProxy, noProxy }),
    );
    const proxied: object = { ...init, dispatcher: await dispatcher };
    return globalThis.fetch(input, proxied);
  };
}

/** Small letters win, as everywhere. */
function either(variables: Variables, name: string): string {
  return (variables[name.toLowerCase()] ?? variables[name] ?? '').trim();
}
