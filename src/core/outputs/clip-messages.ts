/** What goes between a thread that looks into clips and who asked it. */

/** What a clip's file says about itself. */
export interface ClipFacts {
  /** One of the allow-list, or the type of unknown bytes for a clip in another container. */
  readonly mime: string;
  /** Pixels as they are shown. */
  readonly width: number;
  readonly height: number;
  /** Of the pictures; sound may be longer. */
  readonly seconds: number;
  /** `avc`, `hevc`, `vp9`, `av1` …; absent where it is none of the usual ones. */
  readonly codec?: string;
  /** Whether the file carries a C2PA manifest. */
  readonly c2pa: boolean;
}

/** `fault`: the end of the sentence "The clip can't be played: …". */
export type ClipFindings = { readonly facts: ClipFacts } | { readonly fault: string };
