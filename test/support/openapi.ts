/** The vendor's own schema, which lies outside the repository; tests that need it are skipped where it is absent. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const repository = resolve(import.meta.dirname, '../..');
export const specification =
  process.env['SHOTLIST_OPENAPI'] ?? resolve(repository, '..', 'shared', 'data', 'openai-media.openapi.json');

/** Schemas of what the image endpoints are sent by the SDK. */
export const wireSchemas = {
  '/v1/images/generations': 'CreateImageRequest',
  '/v1/images/edits': 'CreateImageEditRequest',
  '/v1/images/variations': 'CreateImageVariationRequest',
} as const;

/** Schemas of the creating calls of the video protocol, as forms and as JSON. */
export const videoSchemas = {
  'generate form': 'CreateVideoMultipartBody',
  'generate json': 'CreateVideoJsonBody',
  'remix form': 'CreateVideoRemixBody',
  'remix json': 'CreateVideoRemixBody',
  'edit form': 'CreateVideoEditMultipartBody',
  'edit json': 'CreateVideoEditJsonBody',
  'extend form': 'CreateVideoExtendMultipartBody',
  'extend json': 'CreateVideoExtendJsonBody',
} as const;
/** Referred to by the schemas of requests, and closed like these. */
const innerSchemas = ['VideoReferenceInputParam', 'ImageRefParam-2'];

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

/**
 * Validators of the request bodies; an unknown property is an error at every depth. `coerceTypes`: fields of a form are
 * text, and a number is what can be read as one.
 */
export function compileRequestSchemas<Name extends string>(
  schemaNames: Readonly<Record<Name, string>>,
  coerceTypes: boolean,
): Readonly<Record<Name, ValidateFunction>> {
  const document = JSON.parse(readFileSync(specification, 'utf8')) as {
    components: { schemas: Record<string, Schema> };
  };
  for (const name of [...Object.values<string>(schemaNames), ...innerSchemas])
    close(document.components.schemas[name] ?? {});
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true, coerceTypes });
  ajv.addSchema(document, 'openai');
  const entries = Object.entries<string>(schemaNames).map(([path, name]) => {
    const validate = ajv.getSchema(`openai#/components/schemas/${name}`);
    assert(validate !== undefined);
    return [path, validate] as const;
  });
  return Object.fromEntries(entries) as Record<Name, ValidateFunction>;
}
