/** What a clip's draft comes to, checked against its model. */
import { models } from '../catalog/catalog.ts';
import { frameOf, lengthFromWire, lengthsFor } from '../catalog/frames.ts';
import type { VideoModel } from '../catalog/model.ts';
import { checkParameters } from '../catalog/parameters.ts';
import type { Connection } from '../connections/connection.ts';
import { ShotlistError } from '../errors.ts';
import { videoOperationOf, type VideoOperation } from '../generation.ts';
import { chosenFormat } from '../outputs/media-type.ts';
import type { Draft } from '../pipeline.ts';
import type { Checked } from './checked.ts';
import { readInputs, type ReadInput } from './inputs.ts';
import { checkPrompt } from './prompt.ts';
import { resolveSource, type SourceContext } from './source.ts';
import { givenVideoParameters } from './video-draft.ts';

/** @throws ShotlistError `invalid_request`, `unsupported_parameter`, `not_found` */
export async function checkVideoDraft(
  draft: Draft,
  model: VideoModel,
  connection: Connection,
  context: SourceContext,
): Promise<Checked> {
  if (draft.stream === true) {
    throw new ShotlistError('unsupported_parameter', 'A clip has no previews to stream.', { hint: 'Leave it out.' });
  }
  const format = draft.output === undefined ? undefined : chosenFormat(draft.output);
  if (format !== undefined && format !== 'mp4') {
    throw new ShotlistError('unsupported_parameter', `${model.id} makes mp4, not ${format}.`);
  }
  if (draft.prompt.trim() === '') {
    throw new ShotlistError('invalid_request', 'The prompt is empty.', { hint: 'Say what the clip should show.' });
  }
  checkPrompt(draft.prompt, model);
  const found = draft.source === undefined ? undefined : await resolveSource(draft.source, model, connection, context);
  const given = [...(draft.inputs ?? []), ...(found?.input === undefined ? [] : [found.input])];
  checkRoles(given, draft, model);
  const inputs = await readInputs(given, model);
  const operation = videoOperationOf({ inputs: given, source: found?.source });

  const wanted = givenVideoParameters(draft, model, first(inputs)?.size);
  const rule = draft.source === undefined ? undefined : model.limits.sources[draft.source.action];
  const checked = checkParameters(
    { ...rule?.required, ...wanted.parameters },
    {
      model,
      allModels: models,
      conflict: (name) =>
        rule === undefined || rule.parameters.includes(name)
          ? undefined
          : `${model.id} can't choose "${name}" for ${describe(operation)}: that follows from the clip.`,
    },
  );
  checkLength(checked.parameters, model, operation);
  checkFirstFrame(inputs, checked.parameters, model);
  return {
    parameters: checked.parameters,
    inputs: inputs.map(({ file }) => file),
    ...(found === undefined ? {} : { source: found.source }),
    ...(found?.from === undefined ? {} : { from: found.from }),
    stream: false,
    mime: 'video/mp4',
    perCall: 1,
    warnings: [...wanted.warnings, ...checked.warnings],
  };
}

function first(inputs: readonly ReadInput[]): ReadInput | undefined {
  return inputs.find(({ file }) => file.role === 'first_frame');
}

function checkRoles(inputs: NonNullable<Draft['inputs']>, draft: Draft, model: VideoModel): void {
  const has = (role: string): boolean => inputs.some((input) => input.role === role);
  const frames = has('first_frame') || has('last_frame');
  if (frames && has('reference')) {
    throw new ShotlistError('invalid_request', "References and a first or last frame can't go together.", {
      hint: 'Give the one or the other.',
    });
  }
  if (draft.source !== undefined && (frames || has('reference'))) {
    throw new ShotlistError('invalid_request', 'A clip that is changed or continued takes no further pictures.');
  }
  if (has('video') && draft.source === undefined) {
    throw new ShotlistError('invalid_request', 'A clip needs to be told what to do with it: remix, edit or extend.');
  }
  if (has('last_frame') && !has('first_frame') && model.limits.lastFrame === 'withFirst') {
    throw new ShotlistError('invalid_request', `${model.id} takes a last frame only together with a first one.`);
  }
}

/** @throws ShotlistError `unsupported_parameter` naming the lengths that there are */
function checkLength(
  parameters: Readonly<Record<string, unknown>>,
  model: VideoModel,
  operation: VideoOperation,
): void {
  const { limits } = model;
  const seconds = lengthFromWire(parameters[limits.length.parameter]);
  const resolution = limits.frameParameters === 'size' ? undefined : frameOf(limits, parameters)?.resolution;
  const allowed = lengthsFor(limits, operation, resolution);
  if (seconds === undefined || allowed.length === 0 || allowed.includes(seconds)) return;
  const where = resolution !== undefined && limits.lengthRules !== undefined ? ` at ${resolution}` : '';
  throw new ShotlistError(
    'unsupported_parameter',
    `${model.id} can't make ${describe(operation)} of ${seconds} seconds${where}.`,
    { hint: `It can be ${listOf(allowed)} seconds.` },
  );
}

/** @throws ShotlistError `invalid_request` where the wire wants the picture to have the clip's exact size */
function checkFirstFrame(
  inputs: readonly ReadInput[],
  parameters: Readonly<Record<string, unknown>>,
  model: VideoModel,
): void {
  if (!model.limits.exactFrames) return;
  const frame = frameOf(model.limits, parameters);
  const picture = first(inputs)?.size;
  if (picture === undefined || frame === undefined) return;
  if (picture.width === frame.width && picture.height === frame.height) return;
  const sizes = model.limits.frames.map(({ width, height }) => `${width}x${height}`);
  throw new ShotlistError(
    'invalid_request',
    `The first frame is ${picture.width}x${picture.height}, and the clip ${frame.width}x${frame.height}: ${model.id} wants both alike.`,
    { hint: `Scale or crop the picture to one of ${sizes.join(', ')}.` },
  );
}

function describe(operation: VideoOperation): string {
  return {
    remix: 'a remix',
    edit: 'an edit',
    extend: 'an extension',
    animate: 'a clip',
    reference: 'a clip',
    generate: 'a clip',
  }[operation];
}

/** `4, 8 or 12`; long runs as `3 to 15`. */
function listOf(values: readonly number[]): string {
  const [least = 0] = values;
  const most = values.at(-1) ?? 0;
  if (values.length > 3 && most - least === values.length - 1) return `${least} to ${most}`;
  return values.length === 1 ? String(least) : `${values.slice(0, -1).join(', ')} or ${most}`;
}
