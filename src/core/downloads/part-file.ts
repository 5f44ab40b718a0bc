/** A file that grows while a result is received, and is hashed on the way. */
import { createHash } from 'node:crypto';
import { ShotlistError } from '../errors.ts';
import { codeOf, removeIfThere, type Disk } from '../outputs/disk.ts';

export interface PartFile {
  /** Bytes so far. */
  readonly bytes: number;
  /** Takes the bytes over; they may be written later. */
  append(piece: Uint8Array): Promise<void>;
  /** Begins anew. */
  clear(): Promise<void>;
  /** Makes the bytes durable. @returns their lower-case hex SHA-256 */
  finish(): Promise<string>;
  /** To be called in the end, whatever happened. */
  close(): Promise<void>;
}

/** What a network brings at a time is too little for a disk. */
const blockBytes = 1024 * 1024;

/**
 * Makes a file that nothing was in. All of its methods throw `write_failed` where the disk is at fault. While one block
 * is written, the next one is filled: that is all the memory there is.
 * @throws ShotlistError `write_failed`
 */
export async function createPartFile(path: string, disk: Disk): Promise<PartFile> {
  const onDisk = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      throw cannotWrite(path, error);
    }
  };
  const file = await onDisk(async () => {
    await removeIfThere(path);
    return disk.createNew(path);
  });
  let hash = createHash('sha256');
  let written = 0;
  let filled = 0;
  let block = Buffer.allocUnsafeSlow(blockBytes);
  let other = Buffer.allocUnsafeSlow(blockBytes);
  let writing: Promise<void> = Promise.resolve();

  const write = async (bytes: Uint8Array, position: number): Promise<void> => {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  };
  /** Begins to write what is in the block. */
  const flush = async (): Promise<void> => {
    await onDisk(() => writing);
    const bytes = block.subarray(0, filled);
    writing = write(bytes, written);
    // whoever waits for it next hears of its failure
    writing.catch(() => undefined);
    hash.update(bytes);
    written += filled;
    filled = 0;
    [block, other] = [other, block];
  };

  return {
    get bytes() {
      return written + filled;
    },
    async append(piece) {
      for (let taken = 0; taken < piece.length;) {
        const some = piece.subarray(taken, taken + blockBytes - filled);
        block.set(some, filled);
        filled += some.length;
        taken += some.length;
        if (filled === blockBytes) await flush();
      }
    },
    async clear() {
      await writing.catch(() => undefined);
      writing = Promise.resolve();
      await onDisk(() => file.truncate(0));
      hash = createHash('sha256');
      written = 0;
      filled = 0;
    },
    async finish() {
      await flush();
      await onDisk(async () => {
        await writing;
        await file.datasync();
      });
      return hash.copy().digest('hex');
    },
    async close() {
      await writing.catch(() => undefined);
      await file.close().catch(() => undefined);
    },
  };
}

function cannotWrite(path: string, cause: unknown): ShotlistError {
  const code = codeOf(cause);
  return new ShotlistError('write_failed', `${path} can't be written${code === '' ? '' : ` (${code})`}.`, {
    hint: 'Free some space on the disk and resume the job: the provider still has the clip.',
    cause,
  });
}
