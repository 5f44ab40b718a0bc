/** A long-running operation of Veo → core values. */
import * as z from 'zod';
import { ShotlistError } from '../../errors.ts';
import { cleanError, hostOf, throwBadAnswer } from '../google/errors.ts';
import { decodeInline, maxClipBytes } from '../google/inline-bytes.ts';
import { googleProvenance } from '../google/provenance.ts';
import { faultOfRefusal } from '../google/refusal-fault.ts';
import { lineOf, refusalOf, wireErrorSchema } from '../google/refusal.ts';
import type { CallContext, VideoContent, VideoStatus } from '../provider.ts';

const text = z.string().optional().catch(undefined);
const operationSchema = z.object({
  name: text,
  done: z.boolean().optional().catch(undefined),
  error: wireErrorSchema.optional().catch(undefined),
  response: z
    .object({
      generatedVideos: z
        .array(z.object({ video: z.object({ uri: text, videoBytes: text }).optional() }))
        .optional()
        .catch(undefined),
      raiMediaFilteredCount: z.number().optional().catch(undefined),
      raiMediaFilteredReasons: z.array(z.string()).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});
export type VeoOperation = z.infer<typeof operationSchema>;

/** An operation as the SDK hands it back. @throws ShotlistError `bad_response` */
export function parseOperation(data: unknown, { connection }: CallContext): VeoOperation {
  const parsed = operationSchema.safeParse(data).data;
  // the SDK makes an operation of anything: without name and result it isn't one
  if (parsed === undefined || (parsed.name === undefined && parsed.done === undefined)) {
    throwBadAnswer(`${hostOf(connection)} answered with something that is no operation.`);
  }
  return parsed;
}

export function veoStatusOf({ done, error, response }: VeoOperation, context: CallContext): VideoStatus {
  if (error !== undefined && (done === true || error.code !== undefined)) return failure(error, context);
  if (done !== true) return { state: 'running' };
  const videos = response?.generatedVideos ?? [];
  if (videos.length > 0) return { state: 'done', progress: 1, ...googleProvenance(context.connection) };
  const reasons = lineOf((response?.raiMediaFilteredReasons ?? []).join(' '));
  const { connection, key } = context;
  if (reasons !== undefined || (response?.raiMediaFilteredCount ?? 0) > 0) {
    const message = `${connection.label} blocked this with its content filter${reasons === undefined ? '' : `: ${reasons.replace(/[.\s]*$/, '')}`}.`;
    const hint = 'Reword the prompt or change the reference pictures.';
    return { state: 'failed', error: cleanError({ code: 'moderation_blocked', message, hint }, [key]) };
  }
  const message = `${connection.label} finished without a clip.`;
  return { state: 'failed', error: cleanError({ code: 'bad_response', message, hint: 'Try again.' }, [key]) };
}

function failure(error: NonNullable<VeoOperation['error']>, context: CallContext): VideoStatus {
  const { connection, key } = context;
  const refusal = refusalOf(error);
  if (refusal.status === 'CANCELLED') return { state: 'cancelled' };
  const call = { creating: false, endpoint: ':fetchPredictOperation', connection, hasKey: key !== undefined };
  // it has ended: asking again changes nothing
  const fault = { ...faultOfRefusal(refusal, call), retryable: false, maybeCharged: false };
  return { state: 'failed', error: cleanError(fault, [key]) };
}

/** @throws ShotlistError `bad_response`; `download_failed` for a clip in a storage bucket */
export function veoContentOf({ response }: VeoOperation, { connection }: CallContext): VideoContent {
  const host = hostOf(connection);
  const video = response?.generatedVideos?.[0]?.video;
  if (video?.videoBytes) return { bytes: decodeInline(video.videoBytes, maxClipBytes, 'a clip', host) };
  const { uri } = video ?? {};
  if (!uri) return throwBadAnswer(`${host} has no clip for this job.`);
  if (uri.startsWith('gs://')) {
    throw new ShotlistError(
      'download_failed',
      `${connection.label} put the clip into a storage bucket: ${lineOf(uri)}.`,
      {
        hint: 'Fetch it with: gcloud storage cp, followed by this address and a folder.',
      },
    );
  }
  return { urls: [uri] };
}
