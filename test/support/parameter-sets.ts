/** Every parameter of a model in each of its values: what contract tests send. */
import assert from 'node:assert/strict';
import type * as z from 'zod';
import { models } from '../../src/core/catalog/catalog.ts';
import { checkImageParameters, isStreamable } from '../../src/core/catalog/image-parameters.ts';
import type { ImageModel } from '../../src/core/catalog/model.ts';
import { enumValues } from '../../src/core/catalog/parameters.ts';
import type { SizeRule } from '../../src/core/catalog/sizes.ts';
import { textParameter, type ImageOperation } from '../../src/core/generation.ts';

/** Values worth sending for a parameter: every choice, both ends of every range. */
function valuesOf(name: string, schema: z.ZodType, sizes: SizeRule): readonly unknown[] {
  if (name === 'size') {
    const free = ['1024x1024', '1536x864', '864x1536', '3840x2160', '2160x3840', 'auto'];
    return sizes.type === 'list' ? [...sizes.sizes, ...(sizes.auto ? ['auto'] : [])] : free;
  }
  if (name === 'svg') {
    const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
    return [
      { model: 'gpt-6.1-terra' },
      ...efforts.map((effort) => ({ model: 'gpt-6.1-terra', reasoning: { effort } })),
    ];
  }
  const choices = enumValues(schema);
  if (choices !== undefined) return choices;
  const numbers = [0, 1, 2, 3, 10, 16, 100, 10_000].filter((value) => schema.safeParse(value).success);
  const values = [...numbers, ...['user-1', 'x'.repeat(64)].filter((value) => schema.safeParse(value).success)];
  assert(values.length > 0, `no value known for ${name}`);
  return values;
}

/** What must go with a value for the request to make sense. */
function companions(name: string): Record<string, unknown> {
  if (name === 'output_compression') return { output_format: 'webp' };
  if (name === 'frame_count' || name === 'frame_duration_ms') return { output_format: 'gif' };
  if (name === 'svg') return { output_format: 'svg' };
  return {};
}

/** Each parameter of a model in each of its values, as the request check lets them through. */
export function parameterSets(model: ImageModel, operation: ImageOperation): Record<string, unknown>[] {
  const counts = model.limits.maxImagesPerCall > 1 ? [{ n: 2 }, { n: model.limits.maxImagesPerCall }] : [];
  const sets: Record<string, unknown>[] = [{}, ...counts];
  for (const [name, schema] of Object.entries(model.parameters.shape)) {
    const only = model.limits.onlyFor?.[name];
    if (only !== undefined && only !== operation) continue;
    for (const value of valuesOf(name, schema, model.limits.sizes)) {
      const given = { ...companions(name), [name]: value };
      sets.push(checkImageParameters(given, { model, operation, allModels: models }).parameters);
    }
  }
  return sets;
}

/** Whether a request is made plainly, as a stream, or both. */
export function streamForms(model: ImageModel, parameters: Readonly<Record<string, unknown>>): readonly boolean[] {
  const format = textParameter(parameters, 'output_format') ?? 'png';
  return model.limits.streams && isStreamable(format) ? [false, true] : [false];
}
