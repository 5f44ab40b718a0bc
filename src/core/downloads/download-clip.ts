/** Brings a finished clip from its provider into a file: streamed, resumed after a break, and looked into. */
import { originOf } from '../connections/connection.ts';
import type { Clock, Environment } from '../environment.ts';
import { ShotlistError } from '../errors.ts';
import { abortError, throwIfAborted } from '../network/abort.ts';
import { discard } from '../network/fetch-wrappers.ts';
import { safeFetch } from '../network/safe-fetch.ts';
import { removeIfThere, systemDisk, type Disk } from '../outputs/disk.ts';
import { inspectClip, UnplayableClip, type ClipFile } from '../outputs/inspect-clip.ts';
import type { VideoContent } from '../providers/provider.ts';
import { downloadError, failed, refusedBy, type DownloadContext } from './download.ts';
import { createPartFile, type PartFile } from './part-file.ts';
import { agreesWith, readRange, validatorOf } from './ranges.ts';
import { readWithRetry, type RetryOptions } from '../jobs/retry.ts';
import { leastProgressBytes, stalled, untilAborted, watchForStall } from './stall-watch.ts';

export interface ClipDownloadContext extends DownloadContext {
  readonly environment: Pick<Environment, 'clock' | 'random'>;
  readonly onWait?: RetryOptions['onWait'];
  /** Where the bytes go; the real file system unless a test says otherwise. */
  readonly disk?: Disk;
  /** Measures how long nothing comes: real time unless a test says otherwise, because the network takes real time. */
  readonly stallClock?: Clock;
  /** At most that many bytes; 8 GiB unless a test says otherwise. */
  readonly maxBytes?: number;
}

const maxInlineBytes = 100 * 1024 * 1024;
const maxClipBytes = 8 * 1024 ** 3;
/** How often a clip that came whole and can't be played is fetched. */
const wholeAttempts = 3;
const wholeBackoffMs = 2_000;
/** Another address may have it where one answers so. */
const elsewhere = new Set([404, 405, 501]);

/** One clip on its way, over all attempts. */
interface Passage {
  readonly urls: readonly string[];
  readonly file: PartFile;
  /** Index of the address that is used. */
  current: number;
  /** Names exactly these bytes at the server; absent where they can't be continued. */
  validator?: string;
  /** The most bytes that there ever were. */
  mark: number;
}

/**
 * Writes the clip to `path`. When this returns, the file is durable, whole and can be played; when it throws, there is no
 * file. Memory stays flat whatever the size.
 * @throws ShotlistError `download_failed`, `write_failed`, `cancelled`; `retryable` is set where the provider still has
 * the clip, so that the job can be resumed, and isn't where the link has expired or leads where nothing is fetched from
 */
export async function downloadClip(
  content: VideoContent,
  path: string,
  context: ClipDownloadContext,
): Promise<ClipFile> {
  const { signal, disk = systemDisk } = context;
  throwIfAborted(signal);
  let file: PartFile | undefined;
  try {
    file = await createPartFile(path, disk);
    return 'bytes' in content
      ? await keepInline(content.bytes, path, file, signal)
      : await fetchWhole({ urls: content.urls, file, current: 0, mark: 0 }, path, context);
  } catch (error) {
    await file?.close();
    await removeIfThere(path).catch(() => undefined);
    throw asResumable(error, signal);
  } finally {
    await file?.close();
  }
}

async function keepInline(bytes: Uint8Array, path: string, file: PartFile, signal: AbortSignal): Promise<ClipFile> {
  if (bytes.length > maxInlineBytes) throw failed('The clip in the answer is larger than 100 MB.');
  if (bytes.length === 0) throw failed('The result is empty.', { retryable: true });
  await file.append(bytes);
  return lookInto(path, file, signal);
}

/** Fetches until what came can be played; a server may have announced too little, or sent a page of its own. */
async function fetchWhole(passage: Passage, path: string, context: ClipDownloadContext): Promise<ClipFile> {
  const { signal, environment } = context;
  for (let attempt = 1; ; attempt++) {
    await fetchPatiently(passage, context);
    try {
      return await lookInto(path, passage.file, signal);
    } catch (error) {
      if (!(error instanceof UnplayableClip) || attempt === wholeAttempts) throw error;
    }
    await startAnew(passage);
    await environment.clock.sleep(wholeBackoffMs * attempt, signal);
  }
}

/** Goes on as long as anything comes: patience runs out only over attempts that bring nothing new. */
async function fetchPatiently(passage: Passage, context: ClipDownloadContext): Promise<void> {
  const { environment, signal, onWait } = context;
  for (;;) {
    const before = passage.mark;
    try {
      await readWithRetry(() => fetchOnce(passage, context), { environment, signal, onWait });
      return;
    } catch (error) {
      const gotOn = passage.mark - before >= leastProgressBytes;
      if (!gotOn || !ShotlistError.is(error) || !error.retryable) throw error;
    }
  }
}

