/** The process around the command line: streams, variables, the current folder. */
import { text } from 'node:stream/consumers';
import { ShotlistError } from '../core/errors.ts';

export interface Io {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the current folder. */
  readonly folder: string;
}

export function processIo(): Io {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    variables: process.env,
    folder: process.cwd(),
  };
}

/** All of standard input. @throws ShotlistError `invalid_request` where it cannot be read */
export async function readStdin(io: Io, what: string): Promise<string> {
  if (io.stdin.isTTY) io.stderr.write(`Type ${what}, then Ctrl-D:\n`);
  try {
    return await text(io.stdin);
  } catch (error) {
    throw new ShotlistError('invalid_request', `Standard input can't be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** A reader that went away (`| head`) is no fault: what it doesn't read isn't written. */
export function ignoreClosedPipes(io: Io): void {
  for (const stream of [io.stdout, io.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** Whether a person can be asked something. */
export function canAsk(io: Io): boolean {
  return io.stdin.isTTY && io.stderr.isTTY && io.variables['CI'] === undefined;
}

/** Resolves when what was written has left the process. */
export async function flush(io: Io): Promise<void> {
  for (const stream of [io.stdout, io.stderr]) {
    if (stream.writableLength === 0 || stream.destroyed) continue;
    await new Promise<void>((resolve) => {
      stream.write('', () => resolve());
    });
  }
}
