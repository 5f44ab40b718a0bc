/** A job as the journal keeps it. All times are milliseconds since 1970. */
import * as z from 'zod';
import {
  assetFactsSchema,
  costSchema,
  jobStateSchema,
  outputTargetSchema,
  requestSchema,
  usageSchema,
  type Asset,
} from '../generation.ts';
import { errorCodes, type ErrorData } from '../errors.ts';

const errorDataSchema = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  hint: z.string().exactOptional(),
  provider: z
    .object({
      status: z.number().exactOptional(),
      code: z.string().exactOptional(),
      requestId: z.string().exactOptional(),
    })
    .exactOptional(),
});

/** What came back from the provider besides the bytes; goes into the sidecar. */
export const providerAnswerSchema = z.object({
  operation: z.unknown().optional(),
  requestId: z.string().optional(),
  model: z.string().optional(),
  usage: usageSchema.optional(),
  /** What the server says about watermarks and the origin of the result. */
  provenance: z.record(z.string(), z.unknown()).optional(),
});
export type ProviderAnswer = z.infer<typeof providerAnswerSchema>;

/**
 * An output on its way to disk. The row is written before the temporary file, so that recovery can finish or remove it.
 * `path` and `temporaryPath` are absolute in memory and relative to the workspace in the journal where they lie in it.
 */
export const outputSchema = z.object({
  path: z.string(),
  temporaryPath: z.string(),
  facts: assetFactsSchema,
  sidecarText: z.string(),
  placed: z.boolean(),
});
export type Output = z.infer<typeof outputSchema>;

export const jobSchema = z.object({
  id: z.string(),
  batch: z.string(),
  index: z.int().nonnegative(),
  state: jobStateSchema,
  request: requestSchema,
  requestHash: z.string(),
  planHash: z.string(),
  /** The origin that issued the job: it is polled and downloaded nowhere else. */
  origin: z.string(),
  target: outputTargetSchema,
  mime: z.string(),
  count: z.int().positive(),
  stream: z.boolean(),
  /** SHA-256 of the assets of ours that the request starts from without sending them. */
  from: z.array(z.string()).readonly().exactOptional(),
  /** Whatever the provider needs to go on with this job, as JSON; also answered links of pictures. */
  operation: z.unknown().optional(),
  answer: providerAnswerSchema.optional(),
  /** When the call that may have reached the provider was made: earlier ones were refused. */
  submittedAt: z.number().exactOptional(),
  /** When the provider took the job on; from then on it works, and may charge. */
  startedAt: z.number().exactOptional(),
  /** How far the provider is, 0 to 1, where it tells. */
  progress: z.number().min(0).max(1).exactOptional(),
  /** How long the provider worked on it, milliseconds: teaches when to ask for the next one. */
  workedMs: z.number().nonnegative().exactOptional(),
  outputs: z.array(outputSchema),
  cost: costSchema.optional(),
  warnings: z.array(z.string()),
  error: errorDataSchema.optional(),
  createdAt: z.number(),
  updatedAt: z.number(),
});
export type Job = z.infer<typeof jobSchema>;

/** What a door gets to see while jobs run. */
export type JobEvent =
  | { readonly type: 'changed'; readonly job: Job }
  | { readonly type: 'partial'; readonly job: Job; readonly index: number; readonly bytes: Uint8Array }
  /** Waiting for the limiter or the server, `untilMs` as known. */
  | { readonly type: 'waiting'; readonly job: Job; readonly reason: string; readonly untilMs?: number }
  | { readonly type: 'warning'; readonly job: Job; readonly message: string };

/** The outcome of a run: what the doors print, show and turn into an exit code. */
export interface RunResult {
  readonly batch: string;
  readonly jobs: readonly JobReport[];
  readonly warnings: readonly string[];
}

/** The job of the contract's JSON (`--json`). Paths are absolute. */
export interface JobReport {
  readonly id: string;
  readonly batch: string;
  readonly index: number;
  readonly status: Job['state'];
  readonly kind: Job['request']['kind'];
  readonly connection: string;
  readonly model: string;
  readonly prompt: string;
  readonly operation?: unknown;
  /** 0 to 1. */
  readonly progress?: number;
  readonly assets: readonly Asset[];
  readonly usage?: ProviderAnswer['usage'];
  readonly cost?: Job['cost'];
  readonly error?: ErrorData;
}
