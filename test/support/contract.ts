/** The documents of `--json` as the contract has them; unknown keys are refused. */
import assert from 'node:assert/strict';
import * as z from 'zod';
import { errorCodes } from '../../src/core/errors.ts';

const assetSchema = z.strictObject({
  path: z.string(),
  sidecar: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().positive(),
  mime: z.string(),
  width: z.int().optional(),
  height: z.int().optional(),
  seconds: z.number().optional(),
});

const errorSchema = z.strictObject({
  code: z.enum(errorCodes),
  message: z.string().min(1),
  hint: z.string().optional(),
  provider: z
    .strictObject({ status: z.int().optional(), code: z.string().optional(), requestId: z.string().optional() })
    .optional(),
});

const jobSchema = z.strictObject({
  id: z.string().min(1),
  batch: z.string().min(1),
  index: z.int().nonnegative(),
  status: z.enum(['queued', 'submitting', 'running', 'downloading', 'done', 'failed', 'cancelled', 'unknown']),
  kind: z.enum(['image', 'video', 'text']),
  connection: z.string(),
  model: z.string(),
  prompt: z.string(),
  operation: z.unknown().optional(),
  progress: z.number().min(0).max(1).optional(),
  assets: z.array(assetSchema),
  usage: z.record(z.string(), z.number()).optional(),
  cost: z.strictObject({ usd: z.number(), basis: z.enum(['usage', 'estimate']) }).optional(),
  error: errorSchema.optional(),
});

export const runSchema = z.strictObject({
  ok: z.literal(true),
  jobs: z.array(jobSchema),
  warnings: z.array(z.string()),
});

export const failureSchema = z.strictObject({
  ok: z.literal(false),
  error: errorSchema,
  jobs: z.array(jobSchema),
});

export const jobsSchema = z.strictObject({ ok: z.literal(true), jobs: z.array(jobSchema) });

export const planSchema = z.strictObject({
  ok: z.literal(true),
  plan: z.strictObject({
    jobs: z.array(
      z.strictObject({
        kind: z.enum(['image', 'video']),
        connection: z.string(),
        model: z.string(),
        prompt: z.string(),
        parameters: z.record(z.string(), z.unknown()),
        output: z.string(),
        estimate: z.strictObject({ usd: z.number(), upperUsd: z.number(), basis: z.literal('estimate') }).optional(),
      }),
    ),
  }),
  warnings: z.array(z.string()),
});

export const modelsSchema = z.strictObject({
  ok: z.literal(true),
  models: z.array(
    z.strictObject({
      id: z.string(),
      vendor: z.string(),
      kind: z.enum(['image', 'video', 'text']),
      status: z.enum(['active', 'deprecated', 'retired']),
      shutdownDate: z.iso.date().optional(),
      replacement: z.string().optional(),
      live: z.boolean().optional(),
      parameters: z.looseObject({ type: z.literal('object'), properties: z.record(z.string(), z.looseObject({})) }),
    }),
  ),
});

/** Standard output as exactly one document of that shape. */
export function parseDocument<Schema extends z.ZodType>(schema: Schema, stdout: string): z.infer<Schema> {
  const parsed = schema.safeParse(JSON.parse(stdout));
  assert.ok(parsed.success, `${z.prettifyError(parsed.error ?? new z.ZodError([]))}\n${stdout}`);
  return parsed.data;
}
