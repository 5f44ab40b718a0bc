/** A video job of the sandbox as it lies in its file. What becomes of it follows from this and the clock. */
import * as z from 'zod';
import { protocolSchema } from '../../generation.ts';
import { chaptersSchema } from '../drawing/clip/story.ts';
import { parseDirectives } from '../directives.ts';

/** Also the name of the file, so it can lead nowhere else. */
export const jobIdSchema = z.string().regex(/^[a-z]{2,20}_[a-z0-9]{20,60}$/);
/** Names a file of input by its contents. */
export const inputIdSchema = z.string().regex(/^[0-9a-f]{64}$/);

const largestEdge = 4096;

export const videoJobSchema = z.object({
  version: z.literal(1),
  id: jobIdSchema,
  protocol: protocolSchema,
  model: z.string().min(1).max(300),
  /** As given, with directives. */
  prompt: z.string().max(40_000),
  /** Milliseconds since 1970. */
  createdAt: z.int().nonnegative(),
  /** How long it works, milliseconds. */
  workMs: z.number().nonnegative(),
  width: z.int().min(2).max(largestEdge).multipleOf(2),
  height: z.int().min(2).max(largestEdge).multipleOf(2),
  /** The story; pictures by the names of their files. */
  chapters: chaptersSchema(inputIdSchema),
  /** The job whose clip it was made from. */
  from: z.string().max(200).exactOptional(),
  cancelledAt: z.int().nonnegative().exactOptional(),
  /** How often faults of later calls have happened, by phase and name. */
  happened: z.record(z.string().max(100), z.int().nonnegative()),
  /** What its protocol wants to be told again. */
  wire: z.record(z.string(), z.unknown()),
});
export type VideoJob = z.infer<typeof videoJobSchema>;

export interface JobState {
  readonly status: 'queued' | 'working' | 'done' | 'failed' | 'cancelled' | 'expired';
  /** 0–100. */
  readonly progress: number;
  /** Milliseconds since 1970, once it is done. */
  readonly finishedAt?: number;
  /** Until when the clip can be fetched, milliseconds since 1970; once it is done. */
  readonly expiresAt?: number;
  readonly failure?: 'moderation' | 'error';
  /** The clip can be fetched. */
  readonly hasClip: boolean;
}

/** A day, as the API kept clips. */
const clipLifetimeMs = 24 * 60 * 60 * 1000;
/** Part of the working time that it waits in line, and the most of it. */
const queuedPart = 0.15;
const longestQueuedMs = 2_000;

export function secondsOf({ chapters }: Pick<VideoJob, 'chapters'>): number {
  return chapters.reduce((sum, { seconds }) => sum + seconds, 0);
}

export function stateOf(job: VideoJob, now: number): JobState {
  const { ending } = parseDirectives(job.prompt);
  const worked = now - job.createdAt;
  const queuedMs = Math.min(longestQueuedMs, job.workMs * queuedPart);
  const share = job.workMs <= queuedMs ? 1 : (worked - queuedMs) / (job.workMs - queuedMs);
  const progress = Math.max(0, Math.min(99, Math.floor(share * 100)));
  const endsAt = job.createdAt + job.workMs;
  if (job.cancelledAt !== undefined && (job.cancelledAt < endsAt || ending === 'never'))
    return { status: 'cancelled', progress, hasClip: false };
  if (worked < job.workMs || ending === 'never')
    return { status: worked < queuedMs ? 'queued' : 'working', progress, hasClip: false };
  const finishedAt = Math.round(endsAt);
  if (ending === 'cancelled') return { status: 'cancelled', progress, hasClip: false };
  if (ending === 'moderation' || ending === 'error')
    return { status: 'failed', progress: ending === 'error' ? 60 : 99, finishedAt, failure: ending, hasClip: false };
  const expiresAt = ending === 'expired' ? finishedAt : finishedAt + clipLifetimeMs;
  if (ending === 'expired') return { status: 'expired', progress: 100, finishedAt, expiresAt, hasClip: false };
  return {
    status: 'done',
    progress: 100,
    finishedAt,
    expiresAt,
    hasClip: ending !== 'gone' && ending !== 'empty' && now < expiresAt,
  };
}
