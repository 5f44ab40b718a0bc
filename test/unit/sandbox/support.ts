/** What the tests of the sandbox share. */
import { createSandbox, type Sandbox, type SandboxOptions } from '../../../src/core/sandbox/sandbox.ts';
import { encodePng } from '../../../src/core/sandbox/drawing/png-file.ts';

export const sandboxUrl = 'http://sandbox.shotlist.invalid/v1';

/** Disposed of by the caller. */
export function openSandbox(options: SandboxOptions = {}): Sandbox {
  return createSandbox(options);
}

export interface WireError {
  readonly message: string;
  readonly type: string;
  readonly param: string | null;
  readonly code: string | null;
  readonly moderation_details?: { readonly moderation_stage: string; readonly categories: string[] };
}

export interface WireAnswer {
  readonly created: number;
  readonly data: { readonly b64_json?: string; readonly url?: string; readonly revised_prompt?: string }[];
  readonly background?: string;
  readonly output_format?: string;
  readonly quality?: string;
  readonly size?: string;
  readonly usage?: {
    readonly input_tokens: number;
    readonly output_tokens: number;
    readonly total_tokens: number;
    readonly input_tokens_details: { readonly text_tokens: number; readonly image_tokens: number };
  };
  readonly svg_usage?: Readonly<Record<string, unknown>>;
  readonly error?: WireError;
}

export function postJson(sandbox: Sandbox, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  return sandbox.fetch(`${sandboxUrl}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-test' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });
}

export type FormValue = string | File | readonly File[];

export function postForm(
  sandbox: Sandbox,
  path: string,
  fields: Readonly<Record<string, FormValue>>,
): Promise<Response> {
  return sandbox.fetch(`${sandboxUrl}${path}`, { method: 'POST', body: formOf(fields) });
}

function formOf(fields: Readonly<Record<string, FormValue>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string' || value instanceof File) form.append(name, value);
    else for (const file of value) form.append(`${name}[]`, file);
  }
  return form;
}

export async function answerOf(response: Response): Promise<WireAnswer> {
  return (await response.json()) as WireAnswer;
}

/** The files of an answer that has to be a success. */
export async function picturesOf(response: Response): Promise<Buffer<ArrayBuffer>[]> {
  const answer = await answerOf(response);
  if (response.status !== 200) throw new Error(`status ${response.status}: ${answer.error?.message ?? ''}`);
  return answer.data.map(({ b64_json }) => Buffer.from(b64_json ?? '', 'base64'));
}

export async function drawPicture(
  sandbox: Sandbox,
  body: Readonly<Record<string, unknown>>,
): Promise<Buffer<ArrayBuffer>> {
  const [picture] = await picturesOf(await postJson(sandbox, '/images/generations', body));
  if (picture === undefined) throw new Error('no picture');
  return picture;
}

export type Color = readonly [red: number, green: number, blue: number, alpha: number];

/** A PNG with `colorAt` for each pixel; with an alpha channel where a pixel isn't opaque or `withAlpha`. */
export function pngFile(
  name: string,
  width: number,
  height: number,
  colorAt: (x: number, y: number) => Color,
  withAlpha?: boolean,
): File {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(colorAt(x, y), (y * width + x) * 4);
  }
  const pixels = { width, height, data };
  return new File([withAlpha === undefined ? encodePng(pixels) : encodePng(pixels, withAlpha)], name, {
    type: 'image/png',
  });
}

export function plainPng(name: string, size: number, color: Color): File {
  return pngFile(name, size, size, () => color);
}

export interface StreamEvent {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>> & { readonly type: string; readonly b64_json?: string };
}

export function eventsOf(text: string): StreamEvent[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const [event = '', data = ''] = block.split('\n');
      return {
        event: event.slice('event: '.length),
        data: JSON.parse(data.slice('data: '.length)) as StreamEvent['data'],
      };
    });
}
