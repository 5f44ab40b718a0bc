/** The library behind the token. In a file of its own, so that it is loaded by the first call that needs it only. */
import { GoogleAuth } from 'google-auth-library';
import type { FetchFunction } from '../environment.ts';

/** The access token of the person's application default credentials. @throws whatever the library throws */
export function createTokenSource(scope: string, fetch: FetchFunction): () => Promise<string | null | undefined> {
  const auth = new GoogleAuth({
    scopes: [scope],
    // its own way to the network knows nothing of the proxies and certificates of VS Code
    clientOptions: { transporterOptions: { fetchImplementation: fetch } },
  });
  return () => auth.getAccessToken();
}
