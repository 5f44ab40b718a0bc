import type { Uri } from 'vscode';
import * as z from 'zod';
import { openDoor } from '../pipelines.ts';
import type { Services } from '../services.ts';
import { entriesOf } from './entries.ts';
import { BatchNode, JobNode, type JobEntry } from './nodes.ts';

/** The view hands over its own nodes; whatever only looks like one is refused. */
const nodeSchema = z.custom<JobNode | BatchNode>((value) => value instanceof JobNode || value instanceof BatchNode, {
  error: 'not a job',
});

/** For keybindings and other extensions: a job by its id. */
const idSchema = z.strictObject({ job: z.string().regex(/^job_[0-9a-z]{1,40}$/) });

/** A job of the view, its batch, or a job by its id; the arguments of menus come after it. */
export const jobArguments = z.tuple([z.union([nodeSchema, idSchema]).nullish()], z.unknown());

export type JobArgument = z.infer<typeof jobArguments>[0];

/** The jobs that are meant, as they are now; none where the id is unknown. */
export async function entriesMeant(services: Services, given: NonNullable<JobArgument>): Promise<readonly JobEntry[]> {
  if (given instanceof JobNode) return [given.entry];
  if (given instanceof BatchNode) return given.members.map(({ entry }) => entry);
  const entries = await freshEntries(services);
  return entries.filter(({ job }) => job.id === given.job);
}

/** All jobs of the folders as they are now, newest first. */
export async function freshEntries(services: Services): Promise<readonly JobEntry[]> {
  const lists = await Promise.all(services.jobs.homes.map((home) => readEntries(services, home)));
  return lists.flat().toSorted((one, other) => other.job.createdAt - one.job.createdAt);
}

async function readEntries(services: Services, home: Uri): Promise<readonly JobEntry[]> {
  const door = await openDoor(services, home);
  await using lease = await door.pipeline();
  return await entriesOf(lease.value, home);
}
