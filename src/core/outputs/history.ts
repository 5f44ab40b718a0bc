/** The history of what was made, searchable by the words of the prompts. Sidecars are the truth; this is their index. */
import { lstat, opendir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Database } from '../journal/database.ts';
import { parseSidecar, portablePath, type Sidecar } from './sidecar.ts';

export interface AssetEntry {
  /** Relative to the workspace with `/`, or absolute for a place outside that the person named. */
  readonly path: string;
  readonly sidecar: Sidecar;
}

const maxSidecarBytes = 1024 * 1024;
const maxDepth = 16;
const maxFiles = 200_000;
const changesAtOnce = 500;
const skippedFolders = new Set(['node_modules']);

/** Enters an asset, or replaces what was known of that path. */
export function recordAsset(connection: DatabaseSync, { path, sidecar }: AssetEntry): void {
  const old = connection.prepare('DELETE FROM assets WHERE path = ? RETURNING id').get(path);
  if (old !== undefined) connection.prepare('DELETE FROM assets_search WHERE rowid = ?').run(Number(old['id']));
  const { lastInsertRowid } = connection
    .prepare('INSERT INTO assets (path, sha256, created_at, sidecar) VALUES (?, ?, ?, ?)')
    .run(path, sidecar.asset.sha256, sidecar.createdAt, JSON.stringify(sidecar));
  connection
    .prepare('INSERT INTO assets_search (rowid, prompt, model, path) VALUES (?, ?, ?, ?)')
    .run(lastInsertRowid, sidecar.request.prompt, sidecar.request.model, path);
}

/** Assets whose prompt, model or path has all these words, best first. Nothing in `text` is an operator. */
export function searchAssets(database: Database, text: string, limit: number): Promise<AssetEntry[]> {
  const words = text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  const expression = words.map((word) => `"${word}"*`).join(' ');
  if (expression === '') return Promise.resolve([]);
  return database.read((connection) =>
    connection
      .prepare(
        `SELECT assets.path, assets.sidecar FROM assets_search JOIN assets ON assets.id = assets_search.rowid
         WHERE assets_search MATCH ? ORDER BY rank LIMIT ?`,
      )
      .all(expression, limit)
      .flatMap((row) => {
        const sidecar = parseSidecar(String(row['sidecar']));
        return sidecar === undefined ? [] : { path: String(row['path']), sidecar };
      }),
  );
}

/**
 * Makes the history anew from the sidecars of a workspace. Links are not followed, hidden folders not entered, and a
 * sidecar counts only beside a file of the size that it states.
 * @returns how many assets there are, and the paths of `.png.json` and the like that are no sidecars of theirs
 */
export async function rebuildHistory(
  database: Database,
  workspaceFolder: string,
): Promise<{ readonly assets: number; readonly skipped: readonly string[] }> {
  const skipped: string[] = [];
  const found: AssetEntry[] = [];
  for await (const path of sidecarsIn(workspaceFolder, 0, { left: maxFiles })) {
    const sidecar = await readSidecar(path);
    if (sidecar === undefined) skipped.push(path);
    else found.push({ path: portablePath(workspaceFolder, path.slice(0, -'.json'.length)), sidecar });
  }
  await database.write((connection) => connection.exec('DELETE FROM assets; DELETE FROM assets_search'));
  for (let first = 0; first < found.length; first += changesAtOnce) {
    const some = found.slice(first, first + changesAtOnce);
    await database.write((connection) => some.forEach((entry) => recordAsset(connection, entry)));
  }
  return { assets: found.length, skipped };
}

async function* sidecarsIn(folder: string, depth: number, budget: { left: number }): AsyncGenerator<string> {
  const entries = await opendir(folder).catch(() => undefined);
  if (entries === undefined) return;
  const subfolders: string[] = [];
  for await (const entry of entries) {
    if (budget.left-- <= 0) return;
    if (entry.isDirectory() && !entry.name.startsWith('.') && !skippedFolders.has(entry.name))
      subfolders.push(entry.name);
    else if (entry.isFile() && /\.(png|jpe?g|webp|gif|avif|svg|mp4|webm|mov|bin)\.json$/i.test(entry.name))
      yield join(folder, entry.name);
  }
  if (depth >= maxDepth) return;
  for (const name of subfolders) yield* sidecarsIn(join(folder, name), depth + 1, budget);
}

async function readSidecar(path: string): Promise<Sidecar | undefined> {
  const [own, asset] = await Promise.all([
    lstat(path).catch(() => undefined),
    lstat(path.slice(0, -'.json'.length)).catch(() => undefined),
  ]);
  if (own === undefined || own.size > maxSidecarBytes || asset?.isFile() !== true) return undefined;
  const sidecar = parseSidecar(await readFile(path, 'utf8'));
  return sidecar?.asset.bytes === asset.size ? sidecar : undefined;
}
