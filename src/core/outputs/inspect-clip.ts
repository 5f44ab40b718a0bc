/** What a clip is, told by its file. The parser works in a thread with little memory and little time. */
import { Worker } from 'node:worker_threads';
import { abortError, throwIfAborted } from '../network/abort.ts';
import type { ClipFacts, ClipFindings } from './clip-messages.ts';

/** A clip on disk with what was found out about it while it was written. */
export interface ClipFile {
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hex SHA-256. */
  readonly sha256: string;
  readonly clip: ClipFacts;
}

/** The message ends the sentence "The clip can't be played: …". */
export class UnplayableClip extends Error {
  override readonly name = 'UnplayableClip';
}

const maxHeapMebibytes = 256;
const maxMs = 60_000;

/**
 * Looks whether a clip is whole and what it shows, without reading all of it. A file made to exhaust the parser ends its
 * thread and nothing else.
 * @throws UnplayableClip; ShotlistError `cancelled` as soon as the signal aborts
 */
export async function inspectClip(path: string, signal?: AbortSignal): Promise<ClipFacts> {
  throwIfAborted(signal);
  const worker = new Worker(
    new URL(import.meta.url.endsWith('.ts') ? './inspect-clip-worker.ts' : './inspect-clip-worker.js', import.meta.url),
    { workerData: { path }, resourceLimits: { maxOldGenerationSizeMb: maxHeapMebibytes } },
  );
  const limit = AbortSignal.timeout(maxMs);
  const stop = signal === undefined ? limit : AbortSignal.any([limit, signal]);
  let onAbort: (() => void) | undefined;
  try {
    const findings = await new Promise<ClipFindings>((resolve, reject) => {
      onAbort = () =>
        reject(signal?.aborted === true ? abortError(signal) : new UnplayableClip('it is too much to read'));
      stop.addEventListener('abort', onAbort);
      worker.once('message', resolve);
      worker.once('error', () => reject(new UnplayableClip('it is too much to read')));
      worker.once('exit', () => reject(new UnplayableClip('it could not be read')));
    });
    if ('fault' in findings) throw new UnplayableClip(findings.fault);
    return findings.facts;
  } finally {
    if (onAbort !== undefined) stop.removeEventListener('abort', onAbort);
    await worker.terminate();
  }
}
