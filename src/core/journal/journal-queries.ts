/** Questions to the journal that no change of a job depends on. */
import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { videoSourceSchema } from '../generation.ts';
import type { Database } from './database.ts';
import type { Job } from '../jobs/job.ts';

/** Operations of these ids that belong to a job, whatever its state. For use inside a transaction. */
export function knownOperations(connection: DatabaseSync, ids: readonly string[]): ReadonlySet<string> {
  const statement = connection.prepare(`SELECT 1 FROM jobs WHERE body ->> '$.operation.id' = ? LIMIT 1`);
  return new Set(ids.filter((id) => statement.get(id) !== undefined));
}

/** A finished job of a model, as far as it tells how long the next one takes. */
const workSchema = z.object({
  request: z.object({ parameters: z.record(z.string(), z.unknown()), source: videoSourceSchema.exactOptional() }),
  workedMs: z.number().nonnegative(),
});
export type Work = z.infer<typeof workSchema>;

const recentJobs = 40;

/** The latest finished jobs of the same model at the same address, newest first. */
export async function recentWork(database: Database, { origin, request }: Job): Promise<Work[]> {
  const rows = await database.read((connection) =>
    connection
      .prepare(
        `SELECT body FROM jobs WHERE state = 'done' AND body ->> '$.origin' = ? AND body ->> '$.request.model' = ?
         ORDER BY created_at DESC LIMIT ?`,
      )
      .all(origin, request.model, recentJobs),
  );
  return rows.flatMap((row) => workSchema.safeParse(JSON.parse(String(row['body']))).data ?? []);
}

/** Paths of recorded clips with that request, newest first, as the history keeps them. */
export async function clipsOfRequest(database: Database, requestHash: string): Promise<string[]> {
  const rows = await database.read((connection) =>
    connection
      .prepare(
        `SELECT path FROM assets WHERE sidecar ->> '$.requestHash' = ? AND sidecar ->> '$.request.kind' = 'video'
         AND sidecar ->> '$.asset.mime' LIKE 'video/%' ORDER BY created_at DESC`,
      )
      .all(requestHash),
  );
  return rows.map((row) => String(row['path']));
}

/** Changes with every change of the journal by another process. */
export function othersMark(database: Database): Promise<string> {
  return database.read((connection) => String(connection.prepare('PRAGMA data_version').get()?.['data_version']));
}

/** Changes with every change of the journal. */
export async function changeMark(database: Database): Promise<string> {
  const own = await database.read((connection) =>
    String(connection.prepare('SELECT total_changes() AS changes').get()?.['changes']),
  );
  return `${await othersMark(database)} ${own}`;
}
