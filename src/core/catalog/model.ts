/** What the catalog knows of a model: everything else about it is derived from this. */
import type * as z from 'zod';
import type { ImageOperation, Protocol, VideoAction, VideoOperation } from '../generation.ts';
import type { ImageModelPrice, VideoPrice } from './price.ts';
import type { SizeRule } from './sizes.ts';

export type Vendor = 'openai' | 'google' | 'other';

/** A model's parameters: wire names to schemas; `z.toJSONSchema` and the command line's flags come from it. */
export type ParameterSchema = z.ZodObject<Record<string, z.ZodType>>;

export interface Lifecycle {
  /** First day on which the vendor no longer serves the model, `YYYY-MM-DD`. */
  readonly shutdownDate?: string;
  /** Catalog id of the model to use instead. */
  readonly replacement?: string;
  /** Where the same model lives on, one sentence. */
  readonly movedTo?: string;
  /** Where the dates were read, with the day of reading. */
  readonly source?: string;
}

export interface ImageLimits {
  readonly maxPromptCharacters: number;
  /** Images one call can make; larger counts become several calls. */
  readonly maxImagesPerCall: number;
  readonly sizes: SizeRule;
  readonly operations: readonly ImageOperation[];
  readonly maxReferences: number;
  /** Largest reference file in bytes, and the types taken. */
  readonly maxReferenceBytes: number;
  readonly referenceTypes: readonly string[];
  readonly maxMaskBytes: number;
  /** dall-e-2 takes square pictures only. */
  readonly squareReferences?: boolean;
  readonly streams: boolean;
  /** Parameters that belong to one operation only. */
  readonly onlyFor?: Readonly<Record<string, ImageOperation>>;
  /**
   * Models that answer with a short-lived link unless told otherwise take `response_format`; GPT image models refuse it.
   */
  readonly takesResponseFormat: boolean;
}

/** One frame of the constraints table: how a resolution and an aspect ratio come out in pixels. */
export interface VideoFrame {
  /** `720p`, `1080p`, `4k`. */
  readonly resolution: string;
  /** `16:9` */
  readonly aspect: string;
  readonly width: number;
  readonly height: number;
  /** The pixels are not what the resolution's name says; a warning tells. */
  readonly approximate?: true;
}

/** How a length is said on the wire: `"8"`, `8` or `"8s"`. */
export interface VideoLength {
  readonly parameter: string;
  readonly form: 'text' | 'number' | 'suffixed';
  /** Seconds that a new clip may have, shortest first. */
  readonly values: readonly number[];
  /** Seconds that an extension may add, where these differ; empty where they can't be chosen. */
  readonly extensionValues?: readonly number[];
  /** Seconds of a clip where nothing is asked for. */
  readonly usual: number;
}

/** How an earlier clip is named to the provider: by the provider's own name, or by sending its file. */
export type SourceForm = 'id' | 'file';

/** What can be done with an earlier clip. */
export interface SourceRule {
  /** The preferred one first. */
  readonly forms: readonly SourceForm[];
  /** Parameters that may be given with it; the others follow from the clip. */
  readonly parameters: readonly string[];
  /** What the wire wants said even where nobody asks for anything. */
  readonly required?: Readonly<Record<string, unknown>>;
}

/** Lengths that a model is bound to with certain resolutions or operations. */
export interface LengthRule {
  readonly resolutions?: readonly string[];
  readonly operations?: readonly VideoOperation[];
  /** Seconds. */
  readonly values: readonly number[];
}

export interface VideoLimits {
  readonly maxPromptCharacters: number;
  readonly length: VideoLength;
  readonly lengthRules?: readonly LengthRule[];
  /** What it makes, the usual one first; empty: nothing is known, every size passes. */
  readonly frames: readonly VideoFrame[];
  /** Parameters that say the frame on the wire. */
  readonly frameParameters: 'size' | { readonly aspect: string; readonly resolution: string };
  readonly firstFrame: boolean;
  readonly lastFrame: 'no' | 'withFirst' | 'yes';
  readonly maxReferences: number;
  readonly sources: Readonly<Partial<Record<VideoAction, SourceRule>>>;
  /** Largest picture in bytes, and the types taken. */
  readonly maxImageBytes: number;
  readonly imageTypes: readonly string[];
  /** Largest clip that may be sent, bytes, and its length in seconds. */
  readonly maxVideoBytes: number;
  readonly maxVideoSeconds?: number;
  /** Whether pictures must have exactly the size of the clip. */
  readonly exactFrames: boolean;
}

interface ModelBase {
  readonly id: string;
  readonly label: string;
  readonly vendor: Vendor;
  readonly protocol: Protocol;
  readonly lifecycle: Lifecycle;
  readonly parameters: ParameterSchema;
}

export interface ImageModel extends ModelBase {
  readonly kind: 'image';
  readonly limits: ImageLimits;
  /** Absent where no price is known. */
  readonly price?: ImageModelPrice;
}

export interface VideoModel extends ModelBase {
  readonly kind: 'video';
  readonly limits: VideoLimits;
  /** Absent where no price is known. */
  readonly price?: VideoPrice;
}

/** Grows as kinds are added. */
export type Model = ImageModel | VideoModel;

export type ModelStatus = 'active' | 'deprecated' | 'retired';

/** Status on a day (UTC): `deprecated` while a shutdown lies ahead, `retired` from that day on. */
export function modelStatus(model: { lifecycle: Lifecycle }, now: number): ModelStatus {
  const { shutdownDate } = model.lifecycle;
  if (shutdownDate === undefined) return 'active';
  return shutdownDate <= new Date(now).toISOString().slice(0, 10) ? 'retired' : 'deprecated';
}
