/** The earlier clip of a remix: what is known of it, by the job or by the file. */
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { resolveModel } from '../../core/catalog/catalog.ts';
import type { VideoModel } from '../../core/catalog/model.ts';
import type { Connection } from '../../core/connections/connection.ts';
import { ShotlistError } from '../../core/errors.ts';
import { parseSidecar, sidecarPath } from '../../core/outputs/sidecar.ts';
import type { JobEntry } from '../jobs/nodes.ts';
import { nameOf } from '../media-files.ts';

export interface SourceClip {
  readonly home: vscode.Uri;
  /** For titles: the file's name. */
  readonly name: string;
  /** What a draft calls it. */
  readonly reference: string;
  readonly hasFile: boolean;
  /** Id of the connection that made it; undefined for clips that aren't ours. */
  readonly madeBy: string | undefined;
  /** The model that made it, as the connection has it today; undefined where it is no more. */
  readonly made: ((connection: Connection) => VideoModel | undefined) | undefined;
}

/** @throws ShotlistError `invalid_request` for a job that made no clip */
export function clipOfJob({ home, job }: JobEntry): SourceClip {
  if (job.request.kind !== 'video' || job.state !== 'done')
    throw new ShotlistError('invalid_request', vscode.l10n.t('This job has made no video.'));
  const output = job.outputs.find(({ placed }) => placed);
  return {
    home,
    name: output === undefined ? job.request.model : (output.path.split(/[\\/]/).at(-1) ?? ''),
    reference: job.id,
    hasFile: output !== undefined,
    madeBy: job.request.connection,
    made: modelOf(job.request.model),
  };
}

/** A clip of ours says in its sidecar what made it. */
export async function clipOfFile(home: vscode.Uri, file: vscode.Uri): Promise<SourceClip> {
  const sidecar = parseSidecar(await readFile(sidecarPath(file.fsPath), 'utf8').catch(() => ''));
  return {
    home,
    name: nameOf(file),
    reference: file.fsPath,
    hasFile: true,
    madeBy: sidecar?.request.connection,
    made: sidecar === undefined ? undefined : modelOf(sidecar.request.model),
  };
}

function modelOf(name: string): (connection: Connection) => VideoModel | undefined {
  return (connection) => {
    try {
      const model = resolveModel(name, 'video', connection, Date.now());
      return model.kind === 'video' ? model : undefined;
    } catch {
      // retired or gone: another one is chosen
      return undefined;
    }
  };
}
