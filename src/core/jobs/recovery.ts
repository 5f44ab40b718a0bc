/** Settles what dead processes left behind. Sends nothing, ever. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../environment.ts';
import { assertContained } from '../outputs/containment.ts';
import { removeIfThere } from '../outputs/disk.ts';
import { temporaryPrefix } from '../outputs/write-asset.ts';
import { ShotlistError, type ErrorData } from '../errors.ts';
import type { Finisher } from './finish.ts';
import type { Job } from './job.ts';
import type { Journal } from '../journal/journal.ts';
import { isGone } from '../journal/owner.ts';

export interface RecoveryOptions {
  readonly journal: Journal;
  readonly finisher: Finisher;
  readonly workspaceFolder: string;
  readonly environment: Environment;
}

/** Tokens of owners that are provably gone. */
export async function findGoneOwners(journal: Journal, now: number): Promise<ReadonlySet<string>> {
  const gone = new Set<string>();
  for (const [token, held] of await journal.owners()) {
    if (token === journal.self.token) continue;
    if (held === undefined || (await isGone(held.owner, held.leaseUntil, journal.self, now))) gone.add(token);
  }
  return gone;
}

/** The error of a job whose answer will never be known. */
export function chargedOrNot({ request }: Pick<Job, 'request'>, why: string): ErrorData {
  const thing = request.kind === 'video' ? 'clip' : 'picture';
  return {
    code: 'provider_unavailable',
    message: `${why} It is not known whether the provider made the ${thing}, and it may have been charged.`,
    hint: 'Look at the usage page of the provider; retrying the job pays again.',
  };
}

/** What a job looks like after its process died while the call was under way. */
export function cutOff(job: Job): Job {
  return { ...job, state: 'unknown', error: chargedOrNot(job, 'Shotlist was ended while the provider was working.') };
}

/**
 * Takes over the jobs of dead owners: `submitting` becomes `unknown`, `downloading` is finished from what is on disk,
 * the others are left to nobody. Removes their temporary files.
 */
export async function settleDeadOwners(options: RecoveryOptions): Promise<void> {
  const { journal, environment } = options;
  const gone = await findGoneOwners(journal, environment.clock.now());
  if (gone.size === 0) return;
  const entries = await journal.heldBy([...gone]);
  // another process may be settling the same
  if (entries.length === 0 || !(await journal.adopt(entries))) return;
  const jobs = entries.map(({ job }) => job);
  for (const job of jobs) await settleJob(job, options);
}

/** Settles one job that was taken over. Afterwards nobody owns it. */
export async function settleJob(job: Job, options: RecoveryOptions): Promise<void> {
  const { journal, finisher, environment } = options;
  const from = { state: job.state, owner: journal.self.token };
  const updatedAt = environment.clock.now();
  const leave = (next: Job): Promise<boolean> => journal.change({ ...next, updatedAt }, from, undefined);
  if (job.state !== 'downloading') {
    await removeTemporaryFiles(job, options);
    await leave(job.state === 'submitting' ? cutOff(job) : job);
    return;
  }
  try {
    const recovered = await finisher.recover(job);
    if (recovered.outcome === 'finished') return;
    await removeTemporaryFiles(job, options);
    await leave(recovered.outcome === 'lost' ? cutOff(recovered.job) : recovered.job);
  } catch (error) {
    environment.log.warn(`Job ${job.id} can't be finished now: ${String(error)}`);
    await leave({ ...job, error: ShotlistError.from(error).toData() });
  }
}

async function removeTemporaryFiles(job: Job, { workspaceFolder, environment }: RecoveryOptions): Promise<void> {
  const { folder, chosen } = job.target;
  try {
    if (!chosen) await assertContained(workspaceFolder, folder);
    const names = (await readdir(folder)).filter((name) => name.startsWith(temporaryPrefix(job.id)));
    for (const name of names) await removeIfThere(join(folder, name));
  } catch (error) {
    // most often the folder was never made
    environment.log.trace(`No temporary files of job ${job.id} were removed: ${String(error)}`);
  }
}
