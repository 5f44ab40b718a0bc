import type { InputFile, VideoSource } from '../generation.ts';

/** A draft that was checked against its model: what its requests have in common. */
export interface Checked {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly inputs: readonly InputFile[];
  readonly source?: VideoSource;
  /** SHA-256 of the assets of ours that it starts from without sending them. */
  readonly from?: readonly string[];
  readonly stream: boolean;
  /** Expected type of the outputs. */
  readonly mime: string;
  /** Outputs that one call can make. */
  readonly perCall: number;
  /** One sentence for each thing that the person should know. */
  readonly warnings: readonly string[];
}
