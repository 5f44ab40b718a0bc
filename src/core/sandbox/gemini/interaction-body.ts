/** The body of `POST /interactions`, closed. Types of npm @google/genai 3.1.0. */
import * as z from 'zod';
import { parseDirectives } from '../directives.ts';
import { invalidArgument } from '../google/google-answer.ts';
import { readGooglePicture } from '../google/google-body.ts';

const contentSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1) }),
  z.strictObject({
    type: z.enum(['image', 'video']),
    data: z.string().optional(),
    uri: z.string().optional(),
    mime_type: z.string().optional(),
  }),
]);
type Content = z.infer<typeof contentSchema>;
const stepSchema = z.strictObject({ type: z.literal('user_input'), content: z.array(contentSchema).min(1) });

const videoFormat = z.strictObject({
  type: z.literal('video'),
  aspect_ratio: z.string().optional(),
  resolution: z.string().optional(),
  duration: z.string().optional(),
  delivery: z.enum(['inline', 'uri']).optional(),
});
const imageFormat = z.strictObject({
  type: z.literal('image'),
  aspect_ratio: z.string().optional(),
  image_size: z.string().optional(),
  mime_type: z.enum(['image/png', 'image/jpeg']).optional(),
  delivery: z.enum(['inline', 'uri']).optional(),
});
const formatSchema = z.discriminatedUnion('type', [videoFormat, imageFormat]);
export const tasks = ['text_to_video', 'image_to_video', 'reference_to_video', 'edit', 'extend'] as const;

export const interactionBodySchema = z.strictObject({
  model: z.string().min(1).max(200),
  input: z.union([
    z.string().min(1),
    contentSchema,
    z.array(contentSchema).min(1),
    z.array(stepSchema).length(1, { error: 'the sandbox takes one turn' }),
  ]),
  response_format: z
    .union([
      formatSchema,
      z
        .array(formatSchema)
        .length(1)
        .transform(([format]) => format ?? { type: 'video' as const }),
    ])
    .optional(),
  generation_config: z
    .strictObject({
      seed: z.int().min(0).max(2_147_483_647).optional(),
      video_config: z.strictObject({ task: z.enum(tasks).optional() }).optional(),
    })
    .optional(),
  background: z.boolean().optional(),
  store: z.boolean().optional(),
  stream: z.literal(false, { error: 'the sandbox does not stream interactions' }).optional(),
  previous_interaction_id: z.string().max(300).optional(),
});
export type InteractionBody = z.infer<typeof interactionBodySchema>;

function contentsOf({ input }: InteractionBody): readonly Content[] {
  if (typeof input === 'string') return [{ type: 'text', text: input }];
  if (!Array.isArray(input)) return [input];
  return input.flatMap((part) => (part.type === 'user_input' ? part.content : [part]));
}

/** The text, less what it says about the roles of the pictures: `[# Sources <FIRST_FRAME>@Image1]`. */
export function promptOf(body: InteractionBody): string {
  return contentsOf(body)
    .flatMap((content) => (content.type === 'text' ? [content.text] : []))
    .join(' ');
}

export function captionOf(prompt: string): string {
  return parseDirectives(
    prompt.replace(/\[#[^\]]*\]/g, ' ').replace(/<(?:FIRST_FRAME|LAST_FRAME|(?:IMAGE|VIDEO)_REF_\d+)>/g, ' '),
  ).text;
}

export function media(
  body: InteractionBody,
  type: 'image' | 'video',
): { data: string; mime: string | undefined; at: string }[] {
  return contentsOf(body).flatMap((content, index) => {
    if (content.type !== type) return [];
    const at = `input[${index}]`;
    if (content.data === undefined) throw invalidArgument(`The sandbox fetches nothing: send the data of '${at}'.`);
    return [{ data: content.data, mime: content.mime_type, at }];
  });
}

export function picturesOf(
  body: InteractionBody,
  types: readonly string[],
  maxBytes: number,
): Uint8Array<ArrayBuffer>[] {
  return media(body, 'image').map(({ data, mime, at }) => readGooglePicture(data, mime, { types, maxBytes, at }));
}
