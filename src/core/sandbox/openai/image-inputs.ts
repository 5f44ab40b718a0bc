/** The pictures that come with an edit or a variation, in either form of the request. */
import type { ImageLimits } from '../../catalog/model.ts';
import { badRequest } from './envelope.ts';
import { readImageFile, readOverlayFile, type ImageFile } from './image-file.ts';
import type { Endpoint } from './image-parameters.ts';
import { missingParameter, unknownParameter, wrongType } from './parameter-check.ts';
import type { RequestBody } from './request-body.ts';

export interface ImageInputs {
  readonly references: readonly ImageFile[];
  readonly mask?: ImageFile;
  readonly markup?: ImageFile;
}

export interface Upload {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** `''` where none was given. */
  readonly mime: string;
}

/** The schema's limit of a data URL, characters. */
const maxUrlCharacters = 20_971_520;

/** @throws OpenaiRefusal */
export async function readImageInputs(
  endpoint: Endpoint,
  body: RequestBody,
  limits: ImageLimits,
): Promise<ImageInputs> {
  if (endpoint === 'generate') return { references: [] };
  const field = endpoint === 'json-edit' ? 'images' : 'image';
  const uploads = endpoint === 'json-edit' ? referencedUploads(body) : await formUploads(body, endpoint);
  const { references, mask, markup } = uploads;
  if (references.length === 0) throw missingParameter(field);
  const most = endpoint === 'variation' ? 1 : limits.maxReferences;
  if (references.length > most) {
    throw badRequest(
      'array_above_max_length',
      field,
      `Invalid '${field}': array too long. Expected an array with maximum length ${most}, but got an array with length ${references.length} instead.`,
    );
  }
  const checked = references.map(({ bytes, mime }) => readImageFile(bytes, mime, field, limits));
  const [first] = checked;
  if (first === undefined) throw missingParameter(field);
  if (mask !== undefined && markup !== undefined)
    throw badRequest('invalid_value', 'markup', "'markup' can't be used together with 'mask'.");
  return {
    references: checked,
    ...(mask === undefined ? {} : { mask: readOverlayFile(mask.bytes, mask.mime, 'mask', limits, first) }),
    ...(markup === undefined ? {} : { markup: readOverlayFile(markup.bytes, markup.mime, 'markup', limits, first) }),
  };
}

interface Uploads {
  readonly references: readonly Upload[];
  readonly mask?: Upload;
  readonly markup?: Upload;
}

async function formUploads({ files, fields }: RequestBody, endpoint: Endpoint): Promise<Uploads> {
  for (const name of ['image', 'mask', 'markup']) {
    if (name in fields) throw wrongType(name, 'a file', fields[name]);
    if (name !== 'image' && (files[name]?.length ?? 0) > (endpoint === 'variation' ? 0 : 1)) {
      throw endpoint === 'variation' ? unknownParameter(name) : wrongType(name, 'one file', files[name]);
    }
  }
  const upload = async (file: File): Promise<Upload> => ({
    bytes: new Uint8Array(await file.arrayBuffer()),
    mime: file.type,
  });
  const [mask] = files['mask'] ?? [];
  const [markup] = files['markup'] ?? [];
  return {
    references: await Promise.all((files['image'] ?? []).map(upload)),
    ...(mask === undefined ? {} : { mask: await upload(mask) }),
    ...(markup === undefined ? {} : { markup: await upload(markup) }),
  };
}

function referencedUploads({ fields }: RequestBody): Uploads {
  const { images, mask } = fields;
  if (images === undefined) return { references: [] };
  if (!Array.isArray(images)) throw wrongType('images', 'an array', images);
  return {
    references: images.map((image: unknown, index) => referencedUpload(image, `images[${index}]`)),
    ...(mask === undefined ? {} : { mask: referencedUpload(mask, 'mask') }),
  };
}

/** `{"image_url": "data:…"}`; the sandbox has no network and no stored files. */
export function referencedUpload(reference: unknown, param: string): Upload {
  if (typeof reference !== 'object' || reference === null || Array.isArray(reference))
    throw wrongType(param, 'an object', reference);
  const { image_url: url, file_id: fileId, ...others } = reference as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw unknownParameter(`${param}.${unknown}`);
  if (url !== undefined && fileId !== undefined) {
    throw badRequest('invalid_value', param, `'${param}' takes either 'image_url' or 'file_id'.`);
  }
  if (url === undefined && fileId === undefined) throw missingParameter(`${param}.image_url`);
  if (fileId !== undefined) {
    if (typeof fileId !== 'string') throw wrongType(`${param}.file_id`, 'a string', fileId);
    throw badRequest(
      'image_file_not_found',
      `${param}.file_id`,
      `No such file: '${fileId.slice(0, 100)}'. The sandbox stores no files.`,
    );
  }
  if (typeof url !== 'string') throw wrongType(`${param}.image_url`, 'a string', url);
  if (url.length > maxUrlCharacters)
    throw badRequest('string_above_max_length', `${param}.image_url`, `Invalid '${param}.image_url': string too long.`);
  const [, mime = '', digits = ''] = /^data:([a-z]+\/[a-z0-9.+-]+);base64,([A-Za-z0-9+/]+={0,2})$/.exec(url) ?? [];
  if (digits === '' && !url.startsWith('data:')) {
    throw badRequest(
      'failed_to_download_image',
      `${param}.image_url`,
      'The sandbox has no network: give the picture as a data URL.',
    );
  }
  if (digits === '')
    throw badRequest('invalid_base64_image', `${param}.image_url`, 'The data URL holds no valid base64 picture.');
  return { bytes: new Uint8Array(Buffer.from(digits, 'base64')), mime };
}
