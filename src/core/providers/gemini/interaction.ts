/** Answers of the Interactions API → core values. Lenient: other servers leave out and add fields. */
import * as z from 'zod';
import type { Usage } from '../../generation.ts';
import { lineOf, refusalOf, wireErrorSchema, type Refusal } from '../google/refusal.ts';

const text = z.string().optional().catch(undefined);
const count = z.number().nonnegative().optional().catch(undefined);
const byModality = z
  .array(z.object({ modality: text, tokens: count }))
  .optional()
  .catch(undefined);
const usageSchema = z
  .object({
    total_input_tokens: count,
    total_cached_tokens: count,
    total_output_tokens: count,
    total_tokens: count,
    input_tokens_by_modality: byModality,
  })
  .optional()
  .catch(undefined);
const contentSchema = z.object({ type: z.string(), data: text, uri: text, text });
const stepSchema = z.object({
  type: z.string(),
  content: z.array(z.unknown()).optional().catch(undefined),
  error: wireErrorSchema.optional().catch(undefined),
});
const interactionSchema = z.object({
  id: text,
  status: text,
  model: text,
  created: text,
  updated: text,
  usage: usageSchema,
  steps: z.array(z.unknown()).optional().catch(undefined),
  errors: z.array(z.unknown()).optional().catch(undefined),
});

/** A finished picture or clip: inside the answer, or at an address. */
export type Medium = { readonly data: string } | { readonly uri: string };

export interface Interaction {
  readonly id?: string;
  /** As the server says it, in lower case; `completed` where it says nothing. */
  readonly status: string;
  readonly model?: string;
  readonly usage?: Usage;
  /** Milliseconds from its creation to its last change. */
  readonly workedMs?: number;
  readonly videos: readonly Medium[];
  readonly images: readonly Medium[];
  /** What the model said instead or besides, one bounded line. */
  readonly words?: string;
  readonly errors: readonly Refusal[];
}

/** Undefined for what is no interaction. */
export function parseInteraction(data: unknown): Interaction | undefined {
  const parsed = interactionSchema.safeParse(data).data;
  if (parsed === undefined) return undefined;
  // the SDK adds empty steps to anything
  if (parsed.id === undefined && parsed.status === undefined && (parsed.steps ?? []).length === 0) return undefined;
  const steps = (parsed.steps ?? []).flatMap((step) => stepSchema.safeParse(step).data ?? []);
  // the answer may repeat what was asked, and the turns before
  const answered = steps.slice(steps.findLastIndex(({ type }) => type === 'user_input') + 1);
  const outputs = answered
    .filter(({ type }) => type === 'model_output')
    .flatMap(({ content = [] }) => content.flatMap((block) => contentSchema.safeParse(block).data ?? []));
  const errors = [...(parsed.errors ?? []), ...answered.map(({ error }) => error)];
  const usage = usageOf(parsed.usage);
  const words = lineOf(outputs.flatMap((block) => (block.type === 'text' ? (block.text ?? '') : [])).join(' '));
  const workedMs = Date.parse(parsed.updated ?? '') - Date.parse(parsed.created ?? '');
  return {
    ...(parsed.id ? { id: parsed.id } : {}),
    status: (parsed.status ?? 'completed').toLowerCase(),
    ...(parsed.model === undefined ? {} : { model: parsed.model }),
    ...(usage === undefined ? {} : { usage }),
    ...(workedMs > 0 ? { workedMs } : {}),
    videos: mediaOf('video', outputs),
    images: mediaOf('image', outputs),
    ...(words === undefined ? {} : { words }),
    errors: errors.flatMap((error) => {
      const said = wireErrorSchema.safeParse(error).data;
      return error === undefined || said === undefined ? [] : refusalOf(said);
    }),
  };
}

function mediaOf(type: string, outputs: readonly z.infer<typeof contentSchema>[]): Medium[] {
  return outputs.flatMap((block): Medium[] => {
    if (block.type !== type) return [];
    if (block.data) return [{ data: block.data }];
    return block.uri ? [{ uri: block.uri }] : [];
  });
}

function usageOf(usage: z.infer<typeof usageSchema>): Usage | undefined {
  if (usage === undefined) return undefined;
  const input = (name: string): number | undefined =>
    usage.input_tokens_by_modality?.find(({ modality }) => modality?.toLowerCase() === name)?.tokens;
  const counts: Record<keyof Usage, number | undefined> = {
    inputTokens: usage.total_input_tokens,
    inputTextTokens: input('text'),
    inputImageTokens: input('image'),
    cachedInputTokens: usage.total_cached_tokens,
    outputTokens: usage.total_output_tokens,
    totalTokens: usage.total_tokens,
  };
  const known = Object.entries(counts).filter(([, value]) => value !== undefined);
  return known.length === 0 ? undefined : (Object.fromEntries(known) as Usage);
}
