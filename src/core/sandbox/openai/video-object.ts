/** How jobs of clips are told on the wire. */
import { formatSize } from '../../catalog/sizes.ts';
import { parseDirectives } from '../directives.ts';
import { secondsOf, type JobState, type VideoJob } from '../videos/video-job.ts';

type WireVideo = Record<string, unknown>;

const plainWords: Readonly<Record<JobState['status'], string>> = {
  queued: 'queued',
  working: 'in_progress',
  done: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
  expired: 'expired',
};
/** Words of other servers, for `[dialect:words]`. */
const otherWords: typeof plainWords = { ...plainWords, queued: 'pending', working: 'processing', done: 'succeeded' };

const failures = {
  moderation: {
    code: 'moderation_blocked',
    message: 'Your request was blocked by our moderation system.',
  },
  error: { code: 'server_error', message: 'The video could not be generated because of an error on the server.' },
} as const;

export interface TellOptions {
  /** The answer to the call that created it. */
  readonly created?: boolean;
  /** A link to the clip, for servers that give one. */
  readonly link: string;
}

export function wireVideo(job: VideoJob, state: JobState, { created = false, link }: TellOptions): WireVideo {
  const { dialects } = parseDirectives(job.prompt);
  const has = (dialect: (typeof dialects)[number]): boolean => dialects.includes(dialect);
  const status = (has('words') ? otherWords : plainWords)[state.status];
  const createdAt = wholeSeconds(job.createdAt);
  if (has('bare') && created) return { id: job.id, status, created_at: createdAt };
  const seconds = Math.round(secondsOf(job) * 100) / 100;
  const whole: WireVideo = {
    id: job.id,
    object: 'video',
    model: job.model,
    status,
    progress: state.progress,
    created_at: createdAt,
    completed_at: state.status === 'done' || state.status === 'expired' ? wholeSeconds(state.finishedAt) : null,
    expires_at: wholeSeconds(state.expiresAt),
    prompt: job.prompt,
    size: formatSize(job),
    seconds: has('numbers') ? seconds : String(seconds),
    remixed_from_video_id: job.from ?? null,
    error: state.failure === undefined ? null : failures[state.failure],
  };
  if (has('link') && state.status === 'done') whole['video_url'] = link;
  if (has('bare'))
    return { id: job.id, status, created_at: createdAt, ...(has('link') ? pick(whole, ['video_url']) : {}) };
  if (!has('silent')) return whole;
  const { progress: _progress, ...rest } = whole;
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null));
}

function pick(value: WireVideo, names: readonly string[]): WireVideo {
  return Object.fromEntries(Object.entries(value).filter(([name]) => names.includes(name)));
}

function wholeSeconds(milliseconds: number | undefined): number | null {
  return milliseconds === undefined ? null : Math.floor(milliseconds / 1000);
}
