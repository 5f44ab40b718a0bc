/**
 * What a provider is: a translator between core values and one wire protocol. It makes exactly the calls it is asked
 * for; retry, limits, journal, download and naming live in the core.
 */
import * as z from 'zod';
import type { OpenaiAccount } from '../connections/credentials.ts';
import type { Connection } from '../connections/connection.ts';
import type { FetchFunction } from '../environment.ts';
import type { ShotlistError } from '../errors.ts';
import type { ImageOperation, Protocol, Request, Usage, VideoOperation } from '../generation.ts';

export interface CallContext {
  readonly connection: Connection;
  /** Undefined: no key header is sent. */
  readonly key: string | undefined;
  readonly account?: OpenaiAccount;
  readonly fetch: FetchFunction;
  readonly signal: AbortSignal;
  /** Our clock, milliseconds since 1970; the system's where absent. */
  readonly now?: () => number;
  /** For Google's cloud without a key: the token of the person's application default credentials. */
  readonly googleToken?: () => Promise<string>;
}

export interface ImageCall {
  readonly request: Request;
  readonly operation: ImageOperation;
  /** Name of the model on the wire. */
  readonly wireModel: string;
  /** The model answers with links unless told otherwise. */
  readonly takesResponseFormat: boolean;
  readonly stream: boolean;
  /** Contents of `request.inputs`, in the same order. */
  readonly inputs: readonly Uint8Array[];
}

/** The picture itself, or a short-lived link to it that the core downloads. */
export type ImageContent = { readonly bytes: Uint8Array } | { readonly url: string };

export type ImageEvent =
  | { readonly type: 'partial'; readonly index: number; readonly bytes: Uint8Array }
  | { readonly type: 'completed'; readonly content: ImageContent; readonly revisedPrompt?: string }
  /** Always the last one, exactly once. */
  | {
      readonly type: 'finished';
      readonly usage?: Usage;
      readonly requestId?: string;
      /** The model as the server names it. */
      readonly model?: string;
    };

export interface VideoCall {
  readonly request: Request;
  readonly operation: VideoOperation;
  /** Name of the model on the wire. */
  readonly wireModel: string;
  /** Contents of `request.inputs`, in the same order. */
  readonly inputs: readonly Uint8Array[];
}

/**
 * What any later process needs to go on with a video at its provider: JSON, with the provider's own name for it as
 * `id`. It is stored in the journal and in sidecars, so whoever reads it again parses it like any other input.
 */
export const operationSchema = z.looseObject({ id: z.string().min(1).max(2048) });
export type Operation = z.infer<typeof operationSchema>;

/** How far the provider is. Everything but `state` is told only where the server tells it. */
export interface VideoStatus {
  /** `expired`: it was made, and the provider has thrown it away. */
  readonly state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'expired';
  /** 0 to 1. */
  readonly progress?: number;
  /** Always there where the state is `failed`. */
  readonly error?: ShotlistError;
  /** Replaces the operation in the journal, for example because it holds the link to the clip now. */
  readonly operation?: Operation;
  /** Milliseconds that the server asks to wait before it is asked again. */
  readonly retryAfterMs?: number;
  /** Milliseconds that the server worked, by its own clock: teaches when to ask next time. */
  readonly workedMs?: number;
  readonly usage?: Usage;
  readonly requestId?: string;
  /** The model as the server names it. */
  readonly model?: string;
  /** What the server says about watermarks and the origin of the clip; goes into the sidecar. */
  readonly provenance?: Readonly<Record<string, unknown>>;
}

export const videoVariants = ['video', 'thumbnail', 'spritesheet'] as const;
export type VideoVariant = (typeof videoVariants)[number];

/**
 * The clip itself where the answer holds it (at most 100 MB), else addresses that hold it: the next is tried where one
 * answers 404, 405 or 501.
 */
export type VideoContent = { readonly bytes: Uint8Array } | { readonly urls: readonly [string, ...string[]] };

/** A clip in the provider's own list, as far as the server tells. */
export interface ListedVideo {
  readonly operation: Operation;
  readonly model?: string;
  readonly prompt?: string;
  readonly seconds?: number;
  /** `1280x720` */
  readonly size?: string;
  /** Id of the clip that it was made from. */
  readonly remixedFrom?: string;
  /** Milliseconds since 1970, by the server's clock; whole seconds. */
  readonly createdAt?: number;
}

export interface VideoList {
  readonly videos: readonly ListedVideo[];
  /** What the server's clock shows more than ours, milliseconds; 0 where it doesn't tell. */
  readonly clockAheadMs: number;
}

/** Videos are made while nobody waits: `start` is the one paid call, all others cost nothing. */
export interface VideoProvider {
  /** @returns the operation; with its status where the answer tells more than that it waits */
  start(
    call: VideoCall,
    context: CallContext,
  ): Promise<{ readonly operation: Operation; readonly status?: VideoStatus }>;
  /** @throws ShotlistError `not_found` where the provider doesn't know the operation (any more) */
  status(operation: Operation, context: CallContext): Promise<VideoStatus>;
  /** Where a finished clip is. @throws ShotlistError `unsupported_parameter` for a variant that the protocol doesn't have */
  content(operation: Operation, variant: VideoVariant, context: CallContext): Promise<VideoContent>;
  /** Tells the provider to stop. Absent where the protocol can't: the work goes on there and may be charged. */
  readonly cancel?: (operation: Operation, context: CallContext) => Promise<void>;
  /** Deletes a clip at the provider. Absent where the protocol can't. */
  readonly remove?: (operation: Operation, context: CallContext) => Promise<void>;
  /**
   * All clips created since then, by the server's clock, newest first. Absent where the protocol can't.
   * @throws ShotlistError `not_found` where this server doesn't list
   */
  readonly list?: (since: number, context: CallContext) => Promise<VideoList>;
}

/** A model as the server lists it. */
export interface RemoteModel {
  readonly id: string;
  /** `YYYY-MM-DD`, as the server says; it wins over the catalog. */
  readonly shutdownDate?: string;
}

/**
 * All methods throw only `ShotlistError`. `maybeCharged` is set on errors after which the server may have done the
 * work; it is false for errors that came with a refusal and for connections that failed before a byte was sent.
 */
export interface Provider {
  readonly protocol: Protocol;
  /**
   * One paid call. Yields partial images as they come, then each picture, then `finished`.
   * An answer without any picture is an error, never an empty sequence.
   * Absent where the protocol has no images.
   */
  readonly createImages?: (call: ImageCall, context: CallContext) => AsyncIterable<ImageEvent>;
  /** Absent where the protocol has no video. */
  readonly videos?: VideoProvider;
  /** Costs nothing; also how a key is checked. */
  listModels(context: CallContext): Promise<RemoteModel[]>;
}

const loaders: Readonly<Record<Protocol, () => Promise<Provider>>> = {
  openai: async () => (await import('./openai/openai.ts')).openaiProvider,
  gemini: async () => (await import('./gemini/gemini.ts')).geminiProvider,
  vertex: async () => (await import('./vertex/vertex.ts')).vertexProvider,
};

/** Loads the provider of a protocol, and with it its SDK, on first use. */
export async function loadProvider(protocol: Protocol): Promise<Provider> {
  return loaders[protocol]();
}
