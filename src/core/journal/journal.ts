/** The journal of one workspace. Every change of a job is a compare-and-set on its state and owner. */
import type { DatabaseSync } from 'node:sqlite';
import type { Environment } from '../environment.ts';
import type { JobState } from '../generation.ts';
import { recordAsset, type AssetEntry } from '../outputs/history.ts';
import type { Database } from './database.ts';
import type { Job } from '../jobs/job.ts';
import { entryFromRow, jobToBody, type Entry, type Row } from './journal-row.ts';
import { knownOperations } from './journal-queries.ts';
import { leaseMs, ownerSchema, type Owner } from './owner.ts';

export interface HeldBy {
  readonly owner: Owner;
  readonly leaseUntil: number;
}

export interface Journal {
  readonly database: Database;
  /** This pipeline as an owner. */
  readonly self: Owner;
  /** Puts all jobs in, owned by this process, in one transaction. */
  insert(jobs: readonly Job[]): Promise<void>;
  find(id: string): Promise<Entry | undefined>;
  /** Newest batch first, jobs of a batch in their order. */
  list(): Promise<Entry[]>;
  /** The jobs of the newest batch of a plan; empty where it never ran. */
  newestBatch(planHash: string): Promise<Entry[]>;
  /**
   * Writes `next` if the job is still in that state and owned by `from.owner`.
   * @param owner who has it afterwards; undefined for nobody
   * @returns false where somebody else changed it
   */
  change(next: Job, from: Holding, owner: string | undefined, assets?: readonly AssetEntry[]): Promise<boolean>;
  /** Records a provider's answer over whatever others made of the job meanwhile, unless it has been answered. */
  recordAnswer(next: Job): Promise<boolean>;
  /**
   * Records the operation of a paid call that this process made, over whatever others made of the job meanwhile; one
   * that was cancelled stays so and keeps the operation.
   * @returns `superseded` where somebody else has gone on with the job, having found an operation for it
   */
  recordOperation(next: Job): Promise<'recorded' | 'cancelled' | 'superseded'>;
  /**
   * Gives jobs of this process the operations that were found for them, all or none, and leaves them to nobody.
   * @returns false where somebody else changed one, or where an operation belongs to a job already
   */
  settle(found: readonly Job[], from: JobState, operationIds: readonly string[]): Promise<boolean>;
  /** Takes jobs over, all or none. */
  adopt(entries: readonly Entry[]): Promise<boolean>;
  /** Newest first. */
  inStates(states: readonly JobState[]): Promise<Entry[]>;
  /** What these owners have. */
  heldBy(tokens: readonly string[]): Promise<Entry[]>;
  /** Owners of unfinished jobs; `undefined` instead of one whose record is missing or broken. */
  owners(): Promise<Map<string, HeldBy | undefined>>;
  requestCancel(id: string): Promise<void>;
  /** Ids of own jobs that somebody wants stopped. */
  cancelRequests(): Promise<string[]>;
  /** Renews the lease. */
  beat(): Promise<void>;
  close(): Promise<void>;
}

/** Somebody else changed the job: it is theirs now. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

export interface Holding {
  readonly state: JobState;
  readonly owner: string | undefined;
}

/** States in which the provider's answer is on disk or on its way there. */
const answered: readonly JobState[] = ['downloading', 'done'];
/** States in which somebody goes on with an operation, or has done so. */
const withOperation: readonly JobState[] = ['running', ...answered];

