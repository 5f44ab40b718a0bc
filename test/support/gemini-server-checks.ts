/** What `POST /interactions` may hold, closed: from the types of npm @google/genai 3.1.0 and Google's guide to Omni. */
import * as z from 'zod';

const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/);
const block = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1) }),
  z.strictObject({
    type: z.literal('image'),
    data: base64,
    mime_type: z.enum(['image/png', 'image/jpeg', 'image/webp']),
  }),
  z.strictObject({ type: z.literal('video'), data: base64, mime_type: z.literal('video/mp4') }),
]);
const videoFormat = z.strictObject({
  type: z.literal('video'),
  aspect_ratio: z.enum(['16:9', '9:16']).optional(),
  resolution: z.enum(['360p', '720p', '1080p', '4k']).optional(),
  duration: z
    .string()
    .regex(/^\d+s$/)
    .optional(),
  delivery: z.enum(['inline', 'uri']),
});
const imageFormat = z.strictObject({
  type: z.literal('image'),
  aspect_ratio: z
    .string()
    .regex(/^\d+:\d+$/)
    .optional(),
  image_size: z.enum(['512', '1K', '2K', '4K']).optional(),
  mime_type: z.enum(['image/png', 'image/jpeg']).optional(),
  delivery: z.enum(['inline', 'uri']).optional(),
});

export const geminiCreation = z
  .strictObject({
    model: z.string().regex(/^[a-z0-9.-]+$/),
    input: z.union([z.string().min(1), z.array(block).min(1)]),
    background: z.boolean(),
    store: z.boolean(),
    response_format: z.discriminatedUnion('type', [videoFormat, imageFormat]),
    generation_config: z
      .strictObject({
        seed: z.int().min(0).optional(),
        video_config: z
          .strictObject({ task: z.enum(['text_to_video', 'image_to_video', 'reference_to_video', 'edit', 'extend']) })
          .optional(),
      })
      .optional(),
    previous_interaction_id: z.string().min(1).optional(),
  })
  .superRefine((body, context) => {
    const wrong = (message: string): void => context.addIssue({ code: 'custom', message });
    const blocks = typeof body.input === 'string' ? [] : body.input;
    const count = (type: string): number => blocks.filter((each) => each.type === type).length;
    const task = body.generation_config?.video_config?.task;
    const format = body.response_format;
    if (body.background && !body.store) wrong('background needs store');
    if (format.type === 'image' && task !== undefined) wrong('a picture has no video_config');
    if (format.type === 'video' && /^(?:1080p|4k)$/.test(format.resolution ?? '') && format.delivery !== 'uri') {
      wrong('above 720p a clip is delivered by uri');
    }
    if (task === 'text_to_video' && blocks.length > 0) wrong('text_to_video takes text only');
    if (task === 'image_to_video' && ![1, 2].includes(count('image')))
      wrong('image_to_video takes one or two pictures');
    if (task === 'reference_to_video' && count('image') === 0) wrong('reference_to_video takes pictures');
    const isFollowUp = task === 'edit' || task === 'extend';
    if (isFollowUp !== (body.previous_interaction_id !== undefined || count('video') > 0))
      wrong('no clip to go on with');
    const text =
      typeof body.input === 'string'
        ? body.input
        : blocks.map((each) => (each.type === 'text' ? each.text : '')).join('');
    for (const [, number] of text.matchAll(/@Image(\d+)/g)) {
      if (Number(number) < 1 || Number(number) > count('image')) wrong(`there is no picture ${number}`);
    }
  });
export type GeminiCreation = z.infer<typeof geminiCreation>;
