/** The record beside every asset: how it was made, enough to make it again. A contract: tools read it. */
import { basename, relative, sep } from 'node:path';
import * as z from 'zod';
import {
  assetFactsSchema,
  costSchema,
  inputRoleSchema,
  mediaKindSchema,
  usageSchema,
  videoSourceSchema,
  type AssetFacts,
  type Cost,
  type Request,
  type Usage,
} from '../generation.ts';
import { operationSchema } from '../providers/provider.ts';
import { isInside } from './containment.ts';

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** What a reader may rely on; keys that it doesn't know are kept. */
export const sidecarSchema = z.looseObject({
  version: z.literal(1),
  asset: z.looseObject(assetFactsSchema.shape),
  request: z.looseObject({
    kind: mediaKindSchema,
    connection: z.string(),
    model: z.string(),
    prompt: z.string(),
    parameters: z.record(z.string(), z.unknown()),
    inputs: z.array(z.looseObject({ role: inputRoleSchema, path: z.string(), sha256: sha256Schema })),
    source: z.looseObject(videoSourceSchema.shape).optional(),
  }),
  requestHash: sha256Schema,
  batch: z.string().optional(),
  index: z.int().nonnegative().optional(),
  template: z
    .looseObject({
      path: z.string(),
      sha256: sha256Schema,
      inputs: z.record(z.string(), z.unknown()),
      seed: z.number().optional(),
    })
    .optional(),
  from: z.array(sha256Schema).optional(),
  provider: z.looseObject({
    operation: z.unknown().optional(),
    requestId: z.string().optional(),
    model: z.string().optional(),
    usage: usageSchema.optional(),
    revisedPrompt: z.string().optional(),
  }),
  cost: costSchema.optional(),
  provenance: z.looseObject({ c2pa: z.boolean().optional() }).optional(),
  createdAt: z.iso.datetime(),
  tool: z.string(),
});
export type Sidecar = z.infer<typeof sidecarSchema>;

export interface SidecarSource {
  readonly workspaceFolder: string;
  readonly facts: AssetFacts;
  readonly request: Request;
  readonly requestHash: string;
  readonly batch: string;
  readonly index: number;
  /** SHA-256 of the assets of ours that it was made from without sending them. */
  readonly from?: readonly string[] | undefined;
  readonly provider: {
    /** Anything: only the provider's name for the clip and plain facts are taken from it. */
    readonly operation?: unknown;
    readonly requestId?: string | undefined;
    readonly model?: string | undefined;
    readonly usage?: Usage | undefined;
    readonly revisedPrompt?: string | undefined;
  };
  readonly cost?: Cost | undefined;
  /** Whether the file carries a C2PA manifest. */
  readonly carriesProvenance: boolean;
  /** What the server says about watermarks and the origin of the result. */
  readonly provenance?: Readonly<Record<string, unknown>> | undefined;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly tool: string;
}

const secretNames = /^__proto__$|key|token|secret|signature|credential|authorization/i;
/** Longer texts are no facts but contents. */
const maxFactCharacters = 500;

/** The provider's name for what it made, and numbers, words and switches beside it: what links hold lets others in. */
function plainOperation(operation: unknown): Record<string, unknown> | undefined {
  const parsed = operationSchema.safeParse(operation);
  if (!parsed.success || isLink(parsed.data.id)) return undefined;
  const { id, ...rest } = parsed.data;
  return { id, ...plainFacts(rest) };
}

function provenanceOf({ provenance = {}, carriesProvenance }: SidecarSource): Sidecar['provenance'] {
  const told = { ...plainFacts(provenance), ...(carriesProvenance ? { c2pa: true } : {}) };
  return Object.keys(told).length === 0 ? undefined : told;
}

function plainFacts(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const plain = Object.entries(values).filter(
    ([name, value]) =>
      !secretNames.test(name) &&
      (typeof value === 'boolean' ||
        (typeof value === 'number' && Number.isFinite(value)) ||
        (typeof value === 'string' && value.length <= maxFactCharacters && !isLink(value))),
  );
  return Object.fromEntries(plain);
}

/** Addresses, and data that is written like one. */
function isLink(text: string): boolean {
  return /:\/\/|^\s*data:|[?&][\w-]+=/i.test(text);
}

/** Path of the sidecar that belongs to an asset. */
export function sidecarPath(assetPath: string): string {
  return `${assetPath}.json`;
}

/** The text of a sidecar, keys in the order of the contract. Holds no key, no absolute path and no link. */
export function sidecarText(source: SidecarSource): string {
  const { request, facts, provider } = source;
  const sidecar: Sidecar = {
    version: 1,
    asset: {
      sha256: facts.sha256,
      bytes: facts.bytes,
      mime: facts.mime,
      width: facts.width,
      height: facts.height,
      seconds: facts.seconds,
    },
    request: {
      kind: request.kind,
      connection: request.connection,
      model: request.model,
      prompt: request.prompt,
      parameters: request.parameters,
      inputs: request.inputs.map(({ role, path, sha256 }) => ({
        role,
        path: portablePath(source.workspaceFolder, path),
        sha256,
      })),
      source: request.source,
    },
    requestHash: source.requestHash,
    batch: source.batch,
    index: source.index,
    from: source.from === undefined || source.from.length === 0 ? undefined : [...source.from],
    provider: {
      operation: plainOperation(provider.operation),
      requestId: provider.requestId,
      model: provider.model,
      usage: provider.usage,
      revisedPrompt: provider.revisedPrompt,
    },
    cost: source.cost,
    provenance: provenanceOf(source),
    createdAt: new Date(source.createdAt).toISOString(),
    tool: source.tool,
  };
  return `${JSON.stringify(sidecar, null, 2)}\n`;
}

/** Relative to the workspace with `/`; a file outside is named without its folders. */
export function portablePath(workspaceFolder: string, path: string): string {
  if (!isInside(workspaceFolder, path)) return basename(path);
  return relative(workspaceFolder, path).split(sep).join('/');
}

/** Undefined for text that is no sidecar of ours. */
export function parseSidecar(text: string): Sidecar | undefined {
  try {
    return sidecarSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
