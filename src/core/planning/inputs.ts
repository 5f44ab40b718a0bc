/** Reads and checks the files that go with a request, before anything is sent. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Model } from '../catalog/model.ts';
import { ShotlistError } from '../errors.ts';
import type { InputFile, InputRole } from '../generation.ts';
import { imageSize, hasTransparency } from '../outputs/inspect.ts';
import { inspectClip, UnplayableClip } from '../outputs/inspect-clip.ts';
import { sniffMediaType } from '../outputs/media-type.ts';

export interface GivenInput {
  readonly role: InputRole;
  /** Absolute, or relative to the current folder. */
  readonly path: string;
}

/** What a model takes in one role. */
interface RoleRule {
  readonly max: number;
  readonly maxBytes: number;
  readonly types: readonly string[];
}

/** Words for a person. */
const roleNames: Readonly<Record<InputRole, string>> = {
  reference: 'reference pictures',
  mask: 'masks',
  markup: 'markups',
  first_frame: 'first frames',
  last_frame: 'last frames',
  video: 'clips',
};
const toleranceSeconds = 0.1;
const videoTypes = ['video/mp4', 'video/webm', 'video/quicktime'];

/** Whatever is sent has been looked at first: a role that isn't here is not taken. */
function rulesOf(model: Model): Readonly<Partial<Record<InputRole, RoleRule>>> {
  if (model.kind === 'image') {
    const { maxReferences, maxReferenceBytes, referenceTypes, maxMaskBytes } = model.limits;
    return {
      reference: { max: maxReferences, maxBytes: maxReferenceBytes, types: referenceTypes },
      ...(maxMaskBytes === 0 ? {} : { mask: { max: 1, maxBytes: maxMaskBytes, types: ['image/png'] } }),
    };
  }
  const { maxReferences, maxImageBytes: maxBytes, imageTypes: types, maxVideoBytes, sources } = model.limits;
  const takesFiles = Object.values(sources).some(({ forms }) => forms.includes('file'));
  return {
    ...(maxReferences === 0 ? {} : { reference: { max: maxReferences, maxBytes, types } }),
    ...(model.limits.firstFrame ? { first_frame: { max: 1, maxBytes, types } } : {}),
    ...(model.limits.lastFrame === 'no' ? {} : { last_frame: { max: 1, maxBytes, types } }),
    ...(takesFiles ? { video: { max: 1, maxBytes: maxVideoBytes, types: videoTypes } } : {}),
  };
}

/** An input with its size in pixels, where it is a picture. */
export interface ReadInput {
  readonly file: InputFile;
  readonly size?: { readonly width: number; readonly height: number };
}

/**
 * Checks type (by content, never by name), number and size and, for masks, alpha and dimensions.
 * @returns in the order in which they are sent: references first, because a mask is measured against the first of them
 * @throws ShotlistError `not_found` for a missing file, `invalid_request` for one that the model can't take,
 * `unsupported_parameter` for a role that it doesn't have
 */
export async function readInputs(given: readonly GivenInput[], model: Model): Promise<ReadInput[]> {
  const rules = rulesOf(model);
  for (const [role, inputs] of Map.groupBy(given, (input) => input.role)) {
    const rule = rules[role];
    if (rule === undefined) throw roleRefused(role, model, rules);
    if (inputs.length > rule.max) {
      throw new ShotlistError(
        'invalid_request',
        `${model.id} takes at most ${rule.max} ${roleNames[role]}, and ${inputs.length} are given.`,
      );
    }
  }
  const read: ReadInput[] = [];
  for (const input of given.toSorted((one, other) => rank(one.role) - rank(other.role))) {
    const rule = rules[input.role];
    if (rule !== undefined) read.push(await readInput(input, rule, model, read[0]?.size));
  }
  return read;
}

function rank(role: InputRole): number {
  return role === 'reference' ? 0 : 1;
}

async function readInput(
  { role, path: given }: GivenInput,
  rule: RoleRule,
  model: Model,
  first: { width: number; height: number } | undefined,
): Promise<ReadInput> {
  const path = resolve(given);
  const bytes = await readBounded(path, rule.maxBytes);
  const mime = await sniffMediaType(bytes);
  const name = basename(path);
  let size: { width: number; height: number } | undefined;
  if (role === 'mask') await checkMask(name, bytes, mime, first);
  else {
    checkType(name, mime, rule, model);
    if (role === 'video') await checkClip(path, model);
    else {
      size = imageSize(bytes, mime ?? '');
      if (size === undefined) throw unreadable(name);
      if (model.kind === 'image' && model.limits.squareReferences === true && size.width !== size.height) {
        throw new ShotlistError(
          'invalid_request',
          `${model.id} takes square pictures only, and ${name} is ${size.width}x${size.height}.`,
        );
      }
    }
  }
  return {
    file: {
      role,
      path,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.length,
      mime: mime ?? 'application/octet-stream',
    },
    ...(size === undefined ? {} : { size }),
  };
}

/** @throws ShotlistError `invalid_request` for a clip that can't be played or is too long */
async function checkClip(path: string, model: Model): Promise<void> {
  const name = basename(path);
  const { seconds } = await inspectClip(path).catch((error: unknown) => {
    if (!(error instanceof UnplayableClip)) throw error;
    throw new ShotlistError('invalid_request', `The clip ${name} can't be played: ${error.message}.`, { cause: error });
  });
  const most = model.kind === 'video' ? model.limits.maxVideoSeconds : undefined;
  // containers round, and frames are whole
  if (most === undefined || seconds < most + toleranceSeconds) return;
  throw new ShotlistError(
    'invalid_request',
    `The clip ${name} has ${seconds} seconds, and ${model.id} takes at most ${most}.`,
    { hint: 'Cut it shorter.' },
  );
}

function roleRefused(
  role: InputRole,
  model: Model,
  rules: Readonly<Partial<Record<InputRole, RoleRule>>>,
): ShotlistError {
  const taken = (Object.keys(rules) as InputRole[]).map((other) => roleNames[other]);
  return new ShotlistError('unsupported_parameter', `${model.id} takes no ${roleNames[role]}.`, {
    hint: taken.length === 0 ? 'It takes a prompt only.' : `It takes ${taken.join(', ')}.`,
  });
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

function checkType(name: string, mime: string | undefined, rule: RoleRule, model: Model): void {
  if (mime !== undefined && rule.types.includes(mime)) return;
  const types = rule.types.map((type) => type.replace(/^(image|video)\//, '')).join(', ');
  throw new ShotlistError(
    'invalid_request',
    `${name} is ${mime ?? 'no picture or clip'}; ${model.id} takes ${types} there.`,
  );
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
