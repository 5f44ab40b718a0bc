/** Reads the body of a request into fields and files. */
import type { Call } from '../router.ts';
import { badRequest } from './envelope.ts';

export interface RequestBody {
  /** `form` values are text, and may have to be read as numbers. */
  readonly type: 'json' | 'form';
  readonly fields: Readonly<Record<string, unknown>>;
  /** Parts with a file name, by field name without `[]`. */
  readonly files: Readonly<Record<string, readonly File[]>>;
}

/** @throws OpenaiRefusal for another type or a body that can't be read */
export async function readRequestBody(
  { request, form }: Pick<Call, 'request' | 'form'>,
  types: readonly RequestBody['type'][],
): Promise<RequestBody> {
  if (form !== undefined && types.includes('form')) return readForm(form);
  const given = request.headers.get('content-type') ?? (form === undefined ? '' : 'multipart/form-data');
  const [mime = ''] = given.toLowerCase().split(';');
  if (types.includes('json') && mime.trim() === 'application/json') return readJson(request);
  if (types.includes('form') && mime.trim() === 'multipart/form-data') return readForm(await parseForm(request));
  const accepted = types.map((type) => (type === 'json' ? "'application/json'" : "'multipart/form-data'")).join(' or ');
  throw badRequest(
    'unsupported_content_type',
    null,
    `Unsupported content type: '${given}'. This API method only accepts ${accepted} requests.`,
  );
}

async function readJson(request: Request): Promise<RequestBody> {
  let fields: unknown;
  try {
    fields = JSON.parse(await request.text());
  } catch (error) {
    throwIfGone(request, error);
    throw badRequest(null, null, 'We could not parse the JSON body of your request: it is not valid JSON.');
  }
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) {
    throw badRequest('invalid_type', null, 'Invalid type for the request body: expected an object.');
  }
  return { type: 'json', fields: { ...fields }, files: {} };
}

async function parseForm(request: Request): Promise<FormData> {
  try {
    return await request.formData();
  } catch (error) {
    throwIfGone(request, error);
    throw badRequest(null, null, 'Could not parse multipart form.');
  }
}

function readForm(form: FormData): RequestBody {
  const fields: Record<string, unknown> = {};
  const files: Record<string, File[]> = {};
  for (const [name, value] of form) {
    const bare = name.replace(/\[\]$/, '');
    if (typeof value !== 'string') {
      (files[bare] ??= []).push(value);
    } else if (Object.hasOwn(fields, bare)) {
      throw badRequest('duplicate_parameter', bare, `Duplicate parameter: '${bare}'.`);
    } else {
      addField(fields, bare, bare === name ? value : [value]);
    }
  }
  return { type: 'form', fields, files };
}

/** `svg[reasoning][effort]` is a value inside objects. */
function addField(fields: Record<string, unknown>, name: string, value: unknown): void {
  const path = [...name.matchAll(/[^[\]]+/g)].map(([part]) => part);
  const last = path.pop();
  if (last === undefined || !/^[^[\]]+(\[[^[\]]+\])*$/.test(name) || name.includes('__proto__')) {
    throw badRequest('unknown_parameter', name, `Unknown parameter: '${name}'.`);
  }
  let place = fields;
  for (const part of path) {
    const inner = place[part] ?? {};
    if (typeof inner !== 'object' || Array.isArray(inner))
      throw badRequest('invalid_type', name, `Invalid type for '${part}'.`);
    place[part] = inner;
    place = inner as Record<string, unknown>;
  }
  place[last] = value;
}

/** An aborted upload is no fault of its contents. */
function throwIfGone(request: Request, error: unknown): void {
  if (request.signal.aborted) throw error;
}
