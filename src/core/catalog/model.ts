/** What the catalog knows of a model: everything else about it is derived from this. */
import type * as z from 'zod';
import type { ImageOperation, MediaKind, Protocol } from '../generation.ts';
import type { ModelPrice } from './price.ts';
import type { SizeRule } from './sizes.ts';

export type Vendor = 'openai' | 'google' | 'other';

/** A model's parameters: wire names to schemas; `z.toJSONSchema` and the command line's flags come from it. */
export type ParameterSchema = z.ZodObject<Record<string, z.ZodType>>;

export interface Lifecycle {
  /** First day on which the vendor no longer serves the model, `YYYY-MM-DD`. */
  readonly shutdownDate?: string;
  /** Catalog id of the model to use instead. */
  readonly replacement?: string;
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

export interface ImageModel {
  readonly id: string;
  readonly label: string;
  readonly vendor: Vendor;
  readonly kind: MediaKind;
  readonly protocol: Protocol;
  readonly lifecycle: Lifecycle;
  readonly parameters: ParameterSchema;
  readonly limits: ImageLimits;
  /** Absent where no price is known. */
  readonly price?: ModelPrice;
}

/** Grows into a union as kinds are added. */
export type Model = ImageModel;

export type ModelStatus = 'active' | 'deprecated' | 'retired';

/** Status on a day (UTC): `deprecated` while a shutdown lies ahead, `retired` from that day on. */
export function modelStatus(model: { lifecycle: Lifecycle }, now: number): ModelStatus {
  const { shutdownDate } = model.lifecycle;
  if (shutdownDate === undefined) return 'active';
  return shutdownDate <= new Date(now).toISOString().slice(0, 10) ? 'retired' : 'deprecated';
}