export function createJournal(
  database: Database,
  self: Owner,
  workspaceFolder: string,
  { clock, log }: Pick<Environment, 'clock' | 'log'>,
): Journal {
  const entries = (rows: readonly Row[]): Entry[] =>
    rows.flatMap((row) => {
      const entry = entryFromRow(row, workspaceFolder);
      if (entry === undefined) log.warn('The journal has an entry that is no job; it is left alone.');
      return entry ?? [];
    });
  const query = async (sql: string, ...values: string[]): Promise<Entry[]> =>
    entries(await database.read((connection) => connection.prepare(sql).all(...values)));

  const renewLease = (connection: DatabaseSync): void => {
    connection
      .prepare(
        'INSERT INTO owners (token, body, lease_until) VALUES (?, ?, ?) ON CONFLICT (token) DO UPDATE SET lease_until = excluded.lease_until',
      )
      .run(self.token, JSON.stringify(self), clock.now() + leaseMs);
  };
  const write = (connection: DatabaseSync, next: Job, owner: string | undefined): void => {
    connection
      .prepare('UPDATE jobs SET state = ?, owner = ?, body = ? WHERE id = ?')
      .run(next.state, owner ?? null, jobToBody(next, workspaceFolder), next.id);
  };

  return {
    database,
    self,
    insert: (jobs) =>
      database.write((connection) => {
        renewLease(connection);
        const statement = connection.prepare(
          'INSERT INTO jobs (id, batch, position, state, owner, plan_hash, created_at, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
        );
        for (const job of jobs) {
          const body = jobToBody(job, workspaceFolder);
          statement.run(job.id, job.batch, job.index, job.state, self.token, job.planHash, job.createdAt, body);
        }
      }),
    find: async (id) => (await query('SELECT * FROM jobs WHERE id = ?', id))[0],
    list: () => query('SELECT * FROM jobs ORDER BY created_at DESC, batch, position'),
    newestBatch: (planHash) =>
      query(
        `SELECT * FROM jobs WHERE batch = (SELECT batch FROM jobs WHERE plan_hash = ? ORDER BY created_at DESC, rowid DESC LIMIT 1)
         ORDER BY position`,
        planHash,
      ),
    change: (next, from, owner, assets = []) =>
      database.write((connection) => {
        if (!isHeld(connection, next.id, from)) return false;
        write(connection, next, owner);
        for (const asset of assets) recordAsset(connection, asset);
        return true;
      }),
    recordAnswer: (next) =>
      database.write((connection) => {
        const row = connection.prepare('SELECT state, owner FROM jobs WHERE id = ?').get(next.id);
        if (row === undefined) return false;
        // a clip is still at its provider; pictures are where their bytes are
        const settled = next.request.kind === 'video' ? withOperation : answered;
        if (row['owner'] !== self.token && settled.includes(row['state'] as JobState)) return false;
        write(connection, next, self.token);
        return true;
      }),
    recordOperation: (next) =>
      database.write((connection) => {
        const row = connection.prepare('SELECT state, owner FROM jobs WHERE id = ?').get(next.id);
        const state = row?.['state'] as JobState | undefined;
        if (row === undefined || state === undefined) return 'superseded';
        if (row['owner'] !== self.token && withOperation.includes(state)) return 'superseded';
        if (state !== 'cancelled') {
          write(connection, next, self.token);
          return 'recorded';
        }
        connection
          .prepare(`UPDATE jobs SET body = json_set(body, '$.operation', json(?), '$.startedAt', ?) WHERE id = ?`)
          .run(JSON.stringify(next.operation), next.startedAt ?? clock.now(), next.id);
        return 'cancelled';
      }),
    settle: (found, from, operationIds) =>
      database.write((connection) => {
        const held = found.every(({ id }) => isHeld(connection, id, { state: from, owner: self.token }));
        if (!held || knownOperations(connection, operationIds).size > 0) return false;
        for (const job of found) write(connection, job, undefined);
        return true;
      }),
    adopt: (wanted) =>
      database.write((connection) => {
        const free = wanted.every(({ job, owner }) => isHeld(connection, job.id, { state: job.state, owner }));
        if (!free) return false;
        renewLease(connection);
        const statement = connection.prepare('UPDATE jobs SET owner = ?, cancel_requested = 0 WHERE id = ?');
        for (const { job } of wanted) statement.run(self.token, job.id);
        return true;
      }),
    inStates: (states) =>
      query(
        `SELECT * FROM jobs WHERE state IN (SELECT value FROM json_each(?)) ORDER BY created_at DESC, batch, position`,
        JSON.stringify(states),
      ),
    heldBy: (tokens) =>
      query(
        'SELECT * FROM jobs WHERE owner IN (SELECT value FROM json_each(?)) ORDER BY created_at, batch, position',
        JSON.stringify(tokens),
      ),
    async owners() {
      const rows = await database.read((connection) =>
        connection
          .prepare(
            `SELECT DISTINCT jobs.owner AS token, owners.body, owners.lease_until FROM jobs LEFT JOIN owners ON owners.token = jobs.owner
             WHERE jobs.owner IS NOT NULL`,
          )
          .all(),
      );
      return new Map(rows.map((row) => [String(row['token']), ownerFromRow(row)]));
    },
    requestCancel: (id) =>
      database.write((connection) => {
        connection.prepare('UPDATE jobs SET cancel_requested = 1 WHERE id = ?').run(id);
      }),
    cancelRequests: () =>
      database.read((connection) =>
        connection
          .prepare('SELECT id FROM jobs WHERE owner = ? AND cancel_requested = 1')
          .all(self.token)
          .map((row) => String(row['id'])),
      ),
    beat: () => database.write(renewLease),
    async close() {
      try {
        await database.write((connection) => {
          connection
            .prepare('DELETE FROM owners WHERE token = ?1 AND NOT EXISTS (SELECT 1 FROM jobs WHERE owner = ?1)')
            .run(self.token);
        });
      } finally {
        await database.close();
      }
    },
  };
}

function isHeld(connection: DatabaseSync, id: string, { state, owner }: Holding): boolean {
  const row = connection
    .prepare('SELECT 1 FROM jobs WHERE id = ? AND state = ? AND owner IS ?')
    .get(id, state, owner ?? null);
  return row !== undefined;
}

function ownerFromRow(row: Row): HeldBy | undefined {
  try {
    const owner = ownerSchema.safeParse(JSON.parse(String(row['body'])));
    return owner.success ? { owner: owner.data, leaseUntil: Number(row['lease_until']) } : undefined;
  } catch {
    return undefined;
  }
}
