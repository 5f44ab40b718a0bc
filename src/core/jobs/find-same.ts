/** Finished clips that a plan would pay for once more. */
import { lstat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Plan } from '../generation.ts';
import type { SameAsset } from '../pipeline.ts';
import { clipsOfRequest } from '../journal/journal-queries.ts';
import type { Workshops } from './workshop.ts';

/** The newest clip of each request whose file is still there. Reads the history; makes none. */
export async function findSame(plan: Plan, workshops: Workshops): Promise<SameAsset[]> {
  const clips = [...plan.jobs.entries()].filter(([, { request }]) => request.kind === 'video');
  const workshop = clips.length === 0 ? undefined : await workshops.openExisting();
  if (workshop === undefined) return [];
  const same: SameAsset[] = [];
  for (const [index, { requestHash }] of clips) {
    const paths = await clipsOfRequest(workshop.journal.database, requestHash);
    const path = await firstFile(paths.map((each) => resolve(workshops.options.workspace.folder, each)));
    if (path !== undefined) same.push({ index, path });
  }
  return same;
}

async function firstFile(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if ((await lstat(path).catch(() => undefined))?.isFile() === true) return path;
  return undefined;
}
