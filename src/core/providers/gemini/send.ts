import { ContinuationInterruptedError } from '@google/genai/web';
import type { GoogleClient } from '../google/client.ts';
import type { InteractionBody } from './interaction-request.ts';
import { parseInteraction, type Interaction } from './interaction.ts';

type SdkBody = Parameters<Parameters<Parameters<GoogleClient['call']>[0]>[0]['interactions']['create']>[0];

/**
 * Exactly one paid call. Where the server asks to be told to go on, the SDK would do that with another one, which the
 * client doesn't let through: what came so far is the answer. (Told not to, the SDK would print a warning instead.)
 * @returns undefined for an answer that is no interaction
 */
export async function createInteraction(client: GoogleClient, body: InteractionBody): Promise<Interaction | undefined> {
  try {
    // the types want literals where the catalog has the names
    const create = client.call((sdk) => sdk.interactions.create(body as SdkBody, { maxRetries: 0 }));
    return parseInteraction(await create);
  } catch (error) {
    if (error instanceof ContinuationInterruptedError) return parseInteraction(error.partialInteraction);
    throw error;
  }
}
