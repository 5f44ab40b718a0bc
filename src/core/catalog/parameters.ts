/** Checks a request's parameters against its model: maps what has a clear equivalent, refuses the rest. */
import type * as z from 'zod';
import { ShotlistError } from '../errors.ts';
import { closest } from './closest.ts';
import type { Model } from './model.ts';

export interface CheckedParameters {
  /** As they will be sent; keys sorted as given. */
  readonly parameters: Record<string, unknown>;
  /** One sentence for each thing that was changed. */
  readonly warnings: readonly string[];
}

/** A clear equivalent of a parameter that a model doesn't have as given. */
export interface MappedParameter {
  /** What is sent instead; empty where the model does it anyway. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly warning: string;
}

export interface ParameterContext {
  readonly model: Model;
  /** All models: to tell a value that another model knows from one that nobody knows. */
  readonly allModels: readonly Model[];
  /** Why a parameter of the model doesn't go with this request, one sentence; undefined where it does. */
  readonly conflict?: (name: string) => string | undefined;
  readonly map?: (name: string, value: unknown) => MappedParameter | undefined;
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
    const conflict = schema === undefined ? undefined : context.conflict?.(name);
    if (schema?.safeParse(value).success === true && conflict === undefined) {
      parameters[name] = value;
      continue;
    }
    const mapped = context.map?.(name, value);
    if (mapped === undefined) {
      if (schema === undefined && isLoose(context.model)) {
        parameters[name] = value;
        continue;
      }
      throw conflict === undefined
        ? refusal(name, value, context)
        : new ShotlistError('unsupported_parameter', conflict, { hint: 'Leave it out.' });
    }
    warnings.push(mapped.warning);
    Object.assign(parameters, mapped.parameters);
  }
  return { parameters, warnings };
}

/** Schemas of unknown models let unknown names pass. */
function isLoose(model: Model): boolean {
  return model.parameters.def.catchall?._zod.def.type === 'unknown';
}

function refusal(name: string, value: unknown, { model, allModels }: ParameterContext): ShotlistError {
  const schema = model.parameters.shape[name];
  const names = Object.keys(model.parameters.shape);
  if (schema === undefined) {
    const near = closest(name, names);
    return new ShotlistError('unsupported_parameter', `${model.id} has no parameter "${name}".`, {
      hint: near === undefined ? `It has ${names.join(', ')}.` : `Did you mean "${near}"? It has ${names.join(', ')}.`,
    });
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

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '');
}
