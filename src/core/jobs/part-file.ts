/** A file that grows while a result is received, and is hashed on the way. */
import { createHash } from 'node:crypto';
import { ShotlistError } from '../errors.ts';
import { codeOf, removeIfThere, type Disk } from '../outputs/disk.ts';

export interface PartFile {
  /** Bytes so far. */
  readonly bytes: number;
  /** The bytes must not be changed afterwards. Resolves when there is room for more, which may be before they are written. */
  append(piece: Uint8Array): Promise<void>;
  /** Begins anew. */
  clear(): Promise<void>;
  /** Makes the bytes durable. @returns their lower-case hex SHA-256 */
  finish(): Promise<string>;
  /** To be called in the end, whatever happened. */
  close(): Promise<void>;
}

/**
 * Makes a file that nothing was in. All of its methods throw `write_failed` where the disk is at fault.
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
  let bytes = 0;
  let writing: Promise<void> = Promise.resolve();

  const write = async (piece: Uint8Array, position: number): Promise<void> => {
    for (let written = 0; written < piece.length;) {
      const { bytesWritten } = await file.write(piece, written, piece.length - written, position + written);
      written += bytesWritten;
    }
  };

  return {
    get bytes() {
      return bytes;
    },
    async append(piece) {
      const before = writing;
      const position = bytes;
      bytes += piece.length;
      writing = before.then(() => write(piece, position));
      // whoever waits for it next hears of its failure
      writing.catch(() => undefined);
      hash.update(piece);
      await onDisk(() => before);
    },
    async clear() {
      await writing.catch(() => undefined);
      writing = Promise.resolve();
      await onDisk(() => file.truncate(0));
      hash = createHash('sha256');
      bytes = 0;
    },
    async finish() {
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
