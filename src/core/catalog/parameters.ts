/** Checks a request's parameters against its model: maps what has a clear equivalent, refuses the rest. */
import type * as z from 'zod';
import { ShotlistError } from '../errors.ts';
import { textParameter, type ImageOperation } from '../generation.ts';
import { closest } from './closest.ts';
import { mapLegacyParameter } from './legacy.ts';
import type { Model } from './model.ts';

export interface CheckedParameters {
  /** As they will be sent; keys sorted as given. */
  readonly parameters: Record<string, unknown>;
  /** One sentence for each thing that was changed. */
  readonly warnings: readonly string[];
}

export interface ParameterContext {
  readonly model: Model;
  readonly operation: ImageOperation;
  /** All models: to tell a value that another model knows from one that nobody knows. */
  readonly allModels: readonly Model[];
}

/**
 * @throws ShotlistError `unsupported_parameter` for what this model doesn't have but others do (naming what it
 * supports), `invalid_request` for what no model has, or for values that don't go together.
 */
export function checkParameters(
  given: Readonly<Record<string, unknown>>,
  context: ParameterContext,
): CheckedParameters {
  const parameters: Record<string, unknown> = {};
  const warnings: string[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const schema = context.model.parameters.shape[name];
    if (schema?.safeParse(value).success === true && isFor(context, name)) {
      parameters[name] = value;
      continue;
    }
    const mapped = mapLegacyParameter(name, value, context.model, context.operation);
    if (mapped === undefined) {
      if (schema === undefined && isLoose(context.model)) {
        parameters[name] = value;
        continue;
      }
      throw refusal(name, value, context);
    }
    warnings.push(mapped.warning);
    Object.assign(parameters, mapped.parameters);
  }
  checkTogether(parameters, context.model);
  return { parameters, warnings };
}

function isFor({ model, operation }: ParameterContext, name: string): boolean {
  const only = model.limits.onlyFor?.[name];
  return only === undefined || only === operation;
}

/** Schemas of unknown models let unknown names pass. */
function isLoose(model: Model): boolean {
  return model.parameters.def.catchall?._zod.def.type === 'unknown';
}

function refusal(name: string, value: unknown, context: ParameterContext): ShotlistError {
  const { model, operation, allModels } = context;
  const schema = model.parameters.shape[name];
  const names = Object.keys(model.parameters.shape);
  if (schema === undefined) {
    const near = closest(name, names);
    return new ShotlistError('unsupported_parameter', `${model.id} has no parameter "${name}".`, {
      hint: near === undefined ? `It has ${names.join(', ')}.` : `Did you mean "${near}"? It has ${names.join(', ')}.`,
    });
  }
  if (!isFor(context, name)) {
    return new ShotlistError(
      'unsupported_parameter',
      `${model.id} takes "${name}" for ${model.limits.onlyFor?.[name]} only, and this is ${article(operation)}.`,
      {
        hint: 'Leave it out.',
      },
    );
  }
  const known = allModels.some((other) => other.parameters.shape[name]?.safeParse(value).success === true);
  const shown = typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
  const values = enumValues(schema);
  const issue = schema.safeParse(value).error?.issues[0]?.message ?? 'it is wrong';
  return new ShotlistError(
    known ? 'unsupported_parameter' : 'invalid_request',
    `${model.id} can't take ${name} ${shown}${values === undefined ? `: ${lowerFirst(issue)}` : ''}.`,
    { hint: values === undefined ? undefined : `${name} can be ${values.join(', ')}.` },
  );
}

/** The choices of an enumeration, optional or not; undefined for other schemas. */
export function enumValues(schema: z.ZodType): readonly string[] | undefined {
  let inner: unknown = schema;
  while (isWrapper(inner)) inner = inner.unwrap();
  const options = (inner as { options?: unknown }).options;
  return Array.isArray(options) && options.every((option) => typeof option === 'string') ? options : undefined;
}

function isWrapper(schema: unknown): schema is { unwrap(): unknown } {
  return typeof (schema as { unwrap?: unknown }).unwrap === 'function';
}

/** Animations and vector drawings come in one piece (types of npm openai 7.57.0). */
export function isStreamable(format: string): boolean {
  return format !== 'gif' && format !== 'svg';
}

/** Rules between parameters, the same for all models that have them. */
function checkTogether(parameters: Readonly<Record<string, unknown>>, model: Model): void {
  const format = textParameter(parameters, 'output_format') ?? 'png';
  if (parameters['background'] === 'transparent' && format !== 'png' && format !== 'webp') {
    throw new ShotlistError('invalid_request', `A transparent background can't be kept in ${format}.`, {
      hint: 'Use png or webp.',
    });
  }
  if (
    parameters['output_compression'] !== undefined &&
    format !== 'jpeg' &&
    format !== 'webp' &&
    model.vendor !== 'other'
  ) {
    throw new ShotlistError('invalid_request', `output_compression goes with jpeg and webp, not with ${format}.`, {
      hint: 'Leave it out, or set the format to jpeg or webp.',
    });
  }
  for (const name of ['frame_count', 'frame_duration_ms']) {
    if (parameters[name] !== undefined && format !== 'gif') {
      throw new ShotlistError('invalid_request', `${name} goes with the format gif, not with ${format}.`);
    }
  }
  if (parameters['svg'] !== undefined && format !== 'svg') {
    throw new ShotlistError('invalid_request', `svg goes with the format svg, not with ${format}.`);
  }
  if (!isStreamable(format) && parameters['partial_images'] !== undefined) {
    throw new ShotlistError('invalid_request', `A ${format} has no previews: partial_images doesn't go with it.`);
  }
}

function article(operation: ImageOperation): string {
  return operation === 'edit' ? 'an edit' : operation === 'generate' ? 'a generation' : 'a variation';
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
}
