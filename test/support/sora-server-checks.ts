/** Checks of what a strict server of the Videos protocol is sent. */
import { existsSync } from 'node:fs';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import { compileRequestSchemas, specification, videoSchemas } from './openapi.ts';
import type { RecordedRequest } from './http-server.ts';
import { fieldsOf } from './form-fields.ts';

export type SoraAction = 'generate' | 'remix' | 'edit' | 'extend';

/** A body as its endpoint's schema has it; `files` are the parts of a form that were files. */
export interface SoraBody {
  readonly multipart: boolean;
  readonly fields: Record<string, unknown>;
  readonly files: Readonly<Record<string, File>>;
}

/** Undefined where the body is neither a form nor a JSON object. */
export async function readBody(request: RecordedRequest): Promise<SoraBody | undefined> {
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('multipart/form-data')) {
    const form = await new Response(new Uint8Array(request.body), { headers: { 'content-type': type } }).formData();
    const files = [...form.entries()].filter((entry): entry is [string, File] => typeof entry[1] !== 'string');
    return { multipart: true, fields: fieldsOf(form), files: Object.fromEntries(files) };
  }
  if (!type.startsWith('application/json')) return undefined;
  const parsed: unknown = JSON.parse(request.body.toString());
  const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
  return isObject ? { multipart: false, fields: parsed as Record<string, unknown>, files: {} } : undefined;
}

type Validators = Readonly<Record<string, ValidateFunction>>;

/** What is wrong with a body, in words; empty where nothing is. */
export type SoraCheck = (action: SoraAction, body: SoraBody) => readonly string[];

const extensionSeconds = ['4', '8', '12', '16', '20'];

/** With the vendor's document where it is there, and always with the rules that it only has in words. */
export function createSoraCheck(): SoraCheck {
  const validators: Validators | undefined = existsSync(specification)
    ? compileRequestSchemas(videoSchemas, false)
    : undefined;
  return (action, body) => [...againstDocument(validators, action, body), ...againstRules(action, body)];
}

function againstDocument(validators: Validators | undefined, action: SoraAction, body: SoraBody): readonly string[] {
  const validate = validators?.[`${action} ${body.multipart ? 'form' : 'json'}`];
  // the enumeration of an extension's seconds stops at 12, its description goes on
  const fields = action === 'extend' && 'seconds' in body.fields ? { ...body.fields, seconds: '4' } : body.fields;
  if (validate === undefined || validate(structuredClone(fields))) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    `${action}: ${instancePath} ${message} ${JSON.stringify(params)}`.replaceAll(/\s+/g, ' '),
  );
}

function againstRules(action: SoraAction, { fields, files }: SoraBody): readonly string[] {
  const problems: string[] = [];
  const { prompt, seconds } = fields;
  if (typeof prompt !== 'string' || prompt === '') problems.push(`${action}: prompt is missing`);
  if (action === 'extend' && !extensionSeconds.includes(seconds as string)) {
    problems.push(`extend: seconds is ${JSON.stringify(seconds)}`);
  }
  const picture = files['input_reference'];
  if (picture !== undefined && !/^image\/(?:png|jpeg|webp)$/.test(picture.type)) {
    problems.push(`${action}: input_reference is ${picture.type}`);
  }
  const clip = files['video'];
  if (clip !== undefined && clip.type !== 'video/mp4') problems.push(`${action}: video is ${clip.type}`);
  return problems;
}
