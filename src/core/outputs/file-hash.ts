/** Hashes of files of any size. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

const pieceBytes = 1024 * 1024;

/** Lower-case hex SHA-256 of a file, read piece by piece; undefined where it can't be read. */
export async function sha256OfFile(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(path, { highWaterMark: pieceBytes })) hash.update(piece as Uint8Array);
  } catch {
    return undefined;
  }
  return hash.digest('hex');
}
