/** What is sent to the Interactions API. Source: Google's guide to Gemini Omni and npm @google/genai 3.1.0, read 2026-11. */
import { ShotlistError } from '../../errors.ts';
import type { Request, VideoOperation } from '../../generation.ts';
import { encodeInline } from '../google/inline-bytes.ts';
import type { ImageCall, VideoCall } from '../provider.ts';

interface MediaBlock {
  readonly type: 'image' | 'video';
  readonly data: string;
  readonly mime_type: string;
}
type InputBlock = MediaBlock | { readonly type: 'text'; readonly text: string };

/** The body of `POST /interactions`. */
export interface InteractionBody {
  readonly model: string;
  readonly input: string | InputBlock[];
  readonly background: boolean;
  readonly store: boolean;
  readonly response_format: { readonly type: 'image' | 'video'; readonly [name: string]: unknown };
  readonly generation_config?: { readonly seed?: number; readonly video_config?: { readonly task: string } };
  readonly previous_interaction_id?: string;
}

const tasks: Readonly<Record<Exclude<VideoOperation, 'remix'>, string>> = {
  generate: 'text_to_video',
  animate: 'image_to_video',
  reference: 'reference_to_video',
  edit: 'edit',
  extend: 'extend',
};
/** New clips of these resolutions fit into an answer (Google says 4 MB); what follows a clip may be of any length. */
const inlineResolutions: readonly unknown[] = [undefined, '360p', '720p'];

/**
 * Kept at Google (`store`), because an edit or extension of the clip needs it there.
 * @throws ShotlistError `unsupported_parameter`
 */
export function videoBody({ request, operation, wireModel, inputs }: VideoCall): InteractionBody {
  if (operation === 'remix') {
    throw new ShotlistError('unsupported_parameter', `${wireModel} can't remix a clip.`, {
      hint: 'Edit it instead.',
    });
  }
  const { seed, ...format } = request.parameters;
  const inline = request.source === undefined && inlineResolutions.includes(format['resolution']);
  const media = mediaBlocks(request, inputs);
  const text = withRoles(request);
  const previous = request.source?.id;
  return {
    model: wireModel,
    input: media.length === 0 ? text : [...media, { type: 'text', text }],
    background: true,
    store: true,
    response_format: { ...format, type: 'video', delivery: inline ? 'inline' : 'uri' },
    generation_config: { ...seedOf(seed), video_config: { task: tasks[operation] } },
    ...(previous === undefined ? {} : { previous_interaction_id: previous }),
  };
}

/** A picture is answered at once and needs nothing to be kept. */
export function imageBody({ request, wireModel, inputs }: ImageCall): InteractionBody {
  const { seed, ...format } = request.parameters;
  const media = mediaBlocks(request, inputs);
  return {
    model: wireModel,
    input: media.length === 0 ? request.prompt : [...media, { type: 'text', text: request.prompt }],
    background: false,
    store: false,
    response_format: { ...format, type: 'image' },
    ...(seed === undefined ? {} : { generation_config: seedOf(seed) }),
  };
}

/** First frame, last frame, then the references in their order: the roles in the text count on it. */
function mediaBlocks({ inputs }: Request, contents: readonly Uint8Array[]): MediaBlock[] {
  return ['video', 'first_frame', 'last_frame', 'reference'].flatMap((role) =>
    inputs.flatMap((input, index): MediaBlock[] => {
      const bytes = contents[index];
      if (input.role !== role || bytes === undefined) return [];
      return [{ type: role === 'video' ? 'video' : 'image', data: encodeInline(bytes), mime_type: input.mime }];
    }),
  );
}

/**
 * The prompt, with what each picture is for in front: pictures are counted from 1, references from 0. A prompt that
 * already declares this itself is left alone.
 */
function withRoles({ prompt, inputs }: Request): string {
  if (prompt.includes('[# ')) return prompt;
  const count = (role: string): number => inputs.filter((input) => input.role === role).length;
  const frames = [
    ...(count('first_frame') > 0 ? ['<FIRST_FRAME>'] : []),
    ...(count('last_frame') > 0 ? ['<LAST_FRAME>'] : []),
  ].map((tag, index) => `${tag}@Image${index + 1}`);
  const references = Array.from(
    { length: count('reference') },
    (_, index) => `<IMAGE_REF_${index}>@Image${frames.length + index + 1}`,
  );
  const roles = [
    ...(frames.length > 0 ? [`[# Sources ${frames.join(' ')}]`] : []),
    ...(references.length > 0 ? [`[# References ${references.join(' ')}]`] : []),
  ];
  return [...roles, prompt].join(' ');
}

function seedOf(seed: unknown): { seed?: number } {
  return typeof seed === 'number' ? { seed } : {};
}
