/** Who runs a job: a process that can be told from any other, also from a later one with the same number. */
import { randomBytes } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import * as z from 'zod';

export const ownerSchema = z.object({
  token: z.string(),
  pid: z.int().positive(),
  host: z.string(),
  /** Linux: id of this run of the system, number space of processes, and when the process began (clock ticks since). */
  boot: z.string().optional(),
  namespace: z.string().optional(),
  startedAt: z.string().optional(),
});
export type Owner = z.infer<typeof ownerSchema>;

export const leaseMs = 30_000;
/** An owner that can't be looked at is given up this long after its lease. */
const graceMs = 10 * 60_000;

/** This process as an owner, with a token of its own. */
export async function describeOwner(): Promise<Owner> {
  const [boot, namespace, startedAt] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
      (text) => text.trim(),
      () => undefined,
    ),
    readlink('/proc/self/ns/pid').catch(() => undefined),
    startOf(process.pid),
  ]);
  return {
    token: randomBytes(12).toString('hex'),
    pid: process.pid,
    host: hostname(),
    ...(boot === undefined ? {} : { boot }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(startedAt === undefined ? {} : { startedAt }),
  };
}

/**
 * Whether an owner is provably gone. On the same system that is so when its process ended; a lease that ran out
 * proves nothing while the process lives. Owners that can't be looked at (another machine or container, or a process
 * number that may have been given away on a system that tells no start times) count as gone ten minutes after their lease.
 */
export async function isGone(owner: Owner, leaseUntil: number, self: Owner, now: number): Promise<boolean> {
  const expired = now > leaseUntil + graceMs;
  if (owner.host !== self.host) return expired;
  if (owner.boot !== self.boot) return true;
  if (owner.namespace !== self.namespace) return expired;
  if (!isRunning(owner.pid)) return true;
  const startedAt = await startOf(owner.pid);
  if (startedAt === undefined || owner.startedAt === undefined) return expired;
  return startedAt !== owner.startedAt;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // another person's process may not be signalled, but it is there
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/PID/stat (proc(5)); a zombie counts as ended. Undefined on other systems. */
async function startOf(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // the name in parentheses may hold anything
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields?.[0] === 'Z') return 'ended';
  return fields?.[19];
}
