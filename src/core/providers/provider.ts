/**
 * What a provider is: a translator between core values and one wire protocol. It makes exactly the calls it is asked
 * for; retry, limits, journal, download and naming live in the core.
 */
import type { OpenaiAccount } from '../connections/credentials.ts';
import type { Connection } from '../connections/connection.ts';
import type { FetchFunction } from '../environment.ts';
import type { ImageOperation, Protocol, Request, Usage } from '../generation.ts';

export interface CallContext {
  readonly connection: Connection;
  /** Undefined: no key header is sent. */
  readonly key: string | undefined;
  readonly account?: OpenaiAccount;
  readonly fetch: FetchFunction;
  readonly signal: AbortSignal;
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
   */
  createImages(call: ImageCall, context: CallContext): AsyncIterable<ImageEvent>;
  /** Costs nothing; also how a key is checked. */
  listModels(context: CallContext): Promise<RemoteModel[]>;
}

const loaders: Readonly<Partial<Record<Protocol, () => Promise<Provider>>>> = {
  openai: async () => (await import('./openai/openai.ts')).openaiProvider,
};

/** Loads the provider of a protocol, and with it its SDK, on first use. */
export async function loadProvider(protocol: Protocol): Promise<Provider> {
  const load = loaders[protocol];
  if (load === undefined) throw new Error(`no provider speaks ${protocol}`);
  return load();
}
