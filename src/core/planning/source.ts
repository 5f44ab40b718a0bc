/** Finds the earlier clip that a remix, edit or extension starts from. */
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SourceForm, VideoModel } from '../catalog/model.ts';
import { originOf, type Connection } from '../connections/connection.ts';
import { ShotlistError } from '../errors.ts';
import type { VideoAction, VideoSource } from '../generation.ts';
import type { Job } from '../jobs/job.ts';
import { sha256OfFile } from '../outputs/file-hash.ts';
import { parseSidecar, sidecarPath } from '../outputs/sidecar.ts';
import type { Draft } from '../pipeline.ts';
import { operationSchema } from '../providers/provider.ts';
import type { GivenInput } from './inputs.ts';

export interface SourceContext {
  readonly findJob: (id: string) => Promise<Job | undefined>;
}

export interface FoundSource {
  readonly source: VideoSource;
  /** The clip's file, where that is what the provider gets. */
  readonly input?: GivenInput;
  /** SHA-256 of the clip, where it is ours and isn't sent. */
  readonly from?: readonly string[];
}

/** What is known of the clip, by whatever name it was given. */
interface Clip {
  /** The provider's name for it, where this very connection made it. */
  readonly id?: string;
  readonly path?: string;
  readonly sha256?: string;
}

/** @throws ShotlistError `not_found`, `unsupported_parameter` naming what the model can do */
export async function resolveSource(
  { action, clip: name }: NonNullable<Draft['source']>,
  model: VideoModel,
  connection: Connection,
  context: SourceContext,
): Promise<FoundSource> {
  const rule = model.limits.sources[action];
  if (rule === undefined) throw cannot(action, model);
  const clip = await findClip(name, connection, context);
  for (const form of rule.forms) {
    const found = inForm(form, action, clip);
    if (found !== undefined) return found;
  }
  throw new ShotlistError(
    'invalid_request',
    rule.forms.includes('file')
      ? `${model.id} needs the file of the clip to ${action} it, and there is none for "${name}".`
      : `${model.id} can only ${action} a clip that was made at "${connection.id}", and "${name}" wasn't.`,
    { hint: rule.forms.includes('file') ? 'Give the path of the clip.' : 'Give the id of a job or of a video there.' },
  );
}

function inForm(form: SourceForm, action: VideoAction, { id, path, sha256 }: Clip): FoundSource | undefined {
  if (form === 'id') {
    if (id === undefined) return undefined;
    return { source: { action, id }, ...(sha256 === undefined ? {} : { from: [sha256] }) };
  }
  return path === undefined ? undefined : { source: { action }, input: { role: 'video', path } };
}

async function findClip(name: string, connection: Connection, { findJob }: SourceContext): Promise<Clip> {
  const job = /^job_[0-9a-z]+$/.test(name) ? await findJob(name) : undefined;
  if (job !== undefined) return clipOfJob(job, connection);
  if (name.startsWith('job_')) {
    throw new ShotlistError('not_found', `There is no job "${name}" in this workspace.`, {
      hint: 'List them with: shotlist jobs',
    });
  }
  const path = resolve(name);
  if ((await stat(path).catch(() => undefined))?.isFile() === true) return clipOfFile(path, connection);
  if (/[\\/]|\.(mp4|webm|mov)$/i.test(name)) throw new ShotlistError('not_found', `There is no clip ${path}.`);
  return { id: name };
}

function clipOfJob(job: Job, connection: Connection): Clip {
  if (job.request.kind !== 'video') {
    throw new ShotlistError('invalid_request', `Job "${job.id}" made a picture, not a clip.`);
  }
  const isThere = job.request.connection === connection.id && job.origin === originOf(connection);
  const operation = isThere ? operationSchema.safeParse(job.operation).data : undefined;
  const output = job.outputs.find(({ placed }) => placed);
  return {
    ...(operation === undefined ? {} : { id: operation.id }),
    ...(output === undefined ? {} : { path: output.path, sha256: output.facts.sha256 }),
  };
}

/** A clip of ours says in its sidecar what the provider calls it, unless the file was changed since. */
async function clipOfFile(path: string, connection: Connection): Promise<Clip> {
  const sidecar = parseSidecar(await readFile(sidecarPath(path), 'utf8').catch(() => ''));
  if (sidecar === undefined || sidecar.request.connection !== connection.id) return { path };
  const operation = operationSchema.safeParse(sidecar.provider.operation).data;
  if ((await sha256OfFile(path)) !== sidecar.asset.sha256) return { path };
  return { path, sha256: sidecar.asset.sha256, ...(operation === undefined ? {} : { id: operation.id }) };
}

function cannot(action: VideoAction, model: VideoModel): ShotlistError {
  const can = Object.keys(model.limits.sources);
  return new ShotlistError('unsupported_parameter', `${model.id} can't ${action} a clip.`, {
    hint: can.length === 0 ? 'It makes new clips only.' : `It can ${can.join(' and ')} one.`,
  });
}
