/** What a person is told when the disk is at fault. */
import { ShotlistError } from '../errors.ts';

/** Before anything is paid for. */
export function cannotWrite(folder: string, cause: unknown): ShotlistError {
  return new ShotlistError('write_failed', `Nothing can be written into ${folder}${reasonOf(cause)}.`, {
    hint: 'Check the permissions of the folder and the free space of the disk, or choose another folder.',
    cause,
  });
}

/** After it was paid for. */
export function writeFailed(path: string, savedAs: string, cause: unknown): ShotlistError {
  return new ShotlistError(
    'write_failed',
    `${path} couldn't be written${reasonOf(cause)}; the file was kept as ${savedAs}.`,
    {
      hint: 'Nothing that was paid for is lost: move the file to where you want it.',
      cause,
    },
  );
}

function reasonOf(cause: unknown): string {
  if (ShotlistError.is(cause)) return ` (${cause.message.replace(/\.$/, '')})`;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : '';
}
