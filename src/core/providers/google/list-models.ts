/** The list of models: free, and how a key is checked. */
import type { CallContext, RemoteModel } from '../provider.ts';
import { createGoogleClient, type GoogleClientOptions } from './client.ts';
import { callGoogle } from './errors.ts';

const timeoutMs = 30_000;
const pageSize = 1000;
/** Google has some hundred: a server that never ends its list is cut off. */
const maxModels = 5000;

/** Names are the last part of `models/NAME` and `publishers/google/models/NAME`. */
export async function listGoogleModels(
  context: CallContext,
  options: Omit<GoogleClientOptions, 'timeoutMs'>,
): Promise<RemoteModel[]> {
  const client = createGoogleClient(context, { ...options, timeoutMs });
  const endpoint = options.vertex ? '/publishers/google/models' : '/models';
  return callGoogle(client, context, { creating: false, endpoint }, async () => {
    const found: RemoteModel[] = [];
    for await (const { name } of await client.call((sdk) => sdk.models.list({ config: { pageSize } }))) {
      const id = name?.split('/').at(-1);
      if (id) found.push({ id });
      if (found.length >= maxModels) break;
    }
    return found;
  });
}
