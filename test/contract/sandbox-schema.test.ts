/** The sandbox is at least as strict as the vendor's own schema, closed, and takes what our provider sends. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { openaiImageModels } from '../../src/core/catalog/openai-images.ts';
import { createSandbox, type Sandbox } from '../../src/core/sandbox/sandbox.ts';
import { ShotlistError } from '../../src/core/errors.ts';
import { allEvents, connectionAt, contextOf, imageCall, pixel, pixelBase64 } from '../support/openai-calls.ts';
import { fieldsOf } from '../support/form-fields.ts';
import { compileRequestSchemas, specification, wireSchemas } from '../support/openapi.ts';
import { parameterSets, streamForms } from '../support/parameter-sets.ts';

/** Answers with this status as soon as a request has passed all checks, so that nothing has to be drawn. */
const passedStatus = 418;
const passing = `a fox [fail:${passedStatus}]`;

type Body = Record<string, unknown>;
const picture = { image_url: `data:image/png;base64,${pixelBase64}` };
const modelNames = ['gpt-image-2.6-flare', 'gpt-image-2', 'gpt-image-1', 'dall-e-2', 'dall-e-3', 'somebodys-model'];

/** Right ones, wrong ones and odd ones of every type. */
const values: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    1,
    2,
    3,
    4,
    10,
    11,
    16,
    17,
    50,
    100,
    101,
    -1,
    1.5,
    '',
    'x',
    '1',
    '2',
    'true',
    'auto',
    'low',
    'medium',
    'high',
    'xhigh',
    'max',
    'standard',
    'hd',
    'ultra',
    'vivid',
    'transparent',
    'opaque',
    'white',
    'png',
    'jpeg',
    'webp',
    'gif',
    'svg',
    'bmp',
    'url',
    'b64_json',
    '1024x1024',
    '1536x1024',
    '1536x864',
    '256x256',
    '999x999',
    [],
    {},
    [picture],
    { model: 'm' },
    { model: 'm', reasoning: { effort: 'low' } },
    { model: 'm', reasoning: { effort: 'huge' } },
    { model: 'm', reasoning: null },
    { model: 'm', more: 1 },
    { model: null },
    picture,
    { image_url: 7 },
    { file_id: 'file-1' },
    'x'.repeat(32_001),
  ),
  fc.jsonValue({ maxDepth: 2 }),
);
const names = [
  'prompt',
  'model',
  'n',
  'size',
  'quality',
  'background',
  'output_format',
  'output_compression',
  'moderation',
  'stream',
  'partial_images',
  'response_format',
  'style',
  'user',
  'safety_identifier',
  'complexity',
  'frame_count',
  'frame_duration_ms',
  'svg',
  'input_fidelity',
  'images',
  'image',
  'mask',
  'markup',
  'seed',
  'negative_prompt',
  '__proto__x',
  'toString',
];

const bodies = (base: Body): fc.Arbitrary<Body> =>
  fc
    .record({
      model: fc.constantFrom(undefined, ...modelNames),
      changes: fc.array(fc.tuple(fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 8 })), values), {
        maxLength: 3,
      }),
      without: fc.subarray(
        Object.keys(base).filter((name) => name !== 'user'),
        { maxLength: 1 },
      ),
    })
    .map(({ model, changes, without }) => {
      const body: Body = { ...base, ...(model === undefined ? {} : { model }), ...Object.fromEntries(changes) };
      for (const name of without) delete body[name];
      return body;
    });

