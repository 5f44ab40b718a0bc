/** What the provider puts on the wire, for every model of the catalog, against the vendor's own schema, closed. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type * as z from 'zod';
import { models } from '../../src/core/catalog/catalog.ts';
import type { Model } from '../../src/core/catalog/model.ts';
import { checkParameters, enumValues } from '../../src/core/catalog/parameters.ts';
import type { SizeRule } from '../../src/core/catalog/sizes.ts';
import type { FetchFunction } from '../../src/core/environment.ts';
import type { ImageOperation } from '../../src/core/generation.ts';
import {
  allEvents,
  connectionAt,
  contextOf,
  imageCall,
  pixelBase64,
  type CallOptions,
} from '../support/openai-calls.ts';

const repository = resolve(import.meta.dirname, '../..');
const specification =
  process.env['SHOTLIST_OPENAPI'] ?? resolve(repository, '..', 'shared', 'data', 'openai-media.openapi.json');

const schemaNames = {
  '/v1/images/generations': 'CreateImageRequest',
  '/v1/images/edits': 'CreateImageEditRequest',
  '/v1/images/variations': 'CreateImageVariationRequest',
} as const;
type Path = keyof typeof schemaNames;

interface Sent {
  readonly path: Path;
  readonly multipart: boolean;
  readonly body: Record<string, unknown>;
}

/** One call through the real SDK, as the server would read it. */
async function sent(options: CallOptions): Promise<Sent> {
  const seen: Sent[] = [];
  const fetch: FetchFunction = async (input, init) => {
    const request = new Request(input, init);
    const multipart = request.headers.get('content-type')?.startsWith('multipart/') === true;
    const body = multipart ? fieldsOf(await request.formData()) : ((await request.json()) as Sent['body']);
    seen.push({ path: new URL(request.url).pathname as Path, multipart, body });
    return Response.json({ data: [{ b64_json: pixelBase64 }] });
  };
  await allEvents(imageCall(options), contextOf(connectionAt('https://example.com'), { fetch }));
  const [only, ...more] = seen;
  assert(only !== undefined && more.length === 0);
  return only;
}

/** `image[]` repeats, `svg[model]` nests; files become strings, as the schema has them. */
function fieldsOf(form: FormData): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of form.entries()) {
    const [key = name, ...path] = name.split('[').map((part) => part.replace(/\]$/, ''));
    const plain = typeof value === 'string' ? value : '(binary)';
    if (path[0] === '') fields[key] = [...((fields[key] as unknown[] | undefined) ?? []), plain];
    else if (path.length === 0) fields[key] = plain;
    else nest(fields, [key, ...path], plain);
  }
  return fields;
}

function nest(target: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) target[key] = value;
  else nest((target[key] ??= {}) as Record<string, unknown>, rest, value);
}

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
function companions(name: string, value: unknown): Record<string, unknown> {
  if (name === 'output_compression') return { output_format: 'webp' };
  if (name === 'frame_count' || name === 'frame_duration_ms') return { output_format: 'gif' };
  if (name === 'svg') return { output_format: 'svg' };
  if (name === 'output_format' && value === 'svg') return { svg: { model: 'gpt-6.1-terra' } };
  return {};
}

/** Each parameter of a model in each of its values, as the request check lets them through. */
function parameterSets(model: Model, operation: ImageOperation): Record<string, unknown>[] {
  const counts = model.limits.maxImagesPerCall > 1 ? [{ n: 2 }, { n: model.limits.maxImagesPerCall }] : [];
  const sets: Record<string, unknown>[] = [{}, ...counts];
  for (const [name, schema] of Object.entries(model.parameters.shape)) {
    const only = model.limits.onlyFor?.[name];
    if (only !== undefined && only !== operation) continue;
    for (const value of valuesOf(name, schema, model.limits.sizes)) {
      const given = { ...companions(name, value), [name]: value };
      sets.push(checkParameters(given, { model, operation, allModels: models }).parameters);
    }
  }
  return sets;
}

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  anyOf?: Schema[];
  additionalProperties?: boolean;
}

function close(schema: Schema): Schema {
  if (schema.properties !== undefined) schema.additionalProperties = false;
  for (const inner of [...Object.values(schema.properties ?? {}), ...(schema.anyOf ?? [])]) close(inner);
  return schema;
}

function compile(coerceTypes: boolean): Readonly<Record<Path, ValidateFunction>> {
  const document = JSON.parse(readFileSync(specification, 'utf8')) as {
    components: { schemas: Record<string, Schema> };
  };
  for (const name of Object.values(schemaNames)) close(document.components.schemas[name] ?? {});
  // fields of a form are text: a number is what can be read as one
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true, coerceTypes });
  ajv.addSchema(document, 'openai');
  const entries = Object.entries(schemaNames).map(([path, name]) => {
    const validate = ajv.getSchema(`openai#/components/schemas/${name}`);
    assert(validate !== undefined);
    return [path, validate] as const;
  });
  return Object.fromEntries(entries) as Record<Path, ValidateFunction>;
}

describe('Request bodies of the OpenAI protocol', function () {
  this.timeout(60_000);
  if (!existsSync(specification)) {
    it(`skipped: the OpenAPI document is not there (${specification}; set SHOTLIST_OPENAPI)`, function () {
      this.skip();
    });
    return;
  }
  const validators = { json: compile(false), form: compile(true) };
  const problemsOf = ({ path, multipart, body }: Sent): readonly string[] => {
    const validate = (multipart ? validators.form : validators.json)[path];
    if (validate(structuredClone(body))) return [];
    return (validate.errors ?? []).map(
      (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
    );
  };

  for (const model of models) {
    for (const operation of model.limits.operations) {
      it(`${model.id}, ${operation}: every parameter value is in the schema`, async () => {
        let bodies = 0;
        const roleSets: readonly CallOptions['roles'][] =
          operation === 'edit'
            ? [
                ['reference'],
                ['reference', 'mask'],
                ['reference', 'markup'],
                ...(model.limits.maxReferences > 1 ? [['reference', 'reference'] as const] : []),
              ]
            : [undefined];
        for (const parameters of parameterSets(model, operation)) {
          for (const stream of model.limits.streams ? [false, true] : [false]) {
            for (const roles of roleSets) {
              const { takesResponseFormat } = model.limits;
              const body = await sent({
                model: model.id,
                operation,
                parameters,
                stream,
                takesResponseFormat,
                ...(roles && { roles }),
              });
              assert.deepEqual(problemsOf(body), [], JSON.stringify(body.body));
              assert.equal(body.multipart, operation !== 'generate');
              bodies++;
            }
          }
        }
        assert(bodies >= 3);
      });
    }
  }

  it('the check would notice what is not in the schema', async () => {
    const wrong: readonly CallOptions[] = [
      { parameters: { sise: 'auto' } },
      { parameters: { quality: 'ultra' } },
      { parameters: { n: 11 } },
      { parameters: { svg: { model: 'gpt-6.1-terra', colour: 'red' } } },
      { operation: 'edit', parameters: { moderation: 'low' } },
      { operation: 'edit', parameters: { n: 'many' } },
      { operation: 'edit', parameters: { svg: { modell: 'gpt-6.1-terra' } } },
      { operation: 'variation', parameters: { quality: 'low' } },
    ];
    for (const options of wrong) {
      assert.notDeepEqual(problemsOf(await sent(options)), [], JSON.stringify(options));
    }
  });
});
