/** Named endpoints: where requests go, which protocols they speak, and where their key comes from. */
import * as z from 'zod';
import type { Vendor } from '../catalog/model.ts';
import { ShotlistError } from '../errors.ts';
import { protocolSchema } from '../generation.ts';

/** How a key is put into a request. */
const keyHeaders = ['authorization', 'api-key', 'x-api-key', 'x-goog-api-key', 'x-litellm-api-key'] as const;

/** A connection as the person writes it in the setting `shotlist.connections` or the command line's connections file. */
export const connectionDefinitionSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, { error: 'id may have lower-case letters, digits, ".", "_" and "-"' }),
  label: z.string().max(100).optional(),
  baseUrl: z.url({ protocol: /^https?$/, error: 'baseUrl must be a http or https address' }),
  protocols: z.array(protocolSchema).min(1).default(['openai']),
  /** Header that carries the key; `authorization` sends `Bearer KEY`. */
  keyHeader: z.enum(keyHeaders).default('authorization'),
  /** False for servers that take no key. */
  needsKey: z.boolean().default(true),
  /** The server's own name for a model → catalog id. */
  models: z.record(z.string(), z.string()).optional(),
  concurrency: z.int().min(1).max(64).optional(),
  /** Videos in the making at once. */
  videoConcurrency: z.int().min(1).max(64).optional(),
  requestsPerMinute: z.int().min(1).max(100_000).optional(),
  /** Of Google's cloud, for the protocol `vertex`: with a project, the application default credentials are used. */
  project: z
    .string()
    .regex(/^[a-z0-9][a-z0-9:.-]{0,99}$/, { error: 'project must be the id of a Google Cloud project' })
    .optional(),
  location: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, { error: 'location must be a Google Cloud location like us-central1 or global' })
    .optional(),
});
export type ConnectionDefinition = z.infer<typeof connectionDefinitionSchema>;

export interface Connection extends Omit<
  ConnectionDefinition,
  'label' | 'models' | 'concurrency' | 'videoConcurrency' | 'requestsPerMinute' | 'project' | 'location'
> {
  readonly label: string;
  readonly models?: Readonly<Record<string, string>>;
  /** Requests at once. */
  readonly concurrency: number;
  /** Videos in the making at once. */
  readonly videoConcurrency: number;
  readonly project?: string;
  readonly location?: string;
  /** Undefined: no limit of ours, the server's headers tell. */
  readonly requestsPerMinute?: number;
  /** Vendors whose own address this is. */
  readonly vendor: Vendor;
  /** Whether names that the catalog doesn't know may be used. */
  readonly allowsUnknownModels: boolean;
  /** Environment variables that hold its key, in order. */
  readonly keyVariables: readonly string[];
  /** Runs in this process, without network and key. */
  readonly embedded: boolean;
}

const defaultConcurrency = 4;
const defaultVideoConcurrency = 3;
export const openaiBaseUrl = 'https://api.openai.com/v1';
const googleBaseUrl = 'https://generativelanguage.googleapis.com/v1';
const vertexBaseUrl = 'https://aiplatform.googleapis.com/v1';
const defaultLocation = 'us-central1';
/** Never looked up: the sandbox answers in this process. */
const sandboxBaseUrl = 'http://sandbox.shotlist.invalid/v1';

export const builtInConnections: readonly Connection[] = [
  {
    id: 'openai',
    label: 'OpenAI',
    baseUrl: openaiBaseUrl,
    protocols: ['openai'],
    keyHeader: 'authorization',
    needsKey: true,
    concurrency: defaultConcurrency,
    videoConcurrency: defaultVideoConcurrency,
    vendor: 'openai',
    allowsUnknownModels: false,
    keyVariables: ['OPENAI_API_KEY'],
    embedded: false,
  },
  {
    id: 'google',
    label: 'Google Gemini',
    baseUrl: googleBaseUrl,
    protocols: ['gemini'],
    keyHeader: 'x-goog-api-key',
    needsKey: true,
    concurrency: defaultConcurrency,
    videoConcurrency: defaultVideoConcurrency,
    vendor: 'google',
    allowsUnknownModels: false,
    keyVariables: ['GOOGLE_API_KEY', 'GEMINI_API_KEY'],
    embedded: false,
  },
  {
    id: 'vertex',
    label: 'Google Vertex AI',
    baseUrl: vertexBaseUrl,
    protocols: ['vertex'],
    keyHeader: 'x-goog-api-key',
    needsKey: true,
    concurrency: defaultConcurrency,
    videoConcurrency: defaultVideoConcurrency,
    vendor: 'google',
    allowsUnknownModels: false,
    keyVariables: ['GOOGLE_API_KEY'],
    embedded: false,
  },
  {
    id: 'sandbox',
    label: 'Sandbox',
    baseUrl: sandboxBaseUrl,
    protocols: ['openai', 'gemini', 'vertex'],
    keyHeader: 'authorization',
    needsKey: false,
    concurrency: defaultConcurrency,
    videoConcurrency: defaultVideoConcurrency,
    vendor: 'other',
    allowsUnknownModels: true,
    keyVariables: [],
    embedded: true,
  },
];

/** Connections that are tried in this order where nobody chose one. The sandbox is never among them. */
export const defaultConnectionOrder = ['openai', 'google', 'vertex'] as const;

/** All connections: the built-in ones, one of the same id in its place, then the person's own. */
export function withOwnConnections(own: readonly Connection[]): Connection[] {
  const builtIn = builtInConnections.map((connection) => own.find(({ id }) => id === connection.id) ?? connection);
  return [...builtIn, ...own.filter(({ id }) => !builtInConnections.some((connection) => connection.id === id))];
}

