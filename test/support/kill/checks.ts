/** What must be true of a workspace whatever befell the processes that worked on it. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Job } from '../../../src/core/jobs/job.ts';
import { parseSidecar } from '../../../src/core/outputs/sidecar.ts';

/** Only whole files of that ending with their sidecars. @returns paths by hash */
export async function checkOutputs(folder: string, ending: string): Promise<Map<string, string>> {
  const names = await readdir(folder);
  const onDisk = new Map<string, string>();
  for (const name of names) {
    assert.ok(name.endsWith(ending) || name.endsWith(`${ending}.json`), 'no temporary file is left');
    assert.ok(!name.startsWith('.'), 'no hidden file is left');
    if (name.endsWith('.json')) {
      assert.ok(names.includes(name.slice(0, -'.json'.length)), `${name} has its file`);
      continue;
    }
    const path = join(folder, name);
    const hash = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    assert.equal(onDisk.get(hash), undefined, `${name} is there once`);
    onDisk.set(hash, path);
    assert.equal(parseSidecar(await readFile(`${path}.json`, 'utf8'))?.asset.sha256, hash, `${name} has its sidecar`);
  }
  return onDisk;
}

export function checkJobs(jobs: readonly Job[], onDisk: ReadonlyMap<string, string>): void {
  const claimed = jobs.flatMap((job) => job.outputs.filter((output) => output.placed));
  assert.equal(claimed.length, onDisk.size, 'every file belongs to one job');
  for (const { facts, path } of claimed) assert.equal(onDisk.get(facts.sha256), path);
  for (const job of jobs) if (job.state === 'done') assert.equal(job.outputs.length, job.count);
}

export async function checkState(stateFolder: string): Promise<void> {
  const names = (await readdir(stateFolder)).filter((name) => !/^shotlist\.db(-wal|-shm)?$/.test(name));
  assert.deepEqual(names, ['.gitignore'], 'nothing else lies in the state folder');
  const database = new DatabaseSync(join(stateFolder, 'shotlist.db'));
  assert.equal(database.prepare('PRAGMA integrity_check').get()?.['integrity_check'], 'ok');
  assert.equal(Number(database.prepare('SELECT count(*) AS rows FROM owners').get()?.['rows'] ?? -1) >= 0, true);
  database.close();
}
