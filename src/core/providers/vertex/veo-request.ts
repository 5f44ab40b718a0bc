/** What is sent to Veo. Source: Vertex AI's Veo reference and npm @google/genai 3.1.0, read 2026-11. */
import {
  VideoGenerationReferenceType,
  type GenerateVideosConfig,
  type GenerateVideosParameters,
  type Image,
} from '@google/genai/web';
import { ShotlistError } from '../../errors.ts';
import type { InputRole } from '../../generation.ts';
import type { Connection } from '../../connections/connection.ts';
import { encodeInline } from '../google/inline-bytes.ts';
import type { VideoCall } from '../provider.ts';

/** What goes through; the SDK drops what it doesn't know without a word, and another place for the clip is not ours. */
const parameterNames = new Set([
  'aspectRatio',
  'compressionQuality',
  'durationSeconds',
  'enhancePrompt',
  'fps',
  'generateAudio',
  'negativePrompt',
  'personGeneration',
  'resizeMode',
  'resolution',
  'seed',
]);

/** `models.generateVideos` of the SDK, which makes the body of `:predictLongRunning` of it. @throws ShotlistError */
export function veoParameters(call: VideoCall, connection: Connection): GenerateVideosParameters {
  const { request, operation } = call;
  if (operation === 'remix' || operation === 'edit' || request.source?.id !== undefined) {
    throw new ShotlistError('unsupported_parameter', `${call.wireModel} can't ${operation} a clip by its id.`, {
      hint: 'It can extend a clip, given as a file.',
    });
  }
  const unknown = Object.keys(request.parameters).find((name) => !parameterNames.has(name));
  if (unknown !== undefined) {
    throw new ShotlistError('unsupported_parameter', `Veo has no parameter "${unknown}".`, {
      hint: `It has ${[...parameterNames].join(', ')}.`,
    });
  }
  const [image] = imagesFor(call, 'first_frame');
  const [lastFrame] = imagesFor(call, 'last_frame');
  const references = imagesFor(call, 'reference');
  const video = call.request.inputs.findIndex(({ role }) => role === 'video');
  const clip = call.inputs[video];
  const config = {
    ...request.parameters,
    // left out, some models make several, and each is charged
    numberOfVideos: 1,
    ...(lastFrame === undefined ? {} : { lastFrame }),
    ...(references.length === 0
      ? {}
      : {
          referenceImages: references.map((picture) => ({
            image: picture,
            referenceType: VideoGenerationReferenceType.ASSET,
          })),
        }),
  } as GenerateVideosConfig;
  return {
    model: modelPath(call.wireModel, connection),
    source: {
      prompt: request.prompt,
      ...(image === undefined ? {} : { image }),
      ...(clip === undefined
        ? {}
        : { video: { videoBytes: encodeInline(clip), mimeType: request.inputs[video]?.mime ?? 'video/mp4' } }),
    },
    config,
  };
}

/** With a project the path says whose quota it is; without one (express mode) the key does. */
function modelPath(wireModel: string, { project, location = 'us-central1' }: Connection): string {
  if (!/^[\w.@-]{1,200}$/.test(wireModel)) {
    throw new ShotlistError('invalid_request', `"${wireModel}" is no name of a model at Vertex AI.`);
  }
  const path = `publishers/google/models/${wireModel}`;
  return project === undefined ? path : `projects/${project}/locations/${location}/${path}`;
}

function imagesFor({ request, inputs }: VideoCall, role: InputRole): Image[] {
  return request.inputs.flatMap((input, index): Image[] => {
    const bytes = inputs[index];
    return input.role === role && bytes !== undefined
      ? [{ imageBytes: encodeInline(bytes), mimeType: input.mime }]
      : [];
  });
}