/** What the built-in connection `vertex` takes from the person: where their project is. */
const vertexPlaceSchema = connectionDefinitionSchema
  .pick({ project: true, location: true, concurrency: true, videoConcurrency: true, requestsPerMinute: true })
  .extend({ id: z.literal('vertex') })
  .strict();

/**
 * A connection of the person's own; with the id `vertex`, the built-in one with their project and location.
 * @throws ShotlistError `invalid_request` naming what is wrong
 */
export function defineConnection(definition: unknown): Connection {
  if (isVertexPlace(definition)) return placeVertex(definition);
  const parsed = connectionDefinitionSchema.safeParse(definition);
  if (!parsed.success) throw wrongConnection(parsed.error);
  if (builtInConnections.some((builtIn) => builtIn.id === parsed.data.id)) {
    throw new ShotlistError('invalid_request', `"${parsed.data.id}" is the name of a built-in connection.`, {
      hint: 'Choose another id.',
    });
  }
  return connectionFromDefinition(parsed.data);
}

function isVertexPlace(definition: unknown): boolean {
  return typeof definition === 'object' && definition !== null && 'id' in definition && definition.id === 'vertex';
}

function placeVertex(definition: unknown): Connection {
  const parsed = vertexPlaceSchema.safeParse(definition);
  if (!parsed.success) throw wrongConnection(parsed.error);
  const base = builtInConnections.find(({ id }) => id === 'vertex');
  if (base === undefined) throw new RangeError('there is no built-in connection "vertex"');
  const { project, location = defaultLocation, ...limits } = parsed.data;
  const place = project === undefined ? {} : { project, location, needsKey: false, keyVariables: [] };
  return {
    ...base,
    ...definedOnly(limits),
    ...place,
    baseUrl: project === undefined ? vertexBaseUrl : vertexUrl(location),
  };
}

/** Where Google's SDK (npm @google/genai 3.1.0) goes for a location: regions, multi-regions, or the whole world. */
function vertexUrl(location: string): string {
  if (location === 'global') return vertexBaseUrl;
  const isMultiRegion = location === 'us' || location === 'eu';
  return `https://${isMultiRegion ? `aiplatform.${location}.rep` : `${location}-aiplatform`}.googleapis.com/v1`;
}

/** Without what is undefined, so that it doesn't hide what it is spread over. */
function definedOnly<Values extends object>(
  values: Values,
): { [Key in keyof Values]?: Exclude<Values[Key], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Values]?: Exclude<Values[Key], undefined> };
}

function wrongConnection(error: z.ZodError): ShotlistError {
  const issue = error.issues[0];
  return new ShotlistError(
    'invalid_request',
    `A connection is wrong: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim() + '.',
  );
}

function connectionFromDefinition(definition: ConnectionDefinition): Connection {
  const { label, models, concurrency, videoConcurrency, requestsPerMinute, project, location, ...rest } = definition;
  const vendor = vendorOfUrl(definition.baseUrl);
  return {
    ...rest,
    baseUrl: definition.baseUrl.replace(/\/+$/, ''),
    label: label ?? definition.id,
    ...(models === undefined ? {} : { models }),
    concurrency: concurrency ?? defaultConcurrency,
    videoConcurrency: videoConcurrency ?? defaultVideoConcurrency,
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
    ...(project === undefined ? {} : { project }),
    ...(location === undefined ? {} : { location }),
    vendor,
    allowsUnknownModels: true,
    keyVariables: [],
    embedded: false,
  };
}

/** The built-in connection `base` at another address (`--base-url`, `OPENAI_BASE_URL`). */
export function atBaseUrl(base: Connection, baseUrl: string): Connection {
  const parsed = connectionDefinitionSchema.shape.baseUrl.safeParse(baseUrl);
  if (!parsed.success) {
    throw new ShotlistError('invalid_request', `"${baseUrl}" is no base URL.`, {
      hint: 'Give an http or https address, for example http://localhost:8000/v1.',
    });
  }
  return {
    ...base,
    baseUrl: parsed.data.replace(/\/+$/, ''),
    vendor: vendorOfUrl(parsed.data),
    needsKey: vendorOfUrl(parsed.data) !== 'other',
    allowsUnknownModels: true,
    embedded: false,
  };
}

/** The origin that a key is bound to, for example `https://api.openai.com`. */
export function originOf(connection: { baseUrl: string }): string {
  return new URL(connection.baseUrl).origin;
}

export function vendorOf(connection: Connection): Vendor {
  return connection.vendor;
}

/** Only the vendor itself stops serving a model at its end; other servers and the sandbox may go on. */
export function servesRetiredModels(connection: Connection, vendor: Vendor): boolean {
  return connection.vendor !== vendor;
}

function vendorOfUrl(baseUrl: string): Vendor {
  const { hostname } = new URL(baseUrl);
  if (hostname === 'api.openai.com' || hostname.endsWith('.api.openai.com')) return 'openai';
  if (hostname === 'generativelanguage.googleapis.com' || isVertexHost(hostname)) return 'google';
  return 'other';
}

/** Google's cloud: the only place that gets the token of the person's application default credentials. */
export function isVertexHost(hostname: string): boolean {
  return /^(?:aiplatform|[a-z0-9-]+-aiplatform|aiplatform\.(?:us|eu)\.rep)\.googleapis\.com$/.test(hostname);
}
