/** The tables of `.shotlist/shotlist.db` and how older ones become newer ones. */
import type { DatabaseSync } from 'node:sqlite';
import { ShotlistError } from '../errors.ts';

/**
 * Each entry leads from the version of its index to the next; entries are never changed once released.
 * `jobs.body` and `owners.body` are JSON, parsed with their schemas whenever they are read; the columns beside them
 * are what compare-and-set and queries need, and win over the body.
 */
const migrations: readonly string[] = [
  `CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
   CREATE TABLE owners (token TEXT PRIMARY KEY, body TEXT NOT NULL, lease_until INTEGER NOT NULL) STRICT;
   CREATE TABLE jobs (
     id TEXT PRIMARY KEY,
     batch TEXT NOT NULL,
     position INTEGER NOT NULL,
     state TEXT NOT NULL,
     owner TEXT,
     cancel_requested INTEGER NOT NULL DEFAULT 0,
     plan_hash TEXT NOT NULL,
     created_at INTEGER NOT NULL,
     body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX jobs_by_batch ON jobs (batch, position);
   CREATE INDEX jobs_by_plan ON jobs (plan_hash, created_at);
   CREATE INDEX jobs_by_owner ON jobs (owner) WHERE owner IS NOT NULL;
   CREATE TABLE assets (
     id INTEGER PRIMARY KEY,
     path TEXT NOT NULL UNIQUE,
     sha256 TEXT NOT NULL,
     created_at TEXT NOT NULL,
     sidecar TEXT NOT NULL
   ) STRICT;
   CREATE INDEX assets_by_sha256 ON assets (sha256);
   CREATE VIRTUAL TABLE assets_search USING fts5 (prompt, model, path);`,
  // for clips: what is unsettled, whose operation one is, how long earlier ones took, and what was made already
  `CREATE INDEX jobs_by_state ON jobs (state, created_at);
   CREATE INDEX jobs_by_operation ON jobs (body ->> '$.operation.id');
   CREATE INDEX jobs_by_model ON jobs (body ->> '$.origin', body ->> '$.request.model', created_at) WHERE state = 'done';
   CREATE INDEX assets_by_request ON assets (sidecar ->> '$.requestHash');`,
];

const latestVersion = migrations.length;

/** Brings the tables up to date inside the transaction of the caller. @throws ShotlistError `internal` for a newer file */
export function migrate(connection: DatabaseSync): void {
  const version = schemaVersion(connection);
  if (version > latestVersion) {
    throw new ShotlistError('internal', 'The journal of this workspace was written by a newer version of Shotlist.', {
      hint: 'Update Shotlist.',
    });
  }
  for (const step of migrations.slice(version)) connection.exec(step);
  connection.exec(`PRAGMA user_version = ${latestVersion}`);
}

export function isCurrent(connection: DatabaseSync): boolean {
  return schemaVersion(connection) === latestVersion;
}

function schemaVersion(connection: DatabaseSync): number {
  return Number(connection.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}
