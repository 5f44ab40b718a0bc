/** Calls of Google's protocols, as the core makes them. */
import assert from 'node:assert/strict';
import { defineConnection, type Connection } from '../../src/core/connections/connection.ts';
import {
  imageOperationOf,
  videoOperationOf,
  type InputFile,
  type InputRole,
  type Request,
} from '../../src/core/generation.ts';
import type {
  CallContext,
  ImageCall,
  ImageEvent,
  Provider,
  VideoCall,
  VideoProvider,
} from '../../src/core/providers/provider.ts';
import { contextOf, pixel } from './openai-calls.ts';

export interface GoogleCallOptions {
  readonly model?: string;
  readonly prompt?: string;
  readonly parameters?: Request['parameters'];
  readonly source?: Request['source'];
  readonly roles?: readonly InputRole[];
}

/** So many bytes stand for a clip that is sent along. */
export const sentClip = new Uint8Array(5000).fill(7);

/** Pictures differ by one byte at their end, so that a test sees which went where. */
export function contentOf(role: InputRole, index: number): Uint8Array {
  return role === 'video' ? sentClip : Buffer.concat([pixel, Buffer.from([index])]);
}

function requestOf(kind: 'image' | 'video', options: GoogleCallOptions): { request: Request; inputs: Uint8Array[] } {
  const roles = options.roles ?? [];
  const inputs = roles.map(contentOf);
  const request: Request = {
    kind,
    connection: 'test',
    model: options.model ?? (kind === 'video' ? 'gemini-omni-1.1-flash' : 'gemini-3.1-flash-image'),
    prompt: options.prompt ?? 'a fox in the snow',
    parameters: options.parameters ?? {},
    inputs: roles.map((role, index): InputFile => ({
      role,
      path: `/home/somebody/secret plans/${role}.bin`,
      sha256: '0'.repeat(64),
      bytes: inputs[index]?.length ?? 0,
      mime: role === 'video' ? 'video/mp4' : 'image/png',
    })),
    ...(options.source === undefined ? {} : { source: options.source }),
  };
  return { request, inputs };
}

export function videoCall(options: GoogleCallOptions = {}): VideoCall {
  const { request, inputs } = requestOf('video', options);
  return { request, operation: videoOperationOf(request), wireModel: request.model, inputs };
}

export function imageCall(options: GoogleCallOptions = {}): ImageCall {
  const { request, inputs } = requestOf('image', options);
  return {
    request,
    operation: imageOperationOf(request),
    wireModel: request.model,
    takesResponseFormat: false,
    stream: false,
    inputs,
  };
}

export function googleConnection(
  protocol: 'gemini' | 'vertex',
  baseUrl: string,
  more: Readonly<Record<string, unknown>> = {},
): Connection {
  const keyHeader = 'x-goog-api-key';
  return defineConnection({ id: 'test', label: 'Test server', protocols: [protocol], keyHeader, baseUrl, ...more });
}

export function googleContext(connection: Connection, more: Partial<CallContext> = {}): CallContext {
  return contextOf(connection, more);
}

export function videosOf({ videos }: Provider): VideoProvider {
  assert.ok(videos);
  return videos;
}

export async function picturesOf(provider: Provider, call: ImageCall, context: CallContext): Promise<ImageEvent[]> {
  assert.ok(provider.createImages);
  const events: ImageEvent[] = [];
  for await (const event of provider.createImages(call, context)) events.push(event);
  return events;
}
