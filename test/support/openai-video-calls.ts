/** Video calls of the OpenAI protocol, as the core makes them. */
import assert from 'node:assert/strict';
import type { Connection } from '../../src/core/connections/connection.ts';
import { defineConnection } from '../../src/core/connections/connection.ts';
import { videoOperationOf, type InputFile, type InputRole, type Request } from '../../src/core/generation.ts';
import { openaiProvider } from '../../src/core/providers/openai/openai.ts';
import type { VideoCall, VideoProvider } from '../../src/core/providers/provider.ts';
import { pixel } from './openai-calls.ts';

export interface VideoCallOptions {
  readonly model?: string;
  readonly prompt?: string;
  readonly parameters?: Request['parameters'];
  readonly source?: Request['source'];
  /** Files that go along: what they are for and their types. */
  readonly files?: readonly (readonly [role: InputRole, mime: string])[];
}

/** So many bytes stand for a clip that is uploaded. */
export const uploadedClip = new Uint8Array(5000).fill(7);

export function videoCall(options: VideoCallOptions = {}): VideoCall {
  const model = options.model ?? 'sora-2';
  const files = (options.files ?? []).map(([role, mime]) => ({
    role,
    mime,
    bytes: role === 'video' ? uploadedClip : pixel,
  }));
  const inputs = files.map(({ role, mime, bytes }): InputFile => ({
    role,
    path: `/home/somebody/secret plans/${role}.bin`,
    sha256: '0'.repeat(64),
    bytes: bytes.length,
    mime,
  }));
  const request: Request = {
    kind: 'video',
    connection: 'test',
    model,
    prompt: options.prompt ?? 'a fox in the snow',
    parameters: options.parameters ?? {},
    inputs,
    ...(options.source === undefined ? {} : { source: options.source }),
  };
  return { request, operation: videoOperationOf(request), wireModel: model, inputs: files.map(({ bytes }) => bytes) };
}

export function openaiVideos(): VideoProvider {
  assert.ok(openaiProvider.videos);
  return openaiProvider.videos;
}

export function videoConnection(baseUrl: string, more: Readonly<Record<string, unknown>> = {}): Connection {
  return defineConnection({ id: 'test', label: 'Test server', baseUrl, ...more });
}
