/** What the tests of the sandbox's clips share. */
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny';
import type { Sandbox } from '../../../src/core/sandbox/sandbox.ts';
import { postJson, sandboxUrl, type WireError } from './support.ts';

/** A model that the sandbox doesn't know may have any size: small clips are drawn in no time. */
export const tiny = { model: 'tiny-model', size: '96x64', seconds: '1' } as const;

export interface WireVideo {
  readonly id: string;
  readonly status: string;
  readonly progress: number;
  readonly seconds: unknown;
  readonly size: string;
  readonly model: string;
  readonly created_at: number;
  readonly completed_at: number | null;
  readonly expires_at: number | null;
  readonly remixed_from_video_id: string | null;
  readonly video_url?: string;
  readonly error: WireError | null;
}

export async function createVideo(sandbox: Sandbox, body: object, path = '/videos'): Promise<WireVideo> {
  const response = await postJson(sandbox, path, body);
  const answer = (await response.json()) as WireVideo;
  if (response.status !== 200) throw new Error(`status ${response.status}: ${answer.error?.message ?? ''}`);
  return answer;
}

export async function getVideo(sandbox: Sandbox, id: string): Promise<WireVideo> {
  return (await (await sandbox.fetch(`${sandboxUrl}/videos/${id}`)).json()) as WireVideo;
}

export function getContent(
  sandbox: Sandbox,
  id: string,
  query = '',
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return sandbox.fetch(`${sandboxUrl}/videos/${id}/content${query}`, { headers });
}

export async function bytesOf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  if (!response.ok) throw new Error(`status ${response.status}: ${await response.text()}`);
  return new Uint8Array(await response.arrayBuffer());
}

export interface ClipFacts {
  readonly codec: string | null;
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  readonly frames: number;
  readonly firstIsKey: boolean;
}

/** What another reader finds in a clip. */
export async function clipFacts(bytes: Uint8Array<ArrayBuffer>): Promise<ClipFacts> {
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(bytes) });
  const track = await input.getPrimaryVideoTrack();
  if (track === null) throw new Error('no video track');
  let frames = 0;
  let firstIsKey = false;
  for await (const packet of new EncodedPacketSink(track).packets()) {
    if (frames === 0) firstIsKey = packet.type === 'key';
    frames++;
  }
  const facts = {
    codec: track.codec,
    width: track.displayWidth,
    height: track.displayHeight,
    seconds: await input.computeDuration(),
    frames,
    firstIsKey,
  };
  input.dispose();
  return facts;
}
