/** Finds out what became of clips whose answer never came, where the provider lists what it has. Sends nothing paid. */
import { ShotlistError, type ErrorData } from '../errors.ts';
import type { JobEvent, Job } from './job.ts';
import type { VideoList, VideoProvider } from '../providers/provider.ts';
import type { Gateway } from './gateway.ts';
import { knownOperations } from '../journal/journal-queries.ts';
import type { Entry } from '../journal/journal-row.ts';
import { isAlike, matchVideos, submittedAt, type Unsettled } from './match-videos.ts';
import type { Workshop } from './workshop.ts';

export interface SettleOptions {
  /** Whether to wait until the provider must have listed what it got a moment ago. */
  readonly wait: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: JobEvent) => void) | undefined;
}

/** A clip may be listed so much later than it was asked for. */
const graceMs = 15_000;
/** The list is asked for from a little earlier on: clocks differ. */
const leewayMs = 10_000;
const listTimeoutMs = 60_000;
/** Who is sending the same, or settling it, needs a moment. */
const contestedMs = 3_000;
const mostRounds = 10;

interface Group {
  readonly gateway: Gateway;
  readonly list: NonNullable<VideoProvider['list']>;
  readonly jobs: readonly Unsettled[];
}

/**
 * Settles `unknown` clips that nobody looks after. One whose clip is found is `running` afterwards, one that the provider
 * never got `failed`; the others stay as they are. Nobody owns them then.
 * @returns whether some are still too young to tell
 */
export async function settleUnknown(workshop: Workshop, options: SettleOptions): Promise<boolean> {
  const { journal, recovery } = workshop;
  let isPending = false;
  for (const group of await groupsOf(await unknownClips(workshop), workshop)) {
    const entries = group.jobs.map(({ job }): Entry => ({ job, owner: undefined }));
    // another process may be settling the same
    if (!(await journal.adopt(entries))) continue;
    let left: readonly Unsettled[] = group.jobs;
    try {
      for (let round = 1; left.length > 0; round++) {
        const outcome = await settleOnce({ ...group, jobs: left }, workshop, options.signal);
        left = outcome.left;
        if (outcome.youngMs === 0) break;
        if (!options.wait || round === mostRounds) {
          isPending = true;
          break;
        }
        const untilMs = recovery.environment.clock.now() + outcome.youngMs;
        for (const { job } of left)
          options.onEvent?.({ type: 'waiting', job, reason: 'The provider may list this clip in a moment.', untilMs });
        await recovery.environment.clock.sleep(outcome.youngMs, options.signal);
      }
    } catch (error) {
      if (options.signal?.aborted !== true)
        recovery.environment.log.warn(
          `The clips at "${group.gateway.connection.id}" can't be listed: ${String(error)}`,
        );
    } finally {
      for (const { job } of left) await journal.change(job, { state: 'unknown', owner: journal.self.token }, undefined);
    }
  }
  return isPending;
}

/** Clips that may be settled: nobody looks after them, and an answer may have been lost. */
async function unknownClips({ journal }: Workshop): Promise<Job[]> {
  const entries = await journal.inStates(['unknown']);
  return entries.filter(({ job, owner }) => owner === undefined && job.request.kind === 'video').map(({ job }) => job);
}

async function groupsOf(jobs: readonly Job[], { gateways, recovery }: Workshop): Promise<Group[]> {
  const groups = new Map<string, Group & { jobs: Unsettled[] }>();
  for (const job of jobs) {
    try {
      const gateway = await gateways.open(job);
      const { provider, model, wireModel, connection } = gateway;
      const list = provider.videos?.list;
      if (list === undefined) continue;
      const key = JSON.stringify([connection.id, provider.protocol]);
      const group = groups.get(key) ?? { gateway, list, jobs: [] };
      groups.set(key, group);
      group.jobs.push({ job, model, wireModel });
    } catch (error) {
      recovery.environment.log.warn(`Job ${job.id} can't be settled: ${String(error)}`);
    }
  }
  return [...groups.values()];
}

interface Outcome {
  /** Jobs that are `unknown` still, as they are to be left. */
  readonly left: readonly Unsettled[];
  /** Milliseconds after which another look may tell more of them; 0 where it won't. */
  readonly youngMs: number;
}

