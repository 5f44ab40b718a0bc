/** A server of clips on this machine, and a folder to download into. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErrorCode, ShotlistError } from '../../../../src/core/errors.ts';
import { downloadClip, type ClipDownloadContext } from '../../../../src/core/downloads/download-clip.ts';
import type { ClipFile } from '../../../../src/core/outputs/inspect-clip.ts';
import type { VideoContent } from '../../../../src/core/providers/provider.ts';
import { file } from '../../../support/clip-replies.ts';
import { createFakeClock } from '../../../support/fake-clock.ts';
import { startServer, type TestServer } from '../../../support/http-server.ts';
import { canaryKey, connectionAt } from '../../../support/openai-calls.ts';
import { sampleClip } from '../../../support/sample-clips.ts';

export const random = (): number => 0.5;
export const tagged = { etag: '"one"' };

interface Failure {
  /** `download_failed` unless told otherwise. */
  readonly code?: ErrorCode;
  readonly message?: RegExp;
  readonly retryable: boolean;
}

export interface DownloadBench {
  readonly server: TestServer;
  readonly folder: string;
  readonly clip: Uint8Array;
  /** 3 MiB: parts of it are progress. */
  readonly large: Uint8Array;
  path(): string;
  contextOf(more?: Partial<ClipDownloadContext>): ClipDownloadContext;
  /** At these paths of the server. */
  content(...paths: string[]): VideoContent;
  download(more?: Partial<ClipDownloadContext>, what?: VideoContent): Promise<ClipFile>;
  /** An error and no file. */
  fails(expected: Failure, more?: Partial<ClipDownloadContext>, what?: VideoContent): Promise<ShotlistError>;
  holds(bytes: Uint8Array): Promise<void>;
  rangesAsked(): (string | undefined)[];
  /** The server sends the clip again, and nothing has been asked or written. */
  clear(): Promise<void>;
  remove(): Promise<void>;
}

export async function createDownloadBench(): Promise<DownloadBench> {
  const folder = await mkdtemp(join(tmpdir(), 'shotlist-test-'));
  const server = await startServer();
  const clip = await sampleClip();
  const large = Buffer.concat([clip, Buffer.from([0, 48, 0, 8]), Buffer.from('free'), Buffer.alloc(48 * 65_536)]);
  const path = (): string => join(folder, 'clip.tmp');
  const contextOf = (more: Partial<ClipDownloadContext> = {}): ClipDownloadContext => ({
    connection: connectionAt(server.origin),
    keyHeaders: { 'x-api-key': canaryKey },
    fetch: globalThis.fetch,
    signal: new AbortController().signal,
    environment: { clock: createFakeClock({ automatic: true }), random },
    ...more,
  });
  const content = (...paths: string[]): VideoContent => ({
    urls: (paths.length === 0 ? ['/a'] : paths).map((each) => `${server.origin}${each}`) as [string, ...string[]],
  });
  const download = (more: Partial<ClipDownloadContext> = {}, what = content()): Promise<ClipFile> =>
    downloadClip(what, path(), contextOf(more));
  return {
    server,
    folder,
    clip,
    large,
    path,
    contextOf,
    content,
    download,
    async fails(expected, more = {}, what = content()) {
      let thrown: ShotlistError | undefined;
      await assert.rejects(download(more, what), (error: ShotlistError) => {
        thrown = error;
        return true;
      });
      assert.ok(thrown);
      assert.equal(thrown.code, expected.code ?? 'download_failed', thrown.message);
      assert.equal(thrown.retryable, expected.retryable, thrown.message);
      if (expected.message !== undefined) assert.match(thrown.message, expected.message);
      assert.deepEqual(await readdir(folder), []);
      return thrown;
    },
    async holds(bytes) {
      assert.ok(Buffer.from(bytes).equals(await readFile(path())), 'other bytes');
    },
    rangesAsked: () => server.requests.map(({ headers }) => headers.range),
    async clear() {
      server.clear();
      server.reply(file(clip));
      for (const name of await readdir(folder)) await rm(join(folder, name));
    },
    async remove() {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}
