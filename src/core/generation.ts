/**
 * The nouns of Shotlist: request, plan, job, asset. Schemas are zod, the types are inferred from them; whatever is
 * stored or sent between processes is parsed with these when it is read again.
 */
import * as z from 'zod';

export const mediaKinds = ['image', 'video', 'text'] as const;
export const mediaKindSchema = z.enum(mediaKinds);
export type MediaKind = z.infer<typeof mediaKindSchema>;

const protocols = ['openai', 'gemini', 'vertex'] as const;
export const protocolSchema = z.enum(protocols);
export type Protocol = z.infer<typeof protocolSchema>;

/** What an input file is for. `reference` of an image request makes it an edit, `mask` says where. */
const inputRoles = ['reference', 'mask', 'markup', 'first_frame', 'last_frame', 'video'] as const;
export const inputRoleSchema = z.enum(inputRoles);
export type InputRole = z.infer<typeof inputRoleSchema>;

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** A checked input file. `path` is absolute on this machine; sidecars carry it relative to the workspace. */
export const inputFileSchema = z.object({
  role: inputRoleSchema,
  path: z.string(),
  sha256: sha256Schema,
  bytes: z.int().nonnegative(),
  mime: z.string(),
});
export type InputFile = z.infer<typeof inputFileSchema>;

export const videoActions = ['remix', 'edit', 'extend'] as const;
/** What a video request does with an earlier clip: makes it anew in another way, changes it, goes on with it. */
export const videoActionSchema = z.enum(videoActions);
export type VideoAction = z.infer<typeof videoActionSchema>;

/** The earlier clip of a remix, edit or extension. */
export const videoSourceSchema = z.object({
  action: videoActionSchema,
  /** The provider's own name for the clip; absent where its file is among the inputs, as `video`. */
  id: z.string().min(1).max(2048).optional(),
});
export type VideoSource = z.infer<typeof videoSourceSchema>;

/**
 * What is asked of a provider in one paid call, checked against the catalog.
 * `parameters` are those asked for or mapped, as sent (wire names, defaults left out); `n` is among them when above 1.
 */
export const requestSchema = z.object({
  kind: mediaKindSchema,
  /** Id of the connection. */
  connection: z.string(),
  /** Catalog id, or the server's own name for a model that the catalog doesn't know. */
  model: z.string(),
  prompt: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  inputs: z.array(inputFileSchema),
  /** Of a video request that starts from an earlier clip. */
  source: videoSourceSchema.exactOptional(),
});
export type Request = z.infer<typeof requestSchema>;

/** Which endpoint of an image protocol a request needs; it follows from the inputs, so it is not stored. */
export type ImageOperation = 'generate' | 'edit' | 'variation';

/** A reference or a mask makes an edit; a reference without a prompt a variation. */
export function imageOperationOf(request: { prompt: string; inputs: readonly { role: InputRole }[] }): ImageOperation {
  if (request.inputs.length === 0) return 'generate';
  return request.prompt === '' ? 'variation' : 'edit';
}

/** What kind of video call a request is. */
export type VideoOperation = 'generate' | 'animate' | 'reference' | VideoAction;

/** A first or last frame is animated; references guide; an earlier clip says itself what is done with it. */
export function videoOperationOf(request: {
  readonly inputs: readonly { readonly role: InputRole }[];
  readonly source?: { readonly action: VideoAction } | undefined;
}): VideoOperation {
  if (request.source !== undefined) return request.source.action;
  const roles = request.inputs.map(({ role }) => role);
  if (roles.includes('first_frame') || roles.includes('last_frame')) return 'animate';
  return roles.includes('reference') ? 'reference' : 'generate';
}

/** A parameter that is a string, undefined where it is absent or something else. */
export function textParameter(parameters: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = parameters[name];
  return typeof value === 'string' ? value : undefined;
}

/** Where the outputs of a request go. Paths are absolute. */
export const outputTargetSchema = z.object({
  folder: z.string(),
  /** File name without folder and extension; a number is added where the name is taken. */
  stem: z.string(),
  /** True where the person named the place with `-o` or a save dialog: it may lie outside the workspace. */
  chosen: z.boolean(),
  /** Ending that the person wrote (`jpeg`); kept where it fits what came. */
  extension: z.string().optional(),
});
export type OutputTarget = z.infer<typeof outputTargetSchema>;

export const costSchema = z.object({ usd: z.number().nonnegative(), basis: z.enum(['usage', 'estimate']) });
export type Cost = z.infer<typeof costSchema>;

/** Token counts of one call, as the provider reports them. */
export const usageSchema = z.object({
  inputTokens: z.number().nonnegative().optional(),
  inputTextTokens: z.number().nonnegative().optional(),
  inputImageTokens: z.number().nonnegative().optional(),
  cachedInputTokens: z.number().nonnegative().optional(),
  outputTokens: z.number().nonnegative().optional(),
  totalTokens: z.number().nonnegative().optional(),
});
export type Usage = z.infer<typeof usageSchema>;

/** A price before sending. `upperUsd` is what it may reach where the request leaves something open (`quality: auto`). */
export interface Estimate {
  readonly usd: number;
  readonly upperUsd: number;
  readonly basis: 'estimate';
}

/** One job of a plan, not yet in the journal. */
export interface PlannedJob {
  readonly request: Request;
  /** Lower-case hex SHA-256 of the RFC 8785 form of the request without paths. */
  readonly requestHash: string;
  readonly target: OutputTarget;
  /** Expected MIME type of the outputs. */
  readonly mime: string;
  /** How many assets the call is asked for. */
  readonly count: number;
  /** Whether to use the streaming form of the call (asked for, or because it may take longer than five minutes). */
  readonly stream: boolean;
  /** SHA-256 of the assets of ours that the request starts from without sending them. */
  readonly from?: readonly string[];
  /** Absent where the price is unknown. */
  readonly estimate?: Estimate;
}

/** One or more requests checked against the catalog. Nothing has been sent. */
export interface Plan {
  /** Same for the same requests, targets aside: finds the last run of the same plan. */
  readonly hash: string;
  readonly jobs: readonly PlannedJob[];
  readonly warnings: readonly string[];
}

const jobStates = ['queued', 'submitting', 'running', 'downloading', 'done', 'failed', 'cancelled', 'unknown'] as const;
export const jobStateSchema = z.enum(jobStates);
export type JobState = z.infer<typeof jobStateSchema>;

/** What is known of a finished file. `seconds` for clips, `width`/`height` in pixels. */
export const assetFactsSchema = z.object({
  sha256: sha256Schema,
  bytes: z.int().nonnegative(),
  mime: z.string(),
  width: z.int().positive().optional(),
  height: z.int().positive().optional(),
  seconds: z.number().positive().optional(),
});
export type AssetFacts = z.infer<typeof assetFactsSchema>;

/** A finished file with its sidecar; both paths absolute. */
export interface Asset extends AssetFacts {
  readonly path: string;
  readonly sidecar: string;
}
