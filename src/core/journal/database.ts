/** Transactions on the journal: short, never waiting for the disk in the main thread, several changes to one flush. */
import type { DatabaseSync } from 'node:sqlite';
import type { Environment } from '../environment.ts';
import { isBusy, journalError } from './sqlite.ts';
import { takeOverFlushing } from './write-ahead-log.ts';

/** Reads and changes in one transaction; may run more than once, so it has no other effects. */
export type Change<Result> = (connection: DatabaseSync) => Result;

export interface Database {
  /**
   * Durable when it resolves. Changes that are asked for while the disk is being flushed share the next transaction;
   * none sees another fail.
   */
  write<Result>(change: Change<Result>): Promise<Result>;
  read<Result>(query: Change<Result>): Promise<Result>;
  /** Waits for the changes under way. */
  close(): Promise<void>;
}

interface Waiting {
  readonly run: (connection: DatabaseSync) => () => void;
  readonly reject: (error: unknown) => void;
}

/** How long another process may hold the database before we give up. */
const lockedMs = 30_000;
const shortestPauseMs = 2;
const longestPauseMs = 20;

export function createDatabase(
  connection: DatabaseSync,
  { clock, random }: Pick<Environment, 'clock' | 'random'>,
): Database {
  const log = takeOverFlushing(connection);
  let waiting: Waiting[] = [];
  /** The flush under way, or the last one. */
  let flushing = Promise.resolve();
  let isFlushing = false;

  const patiently = async <Result>(action: () => Result): Promise<Result> => {
    const deadline = clock.now() + lockedMs;
    for (;;) {
      try {
        return action();
      } catch (error) {
        if (!isBusy(error) || clock.now() > deadline) throw journalError(error);
      }
      await clock.sleep(shortestPauseMs + random() * (longestPauseMs - shortestPauseMs));
    }
  };

  const flush = async (): Promise<void> => {
    // whatever else is asked for in this turn of the event loop goes along
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      let taken: Waiting[] = [];
      try {
        const settle = await patiently(() => {
          taken = waiting;
          return commit(connection, taken);
        });
        waiting = waiting.slice(taken.length);
        await log?.flush();
        for (const done of settle) done();
      } catch (error) {
        waiting = waiting.filter((each) => !taken.includes(each));
        for (const each of taken) each.reject(journalError(error));
      }
    }
    isFlushing = false;
  };

  const beginFlush = (): void => {
    if (isFlushing) return;
    isFlushing = true;
    flushing = flush();
  };

  return {
    write<Result>(change: Change<Result>): Promise<Result> {
      return new Promise<Result>((resolve, reject) => {
        const run = (opened: DatabaseSync): (() => void) => {
          const result = inSavepoint(opened, change);
          return () => resolve(result);
        };
        // a new array: the one being committed stays as it is
        waiting = [...waiting, { run, reject }];
        beginFlush();
      });
    },
    read: (query) => patiently(() => query(connection)),
    async close() {
      await flushing;
      await log?.close();
      connection.close();
    },
  };
}

/** @returns what tells each asker, once everything is durable */
function commit(connection: DatabaseSync, changes: readonly Waiting[]): (() => void)[] {
  connection.exec('BEGIN IMMEDIATE');
  try {
    const settle = changes.map(({ run, reject }) => {
      try {
        return run(connection);
      } catch (error) {
        // an error of the file takes all changes with it, one of the change only that one
        if (!connection.isTransaction || isBusy(error)) throw error;
        return () => reject(journalError(error));
      }
    });
    connection.exec('COMMIT');
    return settle;
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}

function inSavepoint<Result>(connection: DatabaseSync, change: Change<Result>): Result {
  connection.exec('SAVEPOINT change');
  try {
    const result = change(connection);
    connection.exec('RELEASE change');
    return result;
  } catch (error) {
    if (connection.isTransaction) connection.exec('ROLLBACK TO change; RELEASE change');
    throw error;
  }
}
