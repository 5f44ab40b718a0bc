/** What it means for a call of the video endpoints that there is nothing at its address. */
import { openaiVideoModels } from '../../catalog/openai-videos.ts';
import { openaiBaseUrl, originOf, type Connection } from '../../connections/connection.ts';
import type { VideoOperation } from '../../generation.ts';
import type { AbsentAnswer, Absence } from './errors.ts';

type AbsenceReader = (answer: AbsentAnswer) => Absence | undefined;

const otherServer =
  'Choose a connection whose server makes videos, or check that its base URL is right; it usually ends in /v1.';
const verbs: Partial<Readonly<Record<VideoOperation, string>>> = { remix: 'remix', edit: 'edit', extend: 'extend' };

/** Of the paid call. */
export function absenceOfStart(operation: VideoOperation, endpoint: string, connection: Connection): AbsenceReader {
  return ({ status, aboutModel, words = '' }) => {
    if (originOf(connection) === originOf({ baseUrl: openaiBaseUrl })) return endedAtOpenai();
    if (aboutModel) return undefined;
    const path = new URL(connection.baseUrl).pathname.replace(/\/$/, '') + endpoint;
    const verb = verbs[operation];
    if (verb === undefined) {
      return {
        code: 'not_found',
        says: `doesn't make videos: there is nothing at ${path} (status ${status})`,
        hint: otherServer,
      };
    }
    // a server that has the call speaks of the clip, one that hasn't speaks of the address
    return status === 404 && /\b(?:videos?|clip|job|task|id)\b/i.test(words)
      ? {
          code: 'not_found',
          says: `doesn't have the clip to ${verb} (any more)`,
          hint: 'Clips expire at the provider.',
        }
      : {
          code: 'not_found',
          says: `can't ${verb} videos: there is nothing at ${path} (status ${status})`,
          hint: 'Servers that speak the same protocol often have only a part of it.',
        };
  };
}

/** Of a call about one video that the server has made or is making. */
export function absenceOfVideo(connection: Connection): AbsenceReader {
  return ({ status }) =>
    status === 404 || status === 410
      ? {
          code: 'not_found',
          says: "doesn't have this video any more: it expired or was deleted",
          hint: `Providers keep clips for hours or days.${endedHint(connection)}`,
        }
      : undefined;
}

/** Of the list. */
export function absenceOfList({ status }: AbsentAnswer): Absence {
  return {
    code: 'not_found',
    says: `doesn't list its videos (status ${status})`,
    hint: 'Whether a video was begun there can only be looked up at the provider itself.',
  };
}

function endedHint(connection: Connection): string {
  const ended = originOf(connection) === originOf({ baseUrl: openaiBaseUrl });
  return ended ? ` OpenAI's video service ended on ${lifecycle().shutdownDate ?? ''}.` : '';
}

function endedAtOpenai(): Absence {
  const { shutdownDate = '', replacement = '', movedTo = '' } = lifecycle();
  return {
    code: 'model_retired',
    says: `ended its video service on ${shutdownDate}`,
    hint: `Use ${replacement}. ${movedTo}`,
  };
}

/** All of OpenAI's video models ended with the service. */
function lifecycle(): { shutdownDate?: string; replacement?: string; movedTo?: string } {
  return openaiVideoModels[0]?.lifecycle ?? {};
}
