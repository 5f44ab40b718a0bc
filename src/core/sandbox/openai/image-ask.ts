/** A request for pictures, checked as strictly as the API checks it. */
import type * as z from 'zod';
import { defaultModels } from '../../catalog/catalog.ts';
import type { ImageModel } from '../../catalog/model.ts';
import { isStreamable } from '../../catalog/image-parameters.ts';
import { parseSize, sizeForAspect, formatSize, type Size } from '../../catalog/sizes.ts';
import type { ImageOperation } from '../../generation.ts';
import { pictureFormats, type PictureFormat } from '../drawing/order.ts';
import { badRequest } from './envelope.ts';
import type { ImageFile } from './image-file.ts';
import { readImageInputs, type ImageInputs } from './image-inputs.ts';
import { parametersFor, sandboxModel, type Endpoint } from './image-parameters.ts';
import { checkParameter, missingParameter, unknownParameter, wrongType } from './parameter-check.ts';
import type { RequestBody } from './request-body.ts';

export interface ImageAsk extends ImageInputs {
  readonly operation: ImageOperation;
  readonly model: ImageModel;
  /** As given, with directives; `''` for a variation. */
  readonly prompt: string;
  readonly count: number;
  readonly size: Size;
  readonly quality: string;
  readonly background: 'opaque' | 'transparent';
  readonly format: PictureFormat;
  readonly compression: number;
  readonly stream: boolean;
  readonly partialImages: number;
  /** Links instead of the pictures themselves. */
  readonly asLinks: boolean;
  /** All checked parameters, by wire name. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A parameter of null is one left out, except for the few that may not be null. @throws OpenaiRefusal naming the first thing that is wrong */
export async function readImageAsk(operation: ImageOperation, body: RequestBody): Promise<ImageAsk> {
  const endpoint: Endpoint = operation === 'edit' && body.type === 'json' ? 'json-edit' : operation;
  const fromForm = body.type === 'form';
  const { prompt, model: modelName, ...rest } = body.fields;
  const model = modelOf(modelName, operation);
  const inputNames =
    operation === 'generate' ? [] : endpoint === 'json-edit' ? ['images', 'mask'] : ['image', 'mask', 'markup'];
  const schemas = parametersFor(model, endpoint);
  const parameters: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (inputNames.includes(name)) continue;
    const schema: z.ZodType | undefined = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    if (schema === undefined) throw unknownParameter(name);
    if (value === null && name !== 'user') continue;
    parameters[name] = checkParameter(name, value, schema, fromForm);
  }
  for (const name of Object.keys(body.files)) {
    if (!inputNames.includes(name))
      throw Object.hasOwn(schemas, name) ? wrongType(name, 'text', 'a file') : unknownParameter(name);
  }
  const text = promptOf(prompt, operation, model);
  checkTogether(parameters);
  const inputs = await readImageInputs(endpoint, body, model.limits);
  return {
    ...inputs,
    ...askOf(operation, model, parameters, inputs.references[0], text),
    prompt: text,
    operation,
    model,
    parameters,
  };
}

function modelOf(name: unknown, operation: ImageOperation): ImageModel {
  if (name !== undefined && name !== null && typeof name !== 'string') throw wrongType('model', 'a string', name);
  if (name === '') throw badRequest('invalid_value', 'model', "Invalid value: ''. A model must be named.");
  const model = sandboxModel(name ?? (operation === 'variation' ? 'dall-e-2' : (defaultModels.image ?? '')));
  if (!model.limits.operations.includes(operation)) {
    throw badRequest(
      'invalid_value',
      'model',
      `Invalid value: '${model.id}'. The model does not support this operation (${operation}).`,
    );
  }
  return model;
}

