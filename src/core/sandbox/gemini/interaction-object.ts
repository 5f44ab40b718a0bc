/** How interactions are told on the wire. */
import { parseDirectives } from '../directives.ts';
import { secondsOf, type JobState, type VideoJob } from '../videos/video-job.ts';

/** A finished file: inside the answer, or at an address. */
export type Medium = { readonly data: string } | { readonly uri: string };

const words: Readonly<Record<JobState['status'], string>> = {
  queued: 'queued',
  working: 'in_progress',
  done: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  expired: 'completed',
};
const failures = {
  moderation: {
    code: 'content_filtered',
    message: 'The video was blocked because it violates the safety policies. Try another prompt.',
  },
  error: { code: 'internal', message: 'An internal error has occurred.' },
} as const;

const tokensPerSecond = 5_800;
const tokensPerPicture = 1_290;
const charactersPerToken = 4;

export function typeOf({ wire }: VideoJob): 'video' | 'image' {
  return wire['type'] === 'image' ? 'image' : 'video';
}

export function wireInteraction(job: VideoJob, state: JobState, medium?: Medium): Record<string, unknown> {
  const { id, model, prompt, wire } = job;
  const { dialects } = parseDirectives(prompt);
  const status = state.status === 'queued' && dialects.includes('words') ? 'in_progress' : words[state.status];
  const created = new Date(job.createdAt).toISOString();
  const bare = dialects.includes('bare');
  const head = { id, status };
  if (medium === undefined && bare) return head;
  const type = typeOf(job);
  const mime = type === 'video' ? 'video/mp4' : wire['mime'];
  const output = medium === undefined ? [] : [{ type, mime_type: mime, ...medium }];
  const ended = state.status === 'done' || state.status === 'failed';
  const steps = {
    steps: [
      ...(bare ? [] : [{ type: 'user_input', content: [{ type: 'text', text: prompt }] }]),
      { type: 'model_output', content: output },
    ],
  };
  if (bare) return { ...head, ...steps };
  return {
    ...head,
    object: 'interaction',
    model,
    created,
    updated: state.finishedAt === undefined ? created : new Date(state.finishedAt).toISOString(),
    ...(typeof wire['previous'] === 'string' ? { previous_interaction_id: wire['previous'] } : {}),
    ...(ended ? { usage: usageOf(job) } : {}),
    ...(state.status === 'done' ? steps : {}),
    ...(state.failure === undefined ? {} : { errors: [failures[state.failure]] }),
  };
}

function usageOf(job: VideoJob): Record<string, unknown> {
  const type = typeOf(job);
  const input = Math.max(1, Math.ceil(job.prompt.length / charactersPerToken));
  const output = type === 'video' ? Math.round(secondsOf(job) * tokensPerSecond) : tokensPerPicture;
  return {
    total_input_tokens: input,
    total_output_tokens: output,
    total_tokens: input + output,
    input_tokens_by_modality: [{ modality: 'text', tokens: input }],
    output_tokens_by_modality: [{ modality: type, tokens: output }],
  };
}
