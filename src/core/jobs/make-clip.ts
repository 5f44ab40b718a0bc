/** The work on a job of a clip: one paid call, then questions until it is done, then the download. */
import { lengthFromWire } from '../catalog/frames.ts';
import type { Model } from '../catalog/model.ts';
import { ShotlistError, type ErrorData } from '../errors.ts';
import { videoOperationOf } from '../generation.ts';
import { operationSchema, type Operation, type VideoProvider, type VideoStatus } from '../providers/provider.ts';
import { downloadClip } from '../downloads/download-clip.ts';
import type { Gateway } from './gateway.ts';
import type { Job, ProviderAnswer } from './job.ts';
import { recentWork, type Work } from '../journal/journal-queries.ts';
import { Superseded } from '../journal/journal.ts';
import type { Craft, Piece } from './piece.ts';
import { pollUntilFinished, type Finished } from './polling.ts';
import { readWithRetry } from './retry.ts';
import { stopAtProvider } from './stop-at-provider.ts';
import { afterNoAnswer, submit } from './submit.ts';

export function makeClip(piece: Piece): Craft {
  const { control, options } = piece;
  const { journal, finisher, environment, slots } = options;
  const { clock } = environment;
  const self = journal.self.token;
  /** Whether it was the provider that didn't find something. */
  let isAsking = false;

  /** @returns what the answer told of the clip already */
  const start = async (gateway: Gateway, videos: VideoProvider): Promise<VideoStatus> => {
    const { operation, status } = await submit(piece, gateway, (inputs) => {
      const { request } = piece.job;
      const call = { request, operation: videoOperationOf(request), wireModel: gateway.wireModel, inputs };
      return videos.start(call, gateway.context(control.stop));
    });
    const { error: _, ...plain } = piece.job;
    const startedAt = clock.now();
    // from here on the operation must not get lost, whatever happens to the journal
    piece.job = { ...plain, state: 'running', operation, startedAt, updatedAt: startedAt };
    const recorded = await journal.recordOperation(piece.job);
    if (recorded === 'cancelled') await stopAtProvider({ ...piece.job, state: 'cancelled' }, options);
    if (recorded !== 'recorded') throw new Superseded();
    control.emit({ type: 'changed', job: piece.job });
    return status ?? { state: 'queued' };
  };

  /** Progress, a changed operation and what goes into the sidecar. */
  const note = async (status: VideoStatus): Promise<void> => {
    const { progress, operation } = status;
    const isNew = progress !== undefined && progress !== piece.job.progress;
    if (!isNew && operation === undefined) return;
    await piece.moveTo(
      { ...piece.job, ...(isNew ? { progress } : {}), ...(operation === undefined ? {} : { operation }) },
      self,
    );
  };

  const wait = (gateway: Gateway, videos: VideoProvider, known: VideoStatus | undefined) =>
    pollUntilFinished({
      clock,
      random: environment.random,
      signal: control.noMore,
      startedAt: piece.job.startedAt ?? piece.job.createdAt,
      windowMs: options.videoWindowMs,
      known,
      ask: () => videos.status(operationOf(piece.job), gateway.context(control.noMore)),
      earlierMs: async () => earlierTimes(piece.job, gateway.model, await recentWork(journal.database, piece.job)),
      onStatus: note,
      onFault: (error, untilMs) => control.emit({ type: 'waiting', job: piece.job, reason: error.message, untilMs }),
    });

  const fetch = async (gateway: Gateway, videos: VideoProvider, { status, workedMs }: Finished): Promise<void> => {
    const { error: _, progress: __, ...plain } = piece.job;
    const operation = status.operation ?? operationOf(plain);
    const answer = answerOf(operation, status);
    await piece.moveTo(
      { ...plain, state: 'downloading', operation, answer, ...(workedMs === undefined ? {} : { workedMs }) },
      self,
    );
    const context = { ...gateway.context(control.stop), keyHeaders: gateway.keyHeaders, environment };
    const onWait = ({ waitMs, error }: { waitMs: number; error: ShotlistError }): void =>
      control.emit({ type: 'waiting', job: piece.job, reason: error.message, untilMs: clock.now() + waitMs });
    const path = await finisher.prepare(piece.job);
    const content = await readWithRetry(() => videos.content(operation, 'video', context), {
      environment,
      signal: control.stop,
      onWait,
    });
    const file = await downloadClip(content, path, { ...context, onWait });
    piece.job = await options.write(() => finisher.finishFile(piece.job, file, answer, gateway.model));
  };

  return {
    async work(gateway) {
      const { model, connection, provider } = gateway;
      const { videos } = provider;
      if (model.kind !== 'video' || videos === undefined) throw new RangeError(`${model.id} makes no clips`);
      const onWait = (): void =>
        control.emit({ type: 'waiting', job: piece.job, reason: 'Other clips of this connection are in the making.' });
      const isNew = piece.job.state === 'queued';
      const release = isNew ? await slots.take(connection, control.noMore, onWait) : slots.occupy(connection);
      let finished: Finished;
      try {
        const known = isNew ? await start(gateway, videos) : undefined;
        if (!control.wait) {
          await piece.moveTo(piece.job, undefined);
          return;
        }
        isAsking = true;
        finished = await wait(gateway, videos, known);
      } finally {
        release();
      }
      if (finished.status.state === 'done') await fetch(gateway, videos, finished);
      else await piece.moveTo(unfinished(piece.job, finished.status), undefined);
    },

    afterFailure(error) {
      const { job } = piece;
      if (job.state === 'queued' || job.state === 'submitting') return afterNoAnswer(piece, error, error.maybeCharged);
      const { error: _, ...plain } = job;
      if (control.noMore.aborted && error.code === 'cancelled') {
        // nothing went wrong with a job that is only left
        if (!control.isCancelled()) return { ...plain, state: 'running' };
        return { ...plain, state: 'cancelled', error: error.toData() };
      }
      const isLost =
        (job.state === 'running' && isAsking && error.code === 'not_found') ||
        (job.state === 'downloading' && !error.retryable && ['download_failed', 'not_found'].includes(error.code));
      return { ...plain, state: isLost ? 'failed' : 'running', error: error.toData() };
    },
  };
}

