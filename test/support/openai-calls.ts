import assert from 'node:assert/strict';
import { defineConnection, type Connection } from '../../src/core/connections/connection.ts';
import type { ImageOperation, InputFile, InputRole, Request } from '../../src/core/generation.ts';
import { openaiProvider } from '../../src/core/providers/openai/openai.ts';
import type { CallContext, ImageCall, ImageEvent } from '../../src/core/providers/provider.ts';

/** Searched for wherever it must not be. */
export const canaryKey = 'sk-canary-0123456789-abcdefghij';

export const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
export const pixelBase64 = pixel.toString('base64');

export function connectionAt(origin: string, more: Readonly<Record<string, unknown>> = {}): Connection {
  return defineConnection({ id: 'test', label: 'Test server', baseUrl: `${origin}/v1`, ...more });
}

export function contextOf(connection: Connection, more: Partial<CallContext> = {}): CallContext {
  return { connection, key: canaryKey, fetch: globalThis.fetch, signal: new AbortController().signal, ...more };
}

export interface CallOptions {
  readonly operation?: ImageOperation;
  readonly parameters?: Request['parameters'];
  readonly roles?: readonly InputRole[];
  readonly stream?: boolean;
  readonly model?: string;
  readonly takesResponseFormat?: boolean;
  readonly prompt?: string;
  readonly mime?: string;
}

export function imageCall(options: CallOptions = {}): ImageCall {
  const model = options.model ?? 'gpt-image-2.6-flare';
  const operation = options.operation ?? 'generate';
  const roles = options.roles ?? (operation === 'generate' ? [] : ['reference']);
  const inputs = roles.map((role): InputFile => ({
    role,
    path: `/home/somebody/secret plans/${role}.png`,
    sha256: '0'.repeat(64),
    bytes: pixel.length,
    mime: options.mime ?? 'image/png',
  }));
  return {
    request: {
      kind: 'image',
      connection: 'test',
      model,
      prompt: options.prompt ?? (operation === 'variation' ? '' : 'a fox'),
      parameters: options.parameters ?? {},
      inputs,
    },
    operation,
    wireModel: model,
    takesResponseFormat: options.takesResponseFormat ?? false,
    stream: options.stream ?? false,
    inputs: inputs.map(() => pixel),
  };
}

/** The pictures of the OpenAI protocol. */
export function openaiImages(call: ImageCall, context: CallContext): AsyncIterable<ImageEvent> {
  assert.ok(openaiProvider.createImages);
  return openaiProvider.createImages(call, context);
}

export async function allEvents(call: ImageCall, context: CallContext): Promise<ImageEvent[]> {
  const events: ImageEvent[] = [];
  for await (const event of openaiImages(call, context)) events.push(event);
  return events;
}
