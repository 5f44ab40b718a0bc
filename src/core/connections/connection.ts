/** Named endpoints: where requests go, which protocols they speak, and where their key comes from. */
import * as z from 'zod';
import type { Vendor } from '../catalog/model.ts';
import { ShotlistError } from '../errors.ts';
import { protocolSchema } from '../generation.ts';

/** How a key is put into a request. */
const keyHeaders = ['authorization', 'api-key', 'x-api-key', 'x-litellm-api-key'] as const;

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
  requestsPerMinute: z.int().min(1).max(100_000).optional(),
});
export type ConnectionDefinition = z.infer<typeof connectionDefinitionSchema>;

export interface Connection extends Omit<
  ConnectionDefinition,
  'label' | 'models' | 'concurrency' | 'requestsPerMinute'
> {
  readonly label: string;
  readonly models?: Readonly<Record<string, string>>;
  readonly concurrency: number;
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
export const openaiBaseUrl = 'https://api.openai.com/v1';
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
    vendor: 'openai',
    allowsUnknownModels: false,
    keyVariables: ['OPENAI_API_KEY'],
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
    vendor: 'other',
    allowsUnknownModels: true,
    keyVariables: [],
    embedded: true,
  },
];

/** Connections that are tried in this order where nobody chose one. The sandbox is never among them. */
export const defaultConnectionOrder = ['openai'] as const;

/** @throws ShotlistError `invalid_request` naming what is wrong */
export function defineConnection(definition: unknown): Connection {
  const parsed = connectionDefinitionSchema.safeParse(definition);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ShotlistError(
      'invalid_request',
      `A connection is wrong: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim() + '.',
    );
  }
  if (builtInConnections.some((builtIn) => builtIn.id === parsed.data.id)) {
    throw new ShotlistError('invalid_request', `"${parsed.data.id}" is the name of a built-in connection.`, {
      hint: 'Choose another id.',
    });
  }
  return connectionFromDefinition(parsed.data);
}

function connectionFromDefinition(definition: ConnectionDefinition): Connection {
  const { label, models, concurrency, requestsPerMinute, ...rest } = definition;
  const vendor = vendorOfUrl(definition.baseUrl);
  return {
    ...rest,
    baseUrl: definition.baseUrl.replace(/\/+$/, ''),
    label: label ?? definition.id,
    ...(models === undefined ? {} : { models }),
    concurrency: concurrency ?? defaultConcurrency,
    ...(requestsPerMinute === undefined ? {} : { requestsPerMinute }),
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
  if (hostname === 'generativelanguage.googleapis.com' || hostname.endsWith('-aiplatform.googleapis.com'))
    return 'google';
  return 'other';
}
