/** The Gemini protocol: Google's Interactions API, at Google and at servers that speak the same. */
import { createGoogleClient } from '../google/client.ts';
import { callGoogle, hostOf, throwBadAnswer, type GoogleCall } from '../google/errors.ts';
import { decodeInline, maxPictureBytes } from '../google/inline-bytes.ts';
import { listGoogleModels } from '../google/list-models.ts';
import type { ImageContent, Provider } from '../provider.ts';
import { addressesOf } from './files.ts';
import { imageBody } from './interaction-request.ts';
import { createInteraction } from './send.ts';
import { geminiVideos } from './videos.ts';
import { noPictureError } from './video-status.ts';

export const geminiProvider: Provider = {
  protocol: 'gemini',
  videos: geminiVideos,

  async *createImages(call, context) {
    const body = imageBody(call);
    const client = createGoogleClient(context, { vertex: false });
    const create: GoogleCall = { creating: true, endpoint: '/interactions' };
    const host = hostOf(context.connection);
    const interaction = await callGoogle(client, context, create, async () => {
      const answer = (await createInteraction(client, body)) ?? throwBadAnswer(`${host} answered without a picture.`);
      if (answer.images.length === 0) throw noPictureError(answer, context);
      return answer;
    });
    for (const image of interaction.images) {
      const content: ImageContent =
        'uri' in image
          ? { url: addressesOf(image.uri, context.connection)[0] }
          : { bytes: decodeInline(image.data, maxPictureBytes, 'a picture', host) };
      yield { type: 'completed', content };
    }
    yield {
      type: 'finished',
      ...(interaction.usage === undefined ? {} : { usage: interaction.usage }),
      ...(interaction.model === undefined ? {} : { model: interaction.model }),
    };
  },

  listModels: (context) => listGoogleModels(context, { vertex: false }),
};
