/** How far an interaction is that makes a clip. */
import { ShotlistError } from '../../errors.ts';
import { cleanError } from '../google/errors.ts';
import { googleProvenance } from '../google/provenance.ts';
import { faultOfRefusal, isSafetyWord } from '../google/refusal-fault.ts';
import type { Refusal } from '../google/refusal.ts';
import type { CallContext, VideoStatus } from '../provider.ts';
import type { Interaction } from './interaction.ts';

/** Statuses of the SDK's enumeration that end the work without a clip, and what they mean for the person. */
const endings: ReadonlyMap<string, string> = new Map([
  ['failed', 'could not make the clip'],
  ['incomplete', 'stopped before the clip was complete'],
  ['budget_exceeded', 'stopped because a spending limit was reached'],
  ['requires_action', "asks for something that Shotlist can't give"],
  ['completed', 'finished without a clip'],
]);

/** A clip that is there counts, whatever the status says: it is paid for. */
export function videoStatusOf(interaction: Interaction, context: CallContext): VideoStatus {
  const { status, model, usage, workedMs } = interaction;
  const told = {
    ...(model === undefined ? {} : { model }),
    ...(usage === undefined ? {} : { usage }),
  };
  if (status === 'queued') return { state: 'queued', ...told };
  if (status === 'cancelled') return { state: 'cancelled', ...told };
  if (interaction.videos.length > 0 && status !== 'in_progress') {
    return {
      state: 'done',
      progress: 1,
      ...googleProvenance(context.connection),
      ...(workedMs === undefined ? {} : { workedMs }),
      ...told,
    };
  }
  const says = endings.get(status);
  // also `requires_continuation`, which is the server's business for work in the background
  if (says === undefined) return { state: 'running', ...told };
  return { state: 'failed', error: endingError(interaction, says, context), ...told };
}

function endingError(interaction: Interaction, says: string, context: CallContext): ShotlistError {
  const { connection, key } = context;
  const [refusal] = interaction.errors;
  const said = refusal === undefined ? interaction.words : [refusal.status, refusal.words].filter(Boolean).join(' ');
  if (interaction.status === 'budget_exceeded') {
    return ending('quota_exceeded', says, said, context, 'Raise the limit at the provider.');
  }
  if (said !== undefined && isSafetyWord(said)) {
    const words = refusal?.words ?? interaction.words;
    return ending('moderation_blocked', 'blocked this with its content filter', words, context, rewordHint);
  }
  if (refusal !== undefined && knownElsewhere(refusal)) {
    const call = { creating: false, endpoint: '/interactions', connection, hasKey: key !== undefined };
    // it has ended: asking again changes nothing
    return cleanError({ ...faultOfRefusal(refusal, call), retryable: false, maybeCharged: false }, [key]);
  }
  // without a word, the filter is what usually leaves nothing
  return ending('bad_response', says, refusal?.words ?? interaction.words, context, 'Try again, or reword the prompt.');
}

const rewordHint = 'Reword the prompt or change the reference pictures.';

/** Errors that say more than that it went wrong. */
function knownElsewhere({ status }: Refusal): boolean {
  return (
    status !== undefined &&
    /^(?:invalid_|permission|resource_|unauth|not_found|internal|unavailable|deadline)/i.test(status)
  );
}

function ending(
  code: 'quota_exceeded' | 'moderation_blocked' | 'bad_response',
  says: string,
  words: string | undefined,
  { connection, key }: CallContext,
  hint: string,
): ShotlistError {
  const message =
    words === undefined
      ? `${connection.label} ${says}.`
      : `${connection.label} ${says}: ${words.replace(/[.\s]*$/, '')}.`;
  return cleanError({ code, message, hint }, [key]);
}

/** Why an answer at once has no picture in it. Unless it was refused, the work was done. */
export function noPictureError(interaction: Interaction, context: CallContext): ShotlistError {
  const error = endingError(interaction, 'finished without a picture', context);
  if (error.code !== 'bad_response') return error;
  return new ShotlistError(error.code, error.message, { hint: error.hint, maybeCharged: true });
}
