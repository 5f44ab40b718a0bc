import assert from 'node:assert/strict';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { systemClock } from '../../../src/core/environment.ts';
import { createDatabase } from '../../../src/core/journal/database.ts';
import { openDatabase } from '../../../src/core/journal/sqlite.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

describe('The database', () => {
  let folder = '';
  let connection: DatabaseSync;
  const surroundings = { clock: systemClock, random: Math.random };
  const rows = (): number => Number(connection.prepare('SELECT count(*) AS rows FROM things').get()?.['rows']);
  const add = (value: number) => (opened: DatabaseSync) => opened.prepare('INSERT INTO things VALUES (?)').run(value);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'shotlist-test-'));
    connection = openDatabase(join(folder, 'x.db'));
    connection.exec('PRAGMA journal_mode = WAL; CREATE TABLE things (value INTEGER PRIMARY KEY) STRICT');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('flushes changes that are asked for together only once', async () => {
    let commits = 0;
    const counted = new Proxy(connection, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...parameters: unknown[]): unknown => {
          if (parameters[0] === 'COMMIT') commits++;
          return Reflect.apply(value, target, parameters);
        };
      },
    });
    const database = createDatabase(counted, surroundings);
    await Promise.all(Array.from({ length: 50 }, (_, index) => database.write(add(index))));
    assert.deepEqual([rows(), commits], [50, 1]);
    await database.close();
  });

  it('undoes the change that fails and no other', async () => {
    const database = createDatabase(connection, surroundings);
    const results = await Promise.allSettled([
      database.write(add(1)),
      database.write((opened) => {
        add(2)(opened);
        throw new Error('no');
      }),
      database.write(add(1)),
      database.write(add(3)),
    ]);
    assert.deepEqual(
      results.map((result) => result.status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
    );
    assert.equal(rows(), 2);
    await database.close();
  });

  it('flushes the log of a connection in WAL mode itself, and leaves other modes to SQLite', async () => {
    const synchronous = (opened: DatabaseSync): unknown => opened.prepare('PRAGMA synchronous').get()?.['synchronous'];
    const rollback = openDatabase(join(folder, 'rollback.db'));
    const full = 2;
    const normal = 1;
    assert.deepEqual([synchronous(connection), synchronous(rollback)], [full, full]);
    const databases = [createDatabase(connection, surroundings), createDatabase(rollback, surroundings)];
    assert.deepEqual([synchronous(connection), synchronous(rollback)], [normal, full]);
    for (const database of databases) await database.close();
  });

  it('does not call a change durable that the disk refused', async () => {
    const database = createDatabase(connection, surroundings);
    await rename(join(folder, 'x.db-wal'), join(folder, 'gone'));
    await assert.rejects(database.write(add(1)), { name: 'ShotlistError', code: 'write_failed' });
    await rename(join(folder, 'gone'), join(folder, 'x.db-wal'));
    await database.write(add(2));
    await database.close();
  });

  it('waits for another process without holding up this one', async () => {
    const other = openDatabase(join(folder, 'x.db'));
    other.exec('BEGIN IMMEDIATE');
    const database = createDatabase(connection, surroundings);
    const writing = database.write(add(1));
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.ok(ticks >= 2, `${ticks} ticks`);
    other.exec('COMMIT');
    other.close();
    await writing;
    clearInterval(timer);
    assert.equal(rows(), 1);
    await database.close();
  });

  it('gives up on a database that stays locked, in plain words', async () => {
    const other = openDatabase(join(folder, 'x.db'));
    other.exec('BEGIN IMMEDIATE');
    const clock = createFakeClock({ automatic: true });
    const before = clock.now();
    const random = (): number => 1;
    const slow = { ...clock, now: () => clock.now(), sleep: (ms: number) => clock.sleep(ms * 200) };
    const database = createDatabase(connection, { clock: slow, random });
    await assert.rejects(database.write(add(1)), { name: 'ShotlistError', code: 'write_failed' });
    assert.ok(clock.now() - before >= 30_000);
    other.close();
    await database.close();
  });

  it('finishes what was asked for before it closes', async () => {
    const database = createDatabase(connection, surroundings);
    const writing = database.write(add(1));
    await Promise.all([writing, database.close()]);
    const again = openDatabase(join(folder, 'x.db'));
    assert.equal(again.prepare('SELECT count(*) AS rows FROM things').get()?.['rows'], 1);
    again.close();
  });
});
