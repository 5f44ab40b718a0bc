/** What a server of the Videos protocol can be told to do wrong, and how it differs from OpenAI's. */

export type SoraPhase = 'create' | 'poll' | 'list' | 'delete' | 'download';

/**
 * `counted`: whether a creation is carried out (and would be charged) before the fault shows; default false. Faults of a
 * body that is else right (`truncated`, `lying length`) come after counting.
 */
export type SoraFault =
  /** Answers with an error; OpenAI's envelope unless another body is given. */
  | {
      readonly type: 'status';
      readonly status: number;
      readonly error?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
      /** Sent instead of the envelope, with `content-type: text/html`; '' sends no body. */
      readonly text?: string;
      readonly counted?: boolean;
    }
  /** Breaks the connection before a byte of the answer. */
  | { readonly type: 'reset'; readonly counted?: boolean }
  /** Never answers; a download after so many bytes (default 0, headers are sent). */
  | { readonly type: 'hang'; readonly counted?: boolean; readonly afterBytes?: number }
  /** Breaks the connection in the middle of the body; a download after so many bytes (default half of it). */
  | { readonly type: 'truncated'; readonly afterBytes?: number }
  /** 200 with a web page instead of JSON or a clip. */
  | { readonly type: 'wrong type'; readonly counted?: boolean }
  /** 200 with a body of our own, for example a video object without an id. */
  | { readonly type: 'body'; readonly body: string; readonly contentType?: string; readonly counted?: boolean }
  /** Content-Length is wrong by so many bytes. */
  | { readonly type: 'lying length'; readonly by: number }
  /** 404, as for a clip thrown away. */
  | { readonly type: 'expired' };

/** Fields of a video object that may be left out. */
export type SoraField =
  | 'object'
  | 'model'
  | 'progress'
  | 'created_at'
  | 'completed_at'
  | 'expires_at'
  | 'prompt'
  | 'size'
  | 'seconds'
  | 'remixed_from_video_id'
  | 'error';

export interface SoraDialect {
  /** False: any model, size, seconds and further fields are taken; nothing is checked against OpenAI's document. */
  readonly strict?: boolean;
  /** The server's own words for the states. */
  readonly words?: Partial<Readonly<Record<'queued' | 'in_progress' | 'completed' | 'failed', string>>>;
  readonly omit?: readonly SoraField[];
  readonly secondsAsNumber?: boolean;
  /** Where a finished job's object has its link. */
  readonly link?: 'video_url' | 'url';
  /** Put before `/files/…` in links; default the server's own origin. */
  readonly linkOrigin?: string;
  /** False: `/content` answers 404. */
  readonly content?: boolean;
  /** Only {id, status, created_at} is answered to a creation. */
  readonly minimalCreation?: boolean;
  /** The error of a failed job is a sentence, no object. */
  readonly errorAsText?: boolean;
  /** False: `GET /videos` answers 404. */
  readonly list?: boolean;
  /** False: remix, edits and extensions answer 404. */
  readonly followUps?: boolean;
  /** False: everything answers 404, without a body. */
  readonly videos?: boolean;
  /** False: Range is ignored, the whole clip comes with 200. */
  readonly ranges?: boolean;
  /** Fields added to each video object. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Servers as they are met (names are descriptions, not products under test). */
export const soraDialects = {
  openai: {},
  'vLLM-Omni': {
    strict: false,
    minimalCreation: true,
    followUps: false,
    omit: ['remixed_from_video_id', 'expires_at'],
  },
  'no list': { strict: false, list: false, omit: ['progress'] },
  'gateway with video_url': {
    strict: false,
    words: { queued: 'pending', in_progress: 'processing', completed: 'succeeded' },
    link: 'video_url',
    content: false,
    list: false,
    omit: ['progress', 'completed_at', 'expires_at', 'prompt', 'error', 'remixed_from_video_id'],
    secondsAsNumber: true,
    errorAsText: true,
  },
  'gateway with url': {
    strict: false,
    words: { in_progress: 'running', completed: 'done', failed: 'error' },
    link: 'url',
    content: false,
    omit: ['object', 'model', 'created_at', 'progress', 'size', 'seconds'],
  },
  'no videos': { videos: false },
} as const satisfies Readonly<Record<string, SoraDialect>>;