describe('The sandbox beside the schema of the OpenAI protocol', function () {
  this.timeout(120_000);
  let sandbox: Sandbox;
  before(() => {
    sandbox = createSandbox();
  });
  after(() => sandbox.dispose());

  const statusOfJson = async (path: string, body: Body): Promise<number> => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return (await sandbox.fetch(`https://example.com${path}`, init)).status;
  };
  const statusOfForm = async (path: string, body: Body): Promise<number> => {
    return (await sandbox.fetch(`https://example.com${path}`, { method: 'POST', body: formOf(body) })).status;
  };

  it('takes everything that our provider sends for every model', async () => {
    let calls = 0;
    const context = contextOf(connectionAt('https://example.com'), { fetch: sandbox.fetch });
    for (const model of openaiImageModels) {
      for (const operation of model.limits.operations) {
        for (const parameters of parameterSets(model, operation)) {
          for (const stream of streamForms(model, parameters)) {
            // partial images belong to a stream: the core asks for one with them
            if (!stream && Number(parameters['partial_images'] ?? 0) > 0) continue;
            const prompt = operation === 'variation' ? '' : passing;
            const sent = { ...parameters, ...(operation === 'variation' ? { user: passing } : {}) };
            const call = imageCall({
              model: model.id,
              operation,
              parameters: sent,
              stream,
              prompt,
              takesResponseFormat: model.limits.takesResponseFormat,
            });
            await assert.rejects(allEvents(call, context), (error) => {
              assert.ok(ShotlistError.is(error));
              assert.equal(
                error.provider?.status,
                passedStatus,
                `${model.id} ${operation} ${JSON.stringify(sent)}: ${error.message}`,
              );
              return true;
            });
            calls++;
          }
        }
      }
    }
    assert.ok(calls > 500, `${calls} calls`);
  });

  if (!existsSync(specification)) {
    it(`refuses what the schema refuses: skipped, the OpenAPI document is not there (${specification}; set SHOTLIST_OPENAPI)`, function () {
      this.skip();
    });
    return;
  }

  /** How many bodies of either verdict a run has seen: one that only ever refuses would prove nothing. */
  const compare = async (
    base: Body,
    validate: ValidateFunction,
    asRead: (body: Body) => Body,
    statusOf: (body: Body) => Promise<number>,
  ): Promise<void> => {
    const verdicts = { refusedByBoth: 0, takenByBoth: 0, stricter: 0 };
    await fc.assert(
      fc.asyncProperty(bodies(base), async (body) => {
        const refused = !validate(structuredClone(asRead(body)));
        const status = await statusOf(body);
        if (refused) assert.equal(status, 400, JSON.stringify(validate.errors));
        if (status === 400) verdicts[refused ? 'refusedByBoth' : 'stricter']++;
        else verdicts.takenByBoth++;
      }),
      { numRuns: 1_500 },
    );
    assert.ok(verdicts.refusedByBoth > 100 && verdicts.takenByBoth > 20, JSON.stringify(verdicts));
  };

  const json = (): ReturnType<typeof compileRequestSchemas<'generate' | 'edit'>> =>
    compileRequestSchemas({ generate: 'CreateImageRequest', edit: 'EditImageBodyJsonParam' }, false);
  const form = (): ReturnType<typeof compileRequestSchemas<keyof typeof wireSchemas>> =>
    compileRequestSchemas(wireSchemas, true);

  it('refuses every generation that the schema refuses', () =>
    compare(
      { prompt: passing, model: 'gpt-image-2.6-flare' },
      json().generate,
      (body) => body,
      (body) => statusOfJson('/v1/images/generations', body),
    ));

  it('refuses every edit in JSON that the schema refuses', () =>
    compare(
      { prompt: passing, images: [picture] },
      json().edit,
      (body) => body,
      (body) => statusOfJson('/v1/images/edits', body),
    ));

  it('refuses every edit in a form that the schema refuses', () =>
    compare({ prompt: passing, image: 'file' }, form()['/v1/images/edits'], readForm, (body) =>
      statusOfForm('/v1/images/edits', body),
    ));

  it('refuses every variation that the schema refuses', () =>
    compare({ image: 'file', model: 'dall-e-2', user: passing }, form()['/v1/images/variations'], readForm, (body) =>
      statusOfForm('/v1/images/variations', body),
    ));
});

/** Names that no reading of brackets agrees on are left to tests of their own. */
function readForm(body: Body): Body {
  const form = formOf(body);
  fc.pre([...form.keys()].every((name) => /^[^[\]]+(\[[^[\]]+\])*(\[\])?$/.test(name)));
  return fieldsOf(form);
}

function formOf(body: Body): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(body)) addPart(form, name, value);
  return form;
}

/** As the SDK writes it: objects become `name[key]`, arrays `name[]`; the value `file` of an image is a picture. */
function addPart(form: FormData, name: string, value: unknown): void {
  if (name === 'image' && value === 'file') form.append(name, new File([pixel], 'image.png', { type: 'image/png' }));
  else if (Array.isArray(value)) for (const each of value) addPart(form, `${name}[]`, each);
  else if (typeof value === 'object' && value !== null)
    for (const [key, each] of Object.entries(value)) addPart(form, `${name}[${key}]`, each);
  else form.append(name, String(value));
}
