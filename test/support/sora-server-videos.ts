/** The jobs of a server of the Videos protocol: their state follows from when they began and the server's clock. */
import type { SoraDialect } from './sora-server-faults.ts';
import type { SoraAction, SoraBody } from './sora-server-checks.ts';

/** One creation that the server counted, and would charge for. */
export interface SoraVideo {
  readonly id: string;
  readonly action: SoraAction;
  readonly model: string;
  readonly prompt: string;
  readonly seconds: string;
  readonly size: string;
  /** Id of the clip that it was made from. */
  readonly from?: string;
  /** Everything that was sent. */
  readonly body: SoraBody;
  /** Milliseconds since 1970 by the server's clock. */
  readonly createdAt: number;
  readonly workMs: number;
  /** What it fails with when its time is up. */
  readonly error?: Readonly<Record<string, unknown>>;
  readonly deleted: boolean;
  readonly expired: boolean;
}

export type SoraState = 'queued' | 'in_progress' | 'completed' | 'failed';

const queuedShare = 0.1;

export function stateOf(video: SoraVideo, now: number): SoraState {
  const elapsed = now - video.createdAt;
  if (elapsed >= video.workMs) return video.error === undefined ? 'completed' : 'failed';
  return elapsed < video.workMs * queuedShare ? 'queued' : 'in_progress';
}

/** The video object as this dialect writes it. */
export function describeVideo(
  video: SoraVideo,
  now: number,
  dialect: SoraDialect,
  origin: string,
): Record<string, unknown> {
  const state = stateOf(video, now);
  const finishedAt = Math.floor((video.createdAt + video.workMs) / 1000);
  const over = state === 'completed' || state === 'failed';
  const share = video.workMs === 0 ? 1 : (now - video.createdAt) / video.workMs;
  const error = { code: 'video_generation_failed', message: 'It failed.', ...video.error };
  const object: Record<string, unknown> = {
    id: video.id,
    object: 'video',
    model: video.model,
    status: dialect.words?.[state] ?? state,
    progress: Math.floor(Math.max(0, Math.min(1, share)) * 100),
    created_at: Math.floor(video.createdAt / 1000),
    completed_at: state === 'completed' ? finishedAt : null,
    expires_at: over ? finishedAt + 86_400 : null,
    prompt: video.prompt,
    size: video.size,
    seconds: dialect.secondsAsNumber === true ? Number(video.seconds) : video.seconds,
    remixed_from_video_id: video.from ?? null,
    error: state !== 'failed' ? null : dialect.errorAsText === true ? error.message : error,
    ...dialect.extra,
  };
  // a failed job says why even where the field is else left out
  for (const field of dialect.omit ?? []) if (field !== 'error' || state !== 'failed') delete object[field];
  if (dialect.link !== undefined && state === 'completed') {
    object[dialect.link] = `${dialect.linkOrigin ?? origin}/files/${encodeURIComponent(video.id)}.mp4`;
  }
  return object;
}

/** What a creation asks for, before it is counted. */
export type SoraAsked = Pick<SoraVideo, 'action' | 'model' | 'prompt' | 'seconds' | 'size'> & {
  readonly index: number;
};

/** How long jobs take and what becomes of them. */
export interface SoraWork {
  /** How long a job takes; default 0, done at the first look. */
  readonly workMs?: number | ((asked: SoraAsked) => number);
  /** What a job fails with when its time is up: {code, message}. Default: none fails. */
  readonly failing?: (asked: SoraAsked) => Readonly<Record<string, unknown>> | undefined;
}
