import { posix } from 'node:path';

/** The way from a folder to a file, both as paths of URIs (`/c:/work/a.png` on Windows). */
export function relativePath(folder: string, file: string): string {
  return posix.relative(sameDrive(folder), sameDrive(file));
}

/** Windows names one drive in two ways. */
function sameDrive(path: string): string {
  return path.replace(/^\/[A-Z]:/, (drive) => drive.toLowerCase());
}
