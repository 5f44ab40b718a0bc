/**
 * Where the sandbox keeps what outlives a call: one JSON file a job, files of input by the hash of their contents, and
 * drawn files, so that none is drawn twice. Any process may use the folder at the same time; what in it is broken or not
 * ours is left out.
 */
import { createHash } from 'node:crypto';
import { link, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../environment.ts';
import { inputIdSchema, jobIdSchema, videoJobSchema, type VideoJob } from './video-job.ts';

export interface StateFolder {
  /** False where the id is taken. */
  add(job: VideoJob): Promise<boolean>;
  replace(job: VideoJob): Promise<void>;
  find(id: string): Promise<VideoJob | undefined>;
  /** Newest first. */
  list(): Promise<VideoJob[]>;
  /** False where there was none. */
  remove(id: string): Promise<boolean>;
  /** Keeps a file of input; returns its name. */
  keepInput(bytes: Uint8Array): Promise<string>;
  readInput(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** A drawn file under a name of 64 hexadecimal digits. */
  readDrawn(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  keepDrawn(name: string, bytes: Uint8Array): Promise<void>;
  /** Removes the folder where it is only of this sandbox. */
  dispose(): Promise<void>;
}

const maxAgeMs = 7 * 24 * 60 * 60 * 1000;
const maxJobs = 500;
const maxDrawn = 200;
const cleanEveryMs = 60 * 60 * 1000;
const maxJobBytes = 2 * 1024 * 1024;
const maxFileBytes = 256 * 1024 * 1024;
const hashBytes = 32;

/** Without a `path` it is a new folder of the system's temporary ones, made on first use. */
export function createStateFolder(path: string | undefined, clock: Clock): StateFolder {
  let opened: Promise<string> | undefined;
  let cleanedAt = -Infinity;
  let writes = 0;

  const open = async (): Promise<string> => {
    const root = path ?? (await mkdtemp(join(tmpdir(), 'shotlist-sandbox-')));
    for (const part of ['jobs', 'inputs', 'drawn']) await mkdir(join(root, part), { recursive: true });
    return root;
  };
  const place = async (part: 'jobs' | 'inputs' | 'drawn', name: string): Promise<string> => {
    opened ??= open();
    opened.catch(() => (opened = undefined));
    return join(await opened, part, name);
  };
  /** The bytes under a temporary name beside the place. */
  const writeBeside = async (target: string, bytes: Uint8Array | string): Promise<string> => {
    const temporary = `${target}.${process.pid}-${writes++}.tmp`;
    await writeFile(temporary, bytes, { flag: 'wx' });
    return temporary;
  };
  const write = async (target: string, bytes: Uint8Array | string): Promise<void> => {
    await rename(await writeBeside(target, bytes), target);
  };
  const readJob = async (name: string): Promise<VideoJob | undefined> => {
    const bytes = await readPlainFile(await place('jobs', name), maxJobBytes);
    if (bytes === undefined) return undefined;
    try {
      const parsed = videoJobSchema.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
      return parsed.success && `${parsed.data.id}.json` === name ? parsed.data : undefined;
    } catch {
      return undefined;
    }
  };
  const allJobs = async (): Promise<VideoJob[]> => {
    const names = (await readdir(await place('jobs', ''))).filter((name) => name.endsWith('.json'));
    const jobs: VideoJob[] = [];
    for (const name of names) {
      const job = jobIdSchema.safeParse(name.slice(0, -'.json'.length)).success ? await readJob(name) : undefined;
      if (job !== undefined) jobs.push(job);
    }
    return jobs.toSorted((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
  };
  const clean = async (): Promise<void> => {
    if (clock.now() - cleanedAt < cleanEveryMs) return;
    cleanedAt = clock.now();
    const oldest = clock.now() - maxAgeMs;
    const jobs = await allJobs();
    for (const [index, job] of jobs.entries()) {
      if (index >= maxJobs || job.createdAt < oldest) await rm(await place('jobs', `${job.id}.json`), { force: true });
    }
    await removeOld(await place('inputs', ''), maxAgeMs, Infinity);
    await removeOld(await place('drawn', ''), maxAgeMs, maxDrawn);
  };

  return {
    async add(job) {
      await clean();
      const target = await place('jobs', `${job.id}.json`);
      const temporary = await writeBeside(target, JSON.stringify(job));
      try {
        await link(temporary, target);
        return true;
      } catch (error) {
        if (isCode(error, 'EEXIST')) return false;
        // a file system without hard links
        await rename(temporary, target);
        return true;
      } finally {
        await rm(temporary, { force: true });
      }
    },
    replace: async (job) => write(await place('jobs', `${job.id}.json`), JSON.stringify(job)),
    find: async (id) => (jobIdSchema.safeParse(id).success ? readJob(`${id}.json`) : undefined),
    list: allJobs,
    async remove(id) {
      if (!jobIdSchema.safeParse(id).success) return false;
      try {
        await rm(await place('jobs', `${id}.json`));
        return true;
      } catch (error) {
        if (isCode(error, 'ENOENT')) return false;
        throw error;
      }
    },
    async keepInput(bytes) {
      const name = createHash('sha256').update(bytes).digest('hex');
      const target = await place('inputs', name);
      if ((await readPlainFile(target, maxFileBytes)) === undefined) await write(target, bytes);
      // so that it is as young as the youngest job that uses it
      else await utimes(target, new Date(), new Date());
      return name;
    },
    async readInput(name) {
      if (!inputIdSchema.safeParse(name).success) return undefined;
      const bytes = await readPlainFile(await place('inputs', name), maxFileBytes);
      return bytes !== undefined && createHash('sha256').update(bytes).digest('hex') === name ? bytes : undefined;
    },
    async readDrawn(name) {
      const bytes = await readPlainFile(await place('drawn', name), maxFileBytes);
      if (bytes === undefined || bytes.length <= hashBytes) return undefined;
      const contents = bytes.slice(0, -hashBytes);
      return createHash('sha256').update(contents).digest().equals(bytes.subarray(-hashBytes)) ? contents : undefined;
    },
    async keepDrawn(name, bytes) {
      const hash = createHash('sha256').update(bytes).digest();
      await write(await place('drawn', name), Buffer.concat([bytes, hash]));
    },
    async dispose() {
      const root = await opened?.catch(() => undefined);
      if (root !== undefined && path === undefined) await rm(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Of a regular file that is no larger than `maxBytes`; undefined otherwise. */
async function readPlainFile(path: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    const facts = await lstat(path);
    return facts.isFile() && facts.size <= maxBytes ? new Uint8Array(await readFile(path)) : undefined;
  } catch {
    return undefined;
  }
}

/** Files by their own dates: those of `maxAgeMs` and more, and the oldest above `maxFiles`. */
async function removeOld(folder: string, maxAgeMs: number, maxFiles: number): Promise<void> {
  const files = [];
  for (const name of await readdir(folder)) {
    const facts = await lstat(join(folder, name)).catch(() => undefined);
    if (facts?.isFile() === true) files.push({ name, changedAt: facts.mtimeMs });
  }
  const oldest = Date.now() - maxAgeMs;
  for (const [index, { name, changedAt }] of files.toSorted((a, b) => b.changedAt - a.changedAt).entries()) {
    if (index >= maxFiles || changedAt < oldest) await rm(join(folder, name), { force: true });
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
