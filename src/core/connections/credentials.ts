/** Keys. A key is bound to the origin it was stored for and is never handed out for another one. */
import type { Vendor } from '../catalog/model.ts';
import { ShotlistError } from '../errors.ts';
import { originOf, type Connection } from './connection.ts';

export interface Key {
  readonly value: string;
  /** Where it came from, for messages: `OPENAI_API_KEY`, `secret storage`, `--api-key`. */
  readonly source: string;
}

/** Where a door keeps its keys. */
export interface Credentials {
  /** The key for exactly that connection at exactly its origin; undefined where there is none. */
  find(connection: Connection): Promise<Key | undefined>;
}

/** Organization and project ids go to OpenAI's own origin only. */
export interface OpenaiAccount {
  readonly organization?: string;
  readonly project?: string;
}

/**
 * The environment's keys, each for its vendor's own origin, or for `trustedBaseUrl` (the command line's
 * `OPENAI_BASE_URL`; the extension never gives one).
 */
export function environmentCredentials(
  variables: Readonly<Record<string, string | undefined>>,
  trustedBaseUrl?: string,
): Credentials {
  const trustedOrigins = trustedBaseUrl === undefined ? [] : [originOf({ baseUrl: trustedBaseUrl })];
  return {
    find(connection) {
      const trusted = trustedOrigins.includes(originOf(connection));
      const encrypted = new URL(connection.baseUrl).protocol === 'https:';
      for (const name of connection.keyVariables) {
        // one vendor's key is no business of another one, whatever address a connection was moved to
        if (!trusted && !(encrypted && connection.vendor === keyVendors[name])) continue;
        const value = variables[name]?.trim();
        if (value !== undefined && value !== '') return Promise.resolve({ value, source: name });
      }
      return Promise.resolve(undefined);
    },
  };
}

/** Whose key a variable holds. */
const keyVendors: Readonly<Record<string, Vendor>> = {
  OPENAI_API_KEY: 'openai',
  GEMINI_API_KEY: 'google',
  GOOGLE_API_KEY: 'google',
};

/** The first of several places that has a key. */
export function firstOf(...places: readonly Credentials[]): Credentials {
  return {
    async find(connection) {
      for (const place of places) {
        const key = await place.find(connection);
        if (key !== undefined) return key;
      }
      return undefined;
    },
  };
}

/** @throws ShotlistError `missing_key` where the connection needs a key and there is none */
export async function keyFor(connection: Connection, credentials: Credentials): Promise<Key | undefined> {
  const key = await credentials.find(connection);
  if (key === undefined && connection.needsKey) throw missingKey(connection);
  return key;
}

export function missingKey(connection?: Connection): ShotlistError {
  const where = connection === undefined ? 'any connection' : connection.label;
  const isOwn = connection !== undefined && connection.keyVariables.length === 0;
  const place = isOwn
    ? '"key" or "keyVariable" in connections.json'
    : (connection?.keyVariables[0] ?? 'OPENAI_API_KEY');
  return new ShotlistError('missing_key', `There is no key for ${where}.`, {
    hint: `Set one (${place}, or "Shotlist: Set API Key…" in VS Code)${connection?.id === 'vertex' ? ', or name your project in a connection "vertex"' : ''}, or use the connection "sandbox", which needs none.`,
  });
}
