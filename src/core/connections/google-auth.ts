/** The library behind the token. In a file of its own, so that it is loaded by the first call that needs it only. */
import { GoogleAuth } from 'google-auth-library';

/** The access token of the person's application default credentials. @throws whatever the library throws */
export function createTokenSource(scope: string): () => Promise<string | null | undefined> {
  const auth = new GoogleAuth({ scopes: [scope] });
  return () => auth.getAccessToken();
}
