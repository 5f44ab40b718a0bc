/** Which clips in a provider's list are those of jobs whose answer never came. */
import { lengthFromWire } from '../catalog/frames.ts';
import type { Model } from '../catalog/model.ts';
import { parseSize } from '../catalog/sizes.ts';
import { textParameter } from '../generation.ts';
import type { ListedVideo } from '../providers/provider.ts';
import type { Job } from './job.ts';

/** A job that nobody knows the operation of. */
export interface Unsettled {
  readonly job: Job;
  readonly model: Model;
  /** Name of the model on the wire. */
  readonly wireModel: string;
}

export interface Matches {
  /** Jobs that have their clip now. */
  readonly found: ReadonlyMap<Unsettled, ListedVideo>;
  /** Jobs that may have one of several clips, with how many these are: the person decides. */
  readonly unclear: ReadonlyMap<Unsettled, number>;
  /** Jobs for which there is no clip at all. */
  readonly missing: readonly Unsettled[];
}

/** The server tells whole seconds, and our estimate of its clock is no better. */
const clockToleranceMs = 2_000;

/**
 * Gives each job the one clip that fits. Jobs that ask for the same can't be told apart, and needn't be: where there are
 * no more clips than such jobs, each clip gets one.
 * @param videos that belong to no job
 */
export function matchVideos(
  unsettled: readonly Unsettled[],
  videos: readonly ListedVideo[],
  clockAheadMs: number,
): Matches {
  const found = new Map<Unsettled, ListedVideo>();
  const free = new Set(videos);
  // the latest first: it has the fewest clips to choose from
  const open = new Set(unsettled.toSorted((one, other) => submittedAt(other.job) - submittedAt(one.job)));
  const candidates = (one: Unsettled): ListedVideo[] => [...free].filter((video) => fits(one, video, clockAheadMs));
  const take = (one: Unsettled, video: ListedVideo): void => {
    found.set(one, video);
    open.delete(one);
    free.delete(video);
  };

  for (let hasChanged = true; hasChanged;) {
    hasChanged = false;
    for (const one of open) {
      const own = candidates(one);
      const rivals = [...open].filter((other) => own.some((video) => fits(other, video, clockAheadMs)));
      const isOnly =
        own.length === 1 && rivals.every((other) => other === one || candidates(other).length > own.length);
      const isEnough =
        rivals.every((other) => isAlike(one.job, other.job)) &&
        new Set(rivals.flatMap(candidates)).size <= rivals.length;
      if (own.length === 0 || !(isOnly || isEnough)) continue;
      const [newest] = own.toSorted((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
      if (newest === undefined) continue;
      take(one, newest);
      hasChanged = true;
    }
  }
  const unclear = new Map<Unsettled, number>();
  const missing: Unsettled[] = [];
  for (const one of open) {
    // a server that names or measures a clip in its own way may still have made it
    const near = [...free].filter((video) => mightFit(one, video, clockAheadMs));
    if (near.length === 0) missing.push(one);
    else unclear.set(one, near.length);
  }
  return { found, unclear, missing };
}

/** Whether two jobs would be the same clip at the provider. */
export function isAlike(one: Job, other: Job): boolean {
  return one.requestHash === other.requestHash && one.origin === other.origin;
}

/** Whether a clip could be the one that a job asked for. What the server doesn't tell can't disagree. */
function fits(one: Unsettled, video: ListedVideo, clockAheadMs: number): boolean {
  const { request } = one.job;
  if (!mightFit(one, video, clockAheadMs)) return false;
  if (video.model !== undefined && video.model !== one.wireModel && video.model !== request.model) return false;
  const { source } = request;
  if (video.remixedFrom !== undefined && video.remixedFrom !== source?.id) return false;
  // what an earlier clip is made into follows from that clip
  if (source !== undefined || one.model.kind !== 'video') return true;
  const { length, frameParameters } = one.model.limits;
  const seconds = lengthFromWire(request.parameters[length.parameter]);
  if (seconds !== undefined && video.seconds !== undefined && seconds !== video.seconds) return false;
  const size = frameParameters === 'size' ? parseSize(textParameter(request.parameters, 'size') ?? '') : undefined;
  const made = parseSize(video.size ?? '');
  return size === undefined || made === undefined || (size.width === made.width && size.height === made.height);
}

/** By what no server changes: when it was made, and from which words. */
function mightFit({ job }: Unsettled, video: ListedVideo, clockAheadMs: number): boolean {
  const since = submittedAt(job) + clockAheadMs - clockToleranceMs;
  if (video.createdAt !== undefined && video.createdAt + 999 < since) return false;
  return video.prompt === undefined || video.prompt.trim() === job.request.prompt.trim();
}

export function submittedAt(job: Job): number {
  return job.submittedAt ?? job.createdAt;
}
