import type { Inputs } from './inputs.ts';
import type { ReadFile } from './loader.ts';
import type { FaultKind, Place } from './values/fault.ts';

export interface RenderRequest {
  readonly template: {
    /** Absolute; where the text was read or is being edited. */
    readonly path: string;
    /** What messages call it, for example its path in the workspace. */
    readonly name: string;
    readonly text: string;
  };
  /** Folders in which includes and files of choices are looked for, in this order; nothing else can be read. */
  readonly roots: readonly string[];
  readonly inputs: Inputs;
  /** The same seed, template and inputs give the same text. */
  readonly seed: number | string;
}

export interface Rendered {
  readonly text: string;
  /** Templates and files of choices that were read on the way. */
  readonly includes: readonly ReadFile[];
}

/** To the worker. */
export interface RenderTask {
  readonly id: number;
  readonly request: RenderRequest;
  /** Characters that the text may have. */
  readonly maxLength: number;
}

/** From the worker: `ready` once, then an answer to each task. */
export type RenderAnswer =
  | { readonly type: 'ready' }
  | { readonly type: 'rendered'; readonly id: number; readonly rendered: Rendered }
  | {
      readonly type: 'failed';
      readonly id: number;
      readonly kind: FaultKind | 'internal';
      readonly message: string;
      readonly place: (Place & { readonly name: string }) | undefined;
    };
