import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as z from 'zod';
import { findModel, models } from '../../../src/core/catalog/catalog.ts';
import { generalImageModel } from '../../../src/core/catalog/openai-images.ts';
import { checkImageParameters } from '../../../src/core/catalog/image-parameters.ts';
import type { CheckedParameters } from '../../../src/core/catalog/parameters.ts';
import { ShotlistError } from '../../../src/core/errors.ts';
import type { ImageOperation } from '../../../src/core/generation.ts';

const check = (
  id: string,
  given: Record<string, unknown>,
  operation: ImageOperation = 'generate',
): CheckedParameters => {
  const model = findModel(id) ?? generalImageModel(id);
  assert.ok(model.kind === 'image');
  return checkImageParameters(given, { model, operation, allModels: models });
};
const refused = (id: string, given: Record<string, unknown>, operation: ImageOperation = 'generate'): ShotlistError => {
  try {
    check(id, given, operation);
  } catch (error) {
    assert.ok(ShotlistError.is(error));
    return error;
  }
  throw new Error(`${id} took ${JSON.stringify(given)}`);
};

describe('parameters', () => {
  it('passes what the model has, unchanged and without a warning', () => {
    const given = {
      size: '1536x1024',
      quality: 'xhigh',
      background: 'transparent',
      output_format: 'webp',
      output_compression: 80,
    };
    assert.deepEqual(check('gpt-image-2.6-flare', given), { parameters: given, warnings: [] });
  });

  const mapped: [string, Record<string, unknown>, Record<string, unknown>, RegExp][] = [
    ['gpt-image-2.6-flare', { quality: 'hd' }, { quality: 'high' }, /no quality "hd"; quality "high" is sent/],
    ['gpt-image-2.6-flare', { quality: 'standard' }, { quality: 'medium' }, /medium/],
    ['dall-e-3', { quality: 'high' }, { quality: 'hd' }, /hd/],
    ['gpt-image-1', { size: '1792x1024' }, { size: '1536x1024' }, /1536x1024 is the nearest/],
    ['gpt-image-1', { size: '1024x1792' }, { size: '1024x1536' }, /1024x1536/],
    ['gpt-image-2', { background: 'white' }, { background: 'opaque' }, /colour in the prompt/],
    ['gpt-image-2', { background: 'black' }, { background: 'opaque' }, /opaque/],
    ['gpt-image-2', { response_format: 'b64_json' }, {}, /always answers with the picture/],
    ['gpt-image-2', { user: 'u1' }, { safety_identifier: 'u1' }, /safety_identifier/],
    ['gpt-image-2', { output_format: 'jpg' }, { output_format: 'jpeg' }, /jpeg/],
  ];
  for (const [id, given, sent, warning] of mapped) {
    it(`maps ${JSON.stringify(given)} for ${id} and says so`, () => {
      const result = check(id, given);
      assert.deepEqual(result.parameters, sent);
      assert.equal(result.warnings.length, 1);
      assert.match(result.warnings[0] ?? '', warning);
    });
  }

  it('takes 1792x1024 as it is where sizes are free, and maps sizes that are too small', () => {
    assert.deepEqual(check('gpt-image-2', { size: '1792x1024' }), { parameters: { size: '1792x1024' }, warnings: [] });
    const small = check('gpt-image-2', { size: '256x256' });
    assert.equal(small.warnings.length, 1);
    assert.notEqual(small.parameters['size'], '256x256');
  });

  const refusals: [string, Record<string, unknown>, ImageOperation, string, RegExp][] = [
    ['gpt-image-2.6-flare', { style: 'vivid' }, 'generate', 'unsupported_parameter', /no parameter "style"/],
    ['gpt-image-2', { quality: 'xhigh' }, 'generate', 'unsupported_parameter', /quality "xhigh"/],
    ['gpt-image-2', { quality: 'banana' }, 'generate', 'invalid_request', /quality "banana"/],
    ['gpt-image-2', { output_format: 'gif' }, 'generate', 'unsupported_parameter', /output_format "gif"/],
    ['gpt-image-2', { moderation: 'low' }, 'edit', 'unsupported_parameter', /for generate only/],
    ['gpt-image-1', { input_fidelity: 'high' }, 'generate', 'unsupported_parameter', /for edit only/],
    ['gpt-image-1-mini', { input_fidelity: 'high' }, 'edit', 'unsupported_parameter', /input_fidelity "high"/],
    ['gpt-image-2', { input_fidelity: 'low' }, 'edit', 'unsupported_parameter', /no parameter "input_fidelity"/],
    ['dall-e-3', { background: 'transparent' }, 'generate', 'unsupported_parameter', /background/],
    ['gpt-image-2', { qualty: 'low' }, 'generate', 'unsupported_parameter', /no parameter "qualty"/],
    [
      'gpt-image-2',
      { background: 'transparent', output_format: 'jpeg' },
      'generate',
      'invalid_request',
      /can't be kept in jpeg/,
    ],
    ['gpt-image-2', { output_compression: 50 }, 'generate', 'invalid_request', /jpeg and webp/],
    [
      'gpt-image-2',
      { output_format: 'webp', output_compression: 101 },
      'generate',
      'invalid_request',
      /output_compression 101/,
    ],
    ['gpt-image-2', { partial_images: 4 }, 'generate', 'invalid_request', /partial_images 4/],
    ['gpt-image-2.6-flare', { frame_count: 4 }, 'generate', 'invalid_request', /goes with the format gif/],
    ['gpt-image-2.6-flare', { output_format: 'gif', partial_images: 2 }, 'generate', 'invalid_request', /no previews/],
    ['gpt-image-2', { size: '1000x1000' }, 'generate', 'invalid_request', /multiples of 16/],
    ['dall-e-3', { size: '2048x2048' }, 'generate', 'unsupported_parameter', /size "2048x2048"/],
    ['dall-e-2', { input_fidelity: 'high' }, 'edit', 'unsupported_parameter', /input_fidelity/],
  ];
  for (const [id, given, operation, code, message] of refusals) {
    it(`refuses ${JSON.stringify(given)} for ${id} (${operation}) with ${code}`, () => {
      const error = refused(id, given, operation);
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
    });
  }

  it('names what is supported, and the parameter that was probably meant', () => {
    assert.match(refused('gpt-image-2', { quality: 'xhigh' }).hint ?? '', /quality can be auto, low, medium, high/);
    assert.match(refused('gpt-image-2', { qualty: 'low' }).hint ?? '', /Did you mean "quality"/);
  });

  it('lets anything pass to a model that the catalog does not know', () => {
    const given = { size: '333x777', steps: 30, guidance: 4.5, quality: 'ultra' };
    assert.deepEqual(check('my-model', given), { parameters: given, warnings: [] });
    assert.equal(refused('my-model', { size: 'huge' }).code, 'invalid_request');
  });

  it('gives every model a JSON schema that closes or opens as it should', () => {
    for (const model of models) {
      const schema = z.toJSONSchema(model.parameters) as { additionalProperties?: unknown; properties?: object };
      assert.equal(schema.additionalProperties, false, model.id);
      assert.ok(Object.keys(schema.properties ?? {}).length > 1, model.id);
    }
  });
});
