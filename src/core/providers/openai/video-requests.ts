/** What starts a video: which endpoint, and what is in its body. */
import type { OpenAI } from 'openai';
import type { VideoExtendParams } from 'openai/resources/videos';
import { ShotlistError } from '../../errors.ts';
import type { InputRole, VideoOperation } from '../../generation.ts';
import type { VideoCall } from '../provider.ts';
import type { CallOptions } from './client.ts';

/** Path below the base URL of a paid call, as messages name it. */
export function startEndpoint(operation: VideoOperation): string {
  if (operation === 'edit') return '/videos/edits';
  if (operation === 'extend') return '/videos/extensions';
  return operation === 'remix' ? '/videos/…/remix' : '/videos';
}

/** The answer, parsed by the SDK, whatever it is. */
interface Answer {
  readonly data: unknown;
  readonly response: Response;
}

/**
 * The one paid call.
 * @throws ShotlistError `unsupported_parameter` for what the protocol can't, before anything is sent
 */
export function sendVideoCall(sdk: OpenAI, call: VideoCall, options: CallOptions): Promise<Answer> {
  const { videos } = sdk;
  const { prompt, source } = call.request;
  const fields = { ...given(call.request.parameters), prompt };
  if (source === undefined) {
    const picture = inputReference(call);
    const reference = picture === undefined ? {} : { input_reference: picture };
    const body = { ...fields, model: call.wireModel, ...reference };
    return videos.create(body, options).withResponse();
  }
  switch (source.action) {
    case 'remix':
      return videos.remix(videoId(source.id), fields, options).withResponse();
    case 'edit':
      return videos.edit({ ...fields, video: videoOf(call) }, options).withResponse();
    case 'extend':
      return videos.extend({ ...fields, video: videoOf(call) } as VideoExtendParams, options).withResponse();
    default:
      throw new RangeError(`no such action: ${source.action satisfies never}`);
  }
}

/**
 * An id of a provider, which may come from a file of somebody else, as part of a path: it never leads anywhere else.
 * @throws ShotlistError `invalid_request`
 */
export function videoId(id: string | undefined): string {
  if (id === undefined || id === '' || /^(?:\.|%2e){1,2}$/i.test(id) || !id.isWellFormed()) {
    throw new ShotlistError('invalid_request', 'There is no usable id of the video at the provider.');
  }
  return id;
}

/** A form has no way to say null. */
function given(parameters: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined));
}

function inputReference(call: VideoCall): File | undefined {
  const wrong = call.request.inputs.find(({ role }) => role !== 'first_frame');
  if (wrong !== undefined) {
    throw new ShotlistError('unsupported_parameter', `This protocol takes no ${wrong.role.replace('_', ' ')}.`, {
      hint: 'Give one picture, as the first frame.',
    });
  }
  return fileFor(call, 'first_frame', 'first-frame');
}

function videoOf(call: VideoCall): File | { readonly id: string } {
  const { id } = call.request.source ?? {};
  return fileFor(call, 'video', 'video') ?? { id: videoId(id) };
}

/** Files are sent under neutral names: those on this machine are nobody's business. */
function fileFor(call: VideoCall, role: InputRole, stem: string): File | undefined {
  const index = call.request.inputs.findIndex((input) => input.role === role);
  const { mime } = call.request.inputs[index] ?? {};
  const bytes = call.inputs[index];
  if (mime === undefined || bytes === undefined) return undefined;
  const extension = mime.split('/')[1]?.replace('jpeg', 'jpg').replace('quicktime', 'mov') ?? 'bin';
  return new File([bytes], `${stem}.${extension}`, { type: mime });
}