/** @throws ShotlistError `bad_response` for a job whose operation can't be used */
export function operationOf(job: Pick<Job, 'id' | 'operation'>): Operation {
  const parsed = operationSchema.safeParse(job.operation);
  if (parsed.success) return parsed.data;
  throw new ShotlistError('bad_response', `The journal doesn't say what job "${job.id}" is at its provider.`);
}

function answerOf(operation: Operation, { requestId, model, usage, provenance }: VideoStatus): ProviderAnswer {
  return {
    operation,
    ...(requestId === undefined ? {} : { requestId }),
    ...(model === undefined ? {} : { model }),
    ...(usage === undefined ? {} : { usage }),
    ...(provenance === undefined ? {} : { provenance }),
  };
}

/** A job for which the provider made nothing, or has nothing any more. */
function unfinished(job: Job, { state, error, operation, usage }: VideoStatus): Job {
  const next = {
    ...job,
    ...(operation === undefined ? {} : { operation }),
    ...(usage === undefined ? {} : { answer: { ...job.answer, usage } }),
  };
  if (state === 'cancelled') {
    const stopped = error?.toData() ?? { code: 'cancelled', message: 'The provider has stopped making this clip.' };
    return { ...next, state: 'cancelled', error: stopped };
  }
  const expired: ErrorData = {
    code: 'download_failed',
    message: 'The clip was made, and its provider has deleted it since.',
    hint: 'Retrying the job makes it anew and pays again.',
  };
  const failed: ErrorData = { code: 'provider_unavailable', message: 'The provider failed to make this clip.' };
  return { ...next, state: 'failed', error: error?.toData() ?? (state === 'expired' ? expired : failed) };
}

/** Those of clips of the same length and size where there are some. */
function earlierTimes(job: Job, model: Model, work: readonly Work[]): readonly number[] {
  const shape = shapeOf(job.request, model);
  const alike = work.filter(({ request }) => shapeOf(request, model) === shape);
  return (alike.length >= fewAlike ? alike : work).slice(0, remembered).map(({ workedMs }) => workedMs);
}

const fewAlike = 2;
const remembered = 12;

/** What makes a clip take longer: its length, its size, and whether it is made from another one. */
function shapeOf({ parameters, source }: Pick<Job['request'], 'parameters' | 'source'>, model: Model): string {
  if (model.kind !== 'video') return '';
  const { length, frameParameters } = model.limits;
  const frame =
    frameParameters === 'size'
      ? [parameters['size']]
      : [parameters[frameParameters.aspect], parameters[frameParameters.resolution]];
  return JSON.stringify([lengthFromWire(parameters[length.parameter]), frame, source?.action]);
}
