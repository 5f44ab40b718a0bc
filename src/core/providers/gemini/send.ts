import type { GoogleClient } from '../google/client.ts';
import type { InteractionBody } from './interaction-request.ts';
import { parseInteraction, type Interaction } from './interaction.ts';

type SdkBody = Parameters<Parameters<Parameters<GoogleClient['call']>[0]>[0]['interactions']['create']>[0];

/**
 * Exactly one paid call: the SDK neither repeats it nor continues it with another one (in the background it never does).
 * @returns undefined for an answer that is no interaction
 */
export async function createInteraction(client: GoogleClient, body: InteractionBody): Promise<Interaction | undefined> {
  const once = body.background ? {} : { automatic_continuation: false };
  const answer: unknown = await client.call((sdk) =>
    // the types want literals where the catalog has the names
    sdk.interactions.create({ ...body, ...once } as SdkBody, { maxRetries: 0 }),
  );
  return parseInteraction(answer);
}
