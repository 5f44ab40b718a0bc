/** What `:predictLongRunning` may hold, closed: from the types of npm @google/genai 3.1.0 and Vertex AI's Veo reference. */
import * as z from 'zod';

const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/);
const image = z.strictObject({
  bytesBase64Encoded: base64,
  mimeType: z.enum(['image/png', 'image/jpeg', 'image/webp']),
});

export const veoCreation = z
  .strictObject({
    instances: z.tuple([
      z.strictObject({
        prompt: z.string().min(1),
        image: image.optional(),
        lastFrame: image.optional(),
        video: z.strictObject({ bytesBase64Encoded: base64, mimeType: z.literal('video/mp4') }).optional(),
        referenceImages: z
          .array(z.strictObject({ image, referenceType: z.literal('ASSET') }))
          .min(1)
          .max(3)
          .optional(),
      }),
    ]),
    parameters: z.strictObject({
      sampleCount: z.literal(1),
      aspectRatio: z.enum(['16:9', '9:16']).optional(),
      resolution: z.enum(['720p', '1080p', '4k']).optional(),
      durationSeconds: z.union([z.literal(4), z.literal(6), z.literal(7), z.literal(8)]).optional(),
      negativePrompt: z.string().optional(),
      seed: z.int().min(0).optional(),
      personGeneration: z.enum(['dont_allow', 'allow_adult', 'allow_all']).optional(),
      generateAudio: z.boolean().optional(),
      enhancePrompt: z.boolean().optional(),
    }),
  })
  .superRefine(({ instances: [instance] }, context) => {
    const given = [instance.image, instance.video, instance.referenceImages].filter((value) => value !== undefined);
    const wrong = (message: string): void => context.addIssue({ code: 'custom', message });
    if (given.length > 1) wrong('a picture, a clip and references exclude each other');
    if (instance.lastFrame !== undefined && instance.image === undefined) wrong('a last frame needs a first one');
  });
export type VeoCreation = z.infer<typeof veoCreation>;
