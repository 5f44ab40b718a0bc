/** What a picture's draft comes to, checked against its model. */
import { models } from '../catalog/catalog.ts';
import { checkImageParameters, isStreamable } from '../catalog/image-parameters.ts';
import type { ImageModel } from '../catalog/model.ts';
import { parseSize } from '../catalog/sizes.ts';
import type { Connection } from '../connections/connection.ts';
import { ShotlistError } from '../errors.ts';
import { imageOperationOf, textParameter, type ImageOperation } from '../generation.ts';
import { mimeOfFormat } from '../outputs/media-type.ts';
import type { Draft } from '../pipeline.ts';
import type { Checked } from './checked.ts';
import { givenImageParameters } from './image-draft.ts';
import { readInputs } from './inputs.ts';
import { checkPrompt } from './prompt.ts';

/** A picture of more pixels than this at more than low quality may take longer than Node's five minutes. */
const quickPixels = 2560 * 1440;

/** @throws ShotlistError `invalid_request`, `unsupported_parameter`, `not_found` */
export async function checkImageDraft(draft: Draft, model: ImageModel, connection: Connection): Promise<Checked> {
  refuseVideoWords(draft);
  const operation = imageOperationOf({ prompt: draft.prompt, inputs: draft.inputs ?? [] });
  checkOperation(operation, draft, model);
  if (operation !== 'variation' && draft.prompt.trim() === '') {
    throw new ShotlistError('invalid_request', 'The prompt is empty.', { hint: 'Say what the picture should show.' });
  }
  checkPrompt(draft.prompt, model);
  const inputs = (await readInputs(draft.inputs ?? [], model)).map(({ file }) => file);

  const checked = checkImageParameters(givenImageParameters(draft, model), { model, operation, allModels: models });
  const format = formatOf(checked.parameters);
  checkFormat(format, draft);
  const slow = isStreamable(format) && mayBeSlow(checked.parameters, model, connection);
  const stream = draft.stream === true || checked.parameters['partial_images'] !== undefined || slow;
  if (stream && !model.limits.streams) {
    throw new ShotlistError('unsupported_parameter', `${model.id} can't stream.`, { hint: 'Leave out --stream.' });
  }
  const warnings = [...checked.warnings];
  const parameters = { ...checked.parameters };
  if (slow && parameters['partial_images'] === undefined) {
    parameters['partial_images'] = 1;
    warnings.push(
      'This picture may take longer than five minutes, so it is streamed with one preview (about 100 tokens more) to keep the connection open.',
    );
  }
  return {
    parameters,
    inputs,
    stream,
    mime: mimeOfFormat(format),
    perCall: format === 'svg' ? 1 : model.limits.maxImagesPerCall,
    warnings,
  };
}

function formatOf(parameters: Readonly<Record<string, unknown>>): string {
  return (
    textParameter(parameters, 'output_format') ?? textParameter(parameters, 'mime_type')?.replace('image/', '') ?? 'png'
  );
}

function refuseVideoWords({ seconds, resolution, source }: Draft): void {
  const name =
    seconds !== undefined
      ? 'length'
      : resolution !== undefined
        ? 'resolution'
        : source !== undefined
          ? 'clip'
          : undefined;
  if (name === undefined) return;
  throw new ShotlistError('unsupported_parameter', `A picture has no ${name}.`, {
    hint: name === 'resolution' ? 'Give a size.' : 'That goes with video.',
  });
}

function checkOperation(operation: ImageOperation, draft: Draft, model: ImageModel): void {
  const inputs = draft.inputs ?? [];
  if (inputs.length > 0 && !inputs.some((input) => input.role === 'reference')) {
    throw new ShotlistError('invalid_request', 'A mask needs the picture that it belongs to.', {
      hint: 'Give the picture as a reference.',
    });
  }
  if (model.limits.operations.includes(operation)) return;
  const what = {
    generate: 'make pictures from text',
    edit: 'edit pictures',
    variation: 'make variations of a picture',
  }[operation];
  throw new ShotlistError('unsupported_parameter', `${model.id} can't ${what}.`, {
    hint:
      operation === 'variation' && model.limits.operations.includes('edit')
        ? 'Add a prompt that says what to change: that makes it an edit.'
        : `It can ${model.limits.operations.join(', ')}.`,
  });
}

/** What doesn't go with some formats besides other parameters (types of npm openai 7.57.0). */
function checkFormat(format: string, draft: Draft): void {
  if (draft.stream === true && !isStreamable(format)) {
    throw new ShotlistError('invalid_request', `A ${format} can't be streamed.`, { hint: 'Leave out --stream.' });
  }
  if (format === 'gif' && draft.inputs?.some((input) => input.role === 'mask') === true) {
    throw new ShotlistError('invalid_request', 'A mask goes with still pictures, not with a gif.');
  }
}

function mayBeSlow(parameters: Readonly<Record<string, unknown>>, model: ImageModel, connection: Connection): boolean {
  if (!model.limits.streams || model.vendor === 'other' || !(connection.vendor === model.vendor || connection.embedded))
    return false;
  const quality = parameters['quality'];
  if (quality === 'xhigh' || quality === 'max') return true;
  const size = parseSize(textParameter(parameters, 'size') ?? 'auto');
  return quality !== 'low' && size !== undefined && size.width * size.height > quickPixels;
}