async function settleOnce(group: Group, workshop: Workshop, signal: AbortSignal | undefined): Promise<Outcome> {
  const { journal, recovery } = workshop;
  const { clock } = recovery.environment;
  const listed = await listAll(group, clock.now(), signal);
  if (listed === undefined) return { left: group.jobs, youngMs: 0 };
  const ids = listed.videos.map(({ operation }) => operation.id);
  const known = await journal.database.read((connection) => knownOperations(connection, ids));
  // whoever is sending the same, or has lost its answer, may be the one that a clip belongs to
  const own = new Set(group.jobs.map(({ job }) => job.id));
  const others = (await journal.inStates(['submitting', 'unknown'])).filter(({ job }) => !own.has(job.id));
  const isContested = ({ job }: Unsettled): boolean => others.some((other) => isAlike(job, other.job));
  const contested = group.jobs.filter(isContested);
  const matches = matchVideos(
    group.jobs.filter((one) => !isContested(one)),
    listed.videos.filter(({ operation }) => !known.has(operation.id)),
    listed.clockAheadMs,
  );
  const now = clock.now();
  const youngMs = (one: Unsettled): number => Math.max(0, submittedAt(one.job) + graceMs - now);
  const received = [...matches.found].map(([{ job }, video]): Job => {
    const { error: _, ...plain } = job;
    const startedAt = video.createdAt === undefined ? submittedAt(job) : video.createdAt - listed.clockAheadMs;
    return {
      ...plain,
      state: 'running',
      operation: video.operation,
      startedAt: Math.min(now, startedAt),
      updatedAt: now,
    };
  });
  const operationIds = [...matches.found.values()].map(({ operation }) => operation.id);
  // somebody with an answer was faster: look again
  if (!(await journal.settle(received, 'unknown', operationIds)))
    return { left: await stillOwn(group, workshop), youngMs: 1 };
  const never = matches.missing.filter((one) => youngMs(one) === 0);
  for (const { job } of never) {
    const failed: Job = { ...job, state: 'failed', error: neverReceived, updatedAt: now };
    await journal.change(failed, { state: 'unknown', owner: journal.self.token }, undefined);
  }
  const young = matches.missing.filter((one) => youngMs(one) > 0);
  const unclear = [...matches.unclear].map(([one, count]) => ({
    ...one,
    job: { ...one.job, error: unclearError(count) },
  }));
  const waits = [...young.map(youngMs), ...contested.map(() => contestedMs)];
  return { left: [...young, ...contested, ...unclear], youngMs: Math.max(0, ...waits) };
}

/** All clips since the earliest job was sent; undefined where this server doesn't list. */
async function listAll(
  { gateway, list, jobs }: Group,
  now: number,
  signal: AbortSignal | undefined,
): Promise<VideoList | undefined> {
  const limit = AbortSignal.timeout(listTimeoutMs);
  const context = gateway.context(signal === undefined ? limit : AbortSignal.any([limit, signal]));
  const since = Math.min(now, ...jobs.map(({ job }) => submittedAt(job))) - leewayMs;
  try {
    const listed = await list(since, context);
    return listed.clockAheadMs < -leewayMs / 2 ? await list(since + listed.clockAheadMs, context) : listed;
  } catch (error) {
    const { provider, code } = ShotlistError.from(error);
    if (code === 'not_found' || [404, 405, 501].includes(provider?.status ?? 0)) return undefined;
    throw error;
  }
}

/** Those that nobody has recorded an answer for meanwhile. */
async function stillOwn({ jobs }: Group, { journal }: Workshop): Promise<Unsettled[]> {
  const own = (await journal.heldBy([journal.self.token])).filter(({ job }) => job.state === 'unknown');
  return jobs.filter(({ job }) => own.some((entry) => entry.job.id === job.id));
}

const neverReceived: ErrorData = {
  code: 'connection_failed',
  message: 'The provider has no clip that fits: it never received this job, and nothing was charged.',
  hint: 'Retry the job.',
};

function unclearError(count: number): ErrorData {
  return {
    code: 'provider_unavailable',
    message:
      count === 1
        ? 'The answer of the provider was lost, and it has a clip that may be the one; it may have been charged.'
        : `The answer of the provider was lost, and it has ${count} clips that may be the one; it may have been charged.`,
    hint: 'Look at the clips at the provider; retrying the job pays again.',
  };
}