function promptOf(prompt: unknown, operation: ImageOperation, model: ImageModel): string {
  if (operation === 'variation') {
    if (prompt !== undefined) throw unknownParameter('prompt');
    return '';
  }
  if (prompt === undefined) throw missingParameter('prompt');
  if (typeof prompt !== 'string') throw wrongType('prompt', 'a string', prompt);
  const { maxPromptCharacters: limit } = model.limits;
  if (prompt === '') {
    throw badRequest(
      'string_below_min_length',
      'prompt',
      "Invalid 'prompt': string too short. Expected a string with minimum length 1, but got an empty string instead.",
    );
  }
  if (prompt.length > limit) {
    throw badRequest(
      'string_above_max_length',
      'prompt',
      `Invalid 'prompt': string too long. Expected a string with maximum length ${limit}, but got a string with length ${prompt.length} instead.`,
    );
  }
  return prompt;
}

/** Rules between parameters. */
function checkTogether(parameters: Readonly<Record<string, unknown>>): void {
  const format = typeof parameters['output_format'] === 'string' ? parameters['output_format'] : 'png';
  const clash = (name: string, message: string): never => {
    throw badRequest('invalid_value', name, message);
  };
  if (parameters['background'] === 'transparent' && format !== 'png' && format !== 'webp') {
    clash('background', `Transparent background is not supported for the output format '${format}'.`);
  }
  const compression = parameters['output_compression'] ?? 100;
  if (compression !== 100 && format !== 'jpeg' && format !== 'webp') {
    clash('output_compression', `Compression less than 100 is not supported for the output format '${format}'.`);
  }
  for (const name of ['frame_count', 'frame_duration_ms']) {
    if (parameters[name] !== undefined && format !== 'gif')
      clash(name, `'${name}' is only supported for the output format 'gif'.`);
  }
  if (parameters['svg'] !== undefined && format !== 'svg')
    clash('svg', "'svg' is only supported for the output format 'svg'.");
  if (!isStreamable(format)) {
    if (parameters['stream'] === true) clash('stream', `Streaming is not supported for the output format '${format}'.`);
    if (format === 'svg' && Number(parameters['n'] ?? 1) > 1)
      clash('n', "Only 'n' 1 is supported for the output format 'svg'.");
  }
  if (Number(parameters['partial_images'] ?? 0) > 0 && parameters['stream'] !== true) {
    clash('partial_images', "'partial_images' is only supported when 'stream' is true.");
  }
}

type AskParts = Omit<ImageAsk, keyof ImageInputs | 'operation' | 'model' | 'prompt' | 'parameters'>;

function askOf(
  operation: ImageOperation,
  model: ImageModel,
  parameters: Readonly<Record<string, unknown>>,
  first: ImageFile | undefined,
  prompt: string,
): AskParts {
  const size = typeof parameters['size'] === 'string' ? parseSize(parameters['size']) : undefined;
  const quality = parameters['quality'];
  return {
    count: Number(parameters['n'] ?? 1),
    size: size ?? automaticSize(operation, model, first, prompt),
    quality:
      typeof quality === 'string' && quality !== 'auto'
        ? quality
        : model.limits.takesResponseFormat
          ? 'standard'
          : 'medium',
    background: parameters['background'] === 'transparent' ? 'transparent' : 'opaque',
    format: pictureFormats.find((format) => format === parameters['output_format']) ?? 'png',
    compression: Number(parameters['output_compression'] ?? 100),
    stream: parameters['stream'] === true,
    partialImages: Number(parameters['partial_images'] ?? 0),
    asLinks: model.limits.takesResponseFormat
      ? parameters['response_format'] !== 'b64_json'
      : parameters['response_format'] === 'url',
  };
}

/** As the first reference is shaped, or as the prompt's words suggest; a square where neither says anything. */
function automaticSize(
  operation: ImageOperation,
  model: ImageModel,
  first: ImageFile | undefined,
  prompt: string,
): Size {
  const ratio =
    operation === 'edit' && first !== undefined
      ? first.width / first.height
      : /\b(banner|panorama|wide|landscape)\b/i.test(prompt)
        ? 1.5
        : /\b(poster|portrait)\b/i.test(prompt)
          ? 1 / 1.5
          : 1;
  const square = { width: 1024, height: 1024 };
  const candidate = sizeForAspect(model.limits.sizes, ratio, ratio === 1 ? 1024 * 1024 : undefined) ?? square;
  return model.parameters.shape['size']?.safeParse(formatSize(candidate)).success === true ? candidate : square;
}
