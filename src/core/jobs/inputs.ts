/** Reads and checks the files that go with a request, before anything is sent. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Model } from '../catalog/model.ts';
import { ShotlistError } from '../errors.ts';
import type { InputFile, InputRole } from '../generation.ts';
import { imageSize, hasTransparency } from '../outputs/inspect.ts';
import { sniffMediaType } from '../outputs/media-type.ts';

export interface GivenInput {
  readonly role: InputRole;
  /** Absolute, or relative to the current folder. */
  readonly path: string;
}

/**
 * Checks type (by content, never by name), size and, for masks, alpha and dimensions.
 * @throws ShotlistError `not_found` for a missing file, `invalid_request` for one that the model can't take
 */
export async function readInputs(given: readonly GivenInput[], model: Model): Promise<InputFile[]> {
  const references = given.filter((input) => input.role === 'reference');
  const { maxReferences } = model.limits;
  if (references.length > maxReferences) {
    throw new ShotlistError(
      'invalid_request',
      `${model.id} takes at most ${maxReferences} reference pictures, and ${references.length} are given.`,
    );
  }
  const unchecked = given.find((input) => input.role !== 'reference' && input.role !== 'mask');
  if (unchecked !== undefined) {
    // whatever is sent has been looked at first, and only these two are
    throw new ShotlistError('invalid_request', `${model.id} takes references and a mask, not a ${unchecked.role}.`);
  }
  if (given.filter((input) => input.role === 'mask').length > 1) {
    throw new ShotlistError('invalid_request', 'There can be only one mask.');
  }
  const files: InputFile[] = [];
  let first: { width: number; height: number } | undefined;
  // references first: a mask is measured against the first of them
  for (const input of [...references, ...given.filter((other) => other.role !== 'reference')]) {
    const path = resolve(input.path);
    const bytes = await readBounded(
      path,
      input.role === 'mask' ? model.limits.maxMaskBytes : model.limits.maxReferenceBytes,
    );
    const mime = await sniffMediaType(bytes);
    const name = basename(path);
    if (input.role === 'reference') {
      checkReferenceType(name, mime, model);
      const size = imageSize(bytes, mime ?? '');
      if (size === undefined) throw unreadable(name);
      if (model.limits.squareReferences === true && size.width !== size.height) {
        throw new ShotlistError(
          'invalid_request',
          `${model.id} takes square pictures only, and ${name} is ${size.width}x${size.height}.`,
        );
      }
      first ??= size;
    } else if (input.role === 'mask') {
      await checkMask(name, bytes, mime, first);
    }
    files.push({
      role: input.role,
      path,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.length,
      mime: mime ?? 'application/octet-stream',
    });
  }
  return files;
}

/**
 * The bytes of an input at the time of sending.
 * @throws ShotlistError `invalid_request` where the file is no longer the one that was checked
 */
export async function loadInput(input: InputFile): Promise<Uint8Array> {
  const bytes = await readBounded(input.path, input.bytes);
  if (createHash('sha256').update(bytes).digest('hex') !== input.sha256) throw changed(input.path);
  return bytes;
}

async function readBounded(path: string, maxBytes: number): Promise<Uint8Array> {
  const name = basename(path);
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new ShotlistError(
      'not_found',
      `The file ${path} can't be read: ${error.code === 'ENOENT' ? 'there is none' : error.message}.`,
      { cause: error },
    );
  });
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new ShotlistError('invalid_request', `${path} is not a file.`);
    if (stats.size > maxBytes) {
      throw new ShotlistError(
        'invalid_request',
        `${name} has ${megabytes(stats.size)}; at most ${megabytes(maxBytes)} are taken.`,
      );
    }
    const bytes = await file.readFile();
    // it may have grown between the two
    if (bytes.length > maxBytes) throw changed(path);
    return bytes;
  } finally {
    await file.close();
  }
}

function checkReferenceType(name: string, mime: string | undefined, model: Model): void {
  if (mime !== undefined && model.limits.referenceTypes.includes(mime)) return;
  const types = model.limits.referenceTypes.map((type) => type.replace('image/', '')).join(', ');
  throw new ShotlistError('invalid_request', `${name} is ${mime ?? 'no picture'}; ${model.id} takes ${types}.`);
}

async function checkMask(
  name: string,
  bytes: Uint8Array,
  mime: string | undefined,
  first: { width: number; height: number } | undefined,
): Promise<void> {
  if (mime !== 'image/png') {
    throw new ShotlistError(
      'invalid_request',
      `The mask ${name} must be a PNG with transparency, not ${mime ?? 'some other file'}.`,
    );
  }
  const size = imageSize(bytes, mime);
  if (size === undefined) throw unreadable(name);
  if (first !== undefined && (size.width !== first.width || size.height !== first.height)) {
    throw new ShotlistError(
      'invalid_request',
      `The mask ${name} is ${size.width}x${size.height}, and its picture is ${first.width}x${first.height}.`,
      { hint: 'Both must have the same size.' },
    );
  }
  if (!(await hasTransparency(bytes, mime))) {
    throw new ShotlistError('invalid_request', `The mask ${name} has no transparent area.`, {
      hint: 'What is transparent in the mask is what will be painted anew.',
    });
  }
}

function unreadable(name: string): ShotlistError {
  return new ShotlistError('invalid_request', `${name} can't be read as a picture.`);
}

function changed(path: string): ShotlistError {
  return new ShotlistError('invalid_request', `${path} has changed since it was checked.`, { hint: 'Run it again.' });
}

function megabytes(bytes: number): string {
  return `${(bytes / (1024 * 1024)).toFixed(1)} MB`;
}