async function fetchOnce(passage: Passage, context: ClipDownloadContext): Promise<void> {
  const { file } = passage;
  const maxBytes = context.maxBytes ?? maxClipBytes;
  const watch = watchForStall(() => file.bytes, context.signal, context.stallClock);
  try {
    if (passage.validator === undefined && file.bytes > 0) await startAnew(passage);
    const response = await untilAborted(ask(passage, context, watch.signal), watch.signal);
    const total = await prepare(response, passage, maxBytes);
    await receive(response, passage, total, maxBytes, watch.signal);
  } catch (error) {
    const hasStalled = watch.signal.aborted && !context.signal.aborted;
    throw hasStalled ? stalled() : downloadError(error, addressOf(passage), context.signal);
  } finally {
    watch.end();
  }
}

/** Asks for what is missing, at the next address too where one doesn't have the clip. */
async function ask(passage: Passage, context: ClipDownloadContext, signal: AbortSignal): Promise<Response> {
  const { validator, file } = passage;
  for (;;) {
    const response = await safeFetch(addressOf(passage), {
      fetch: context.fetch,
      signal,
      ownOrigin: originOf(context.connection),
      keyHeaders: context.keyHeaders,
      headers: {
        // lengths and ranges count the bytes of the file
        'accept-encoding': 'identity',
        ...(validator === undefined ? {} : { range: `bytes=${file.bytes}-`, 'if-range': validator }),
      },
      ...(context.resolve && { resolve: context.resolve }),
    });
    const isLast = passage.current + 1 >= passage.urls.length;
    if (isLast || passage.mark > 0 || !elsewhere.has(response.status)) return response;
    await discard(response);
    passage.current++;
  }
}

function addressOf({ urls, current }: Passage): string {
  return urls[current] ?? '';
}

/** Makes ready for the body. @returns how many bytes the file will have, where that is known */
async function prepare(response: Response, passage: Passage, maxBytes: number): Promise<number | undefined> {
  const { file } = passage;
  const range = readRange(response);
  if (response.status === 206 || response.status === 416) {
    const isNext = response.status === 206 && range?.from === file.bytes;
    if (!isNext || !agreesWith(passage.validator ?? '""', response)) {
      await discard(response);
      await startAnew(passage);
      throw failed('The server did not continue the clip where it broke off.', { retryable: true });
    }
  } else if (response.status === 200) {
    if (file.bytes > 0) await startAnew(passage);
    const validator = validatorOf(response);
    if (validator !== undefined) passage.validator = validator;
  } else {
    await discard(response);
    throw refusedBy(response);
  }
  const total = range?.total;
  if (total !== undefined && total > maxBytes) {
    await discard(response);
    throw tooLarge(maxBytes);
  }
  return total;
}

async function receive(
  response: Response,
  passage: Passage,
  total: number | undefined,
  maxBytes: number,
  signal: AbortSignal,
): Promise<void> {
  const { file } = passage;
  const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
  // ends a read that waits, also of a stream that doesn't listen to the signal
  const leave = (): void => void reader?.cancel().catch(() => undefined);
  signal.addEventListener('abort', leave);
  try {
    for (;;) {
      signal.throwIfAborted();
      const piece = await reader?.read();
      if (piece === undefined || piece.done) break;
      if (file.bytes + piece.value.length > maxBytes) throw tooLarge(maxBytes);
      await file.append(piece.value);
      passage.mark = Math.max(passage.mark, file.bytes);
    }
    signal.throwIfAborted();
  } catch (error) {
    leave();
    throw error;
  } finally {
    signal.removeEventListener('abort', leave);
  }
  if (file.bytes === 0) throw failed('The result is empty.', { retryable: true });
  if (total === undefined || file.bytes === total) return;
  const announced = `The server announced ${total} bytes and sent ${file.bytes}.`;
  if (file.bytes > total) await startAnew(passage);
  throw failed(announced, { retryable: true });
}

async function startAnew(passage: Passage): Promise<void> {
  delete passage.validator;
  await passage.file.clear();
}

async function lookInto(path: string, file: PartFile, signal: AbortSignal): Promise<ClipFile> {
  const sha256 = await file.finish();
  return { path, bytes: file.bytes, sha256, clip: await inspectClip(path, signal) };
}

function tooLarge(maxBytes: number): ShotlistError {
  return failed(`The clip is larger than ${Math.round(maxBytes / 1024 / 1024)} MiB.`);
}

/** What a person can mend, or what may pass, leaves the job resumable although we give up now. */
function asResumable(error: unknown, signal: AbortSignal): ShotlistError {
  if (signal.aborted) return abortError(signal);
  if (error instanceof UnplayableClip) {
    return failed(`What came can't be played: ${error.message}.`, {
      hint: 'Resume the job to fetch it once more.',
      retryable: true,
      cause: error,
    });
  }
  const known = ShotlistError.from(error);
  // a key can be mended as well as a disk
  if (known.code !== 'write_failed' && known.provider?.status !== 401) return known;
  return new ShotlistError(known.code, known.message, {
    hint: known.hint,
    retryable: true,
    provider: known.provider,
    cause: known,
  });
}
