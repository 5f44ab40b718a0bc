/** Keys in VS Code's secret storage, each bound to one connection at one origin. */
import type { Connection } from '../core/connections/connection.ts';
import type { Credentials } from '../core/connections/credentials.ts';

/** The part of `vscode.SecretStorage` that is needed. */
export interface SecretPort {
  keys(): PromiseLike<readonly string[]>;
  get(name: string): PromiseLike<string | undefined>;
  store(name: string, value: string): PromiseLike<void>;
  delete(name: string): PromiseLike<void>;
}

/** What a key was stored for; the connection may be gone or lie elsewhere by now. */
export interface StoredKey {
  readonly connection: string;
  readonly origin: string;
}

export interface KeyStore extends Credentials {
  /** Rejects with what the storage says where it can't keep a secret (Linux without a keyring). */
  store(connection: Connection, key: string): Promise<void>;
  list(): Promise<readonly StoredKey[]>;
  remove(stored: StoredKey): Promise<void>;
}

const prefix = 'shotlist.key:';

/**
 * A connection whose address changes loses its key: the name under which a key lies contains the origin, and the value
 * says it again, so that a key is never handed out for another one.
 */
export function createKeyStore(port: SecretPort): KeyStore {
  return {
    async find(connection) {
      const stored = storedKeyOf(connection);
      const value = keyIn(await port.get(nameOf(stored)), stored.origin);
      return value === undefined ? undefined : { value, source: 'secret storage' };
    },
    async store(connection, key) {
      const stored = storedKeyOf(connection);
      await port.store(nameOf(stored), JSON.stringify({ origin: stored.origin, key }));
    },
    async list() {
      const names = await port.keys();
      return names.flatMap((name) => storedKeyNamed(name) ?? []);
    },
    async remove(stored) {
      await port.delete(nameOf(stored));
    },
  };
}

// the origin not by the core's function, which comes with zod: this file is loaded when the extension starts
function storedKeyOf(connection: Connection): StoredKey {
  return { connection: connection.id, origin: new URL(connection.baseUrl).origin };
}

function nameOf(stored: StoredKey): string {
  return `${prefix}${stored.connection}@${stored.origin}`;
}

function storedKeyNamed(name: string): StoredKey | undefined {
  const at = name.indexOf('@');
  if (!name.startsWith(prefix) || at === -1) return undefined;
  return { connection: name.slice(prefix.length, at), origin: name.slice(at + 1) };
}

function keyIn(text: string | undefined, origin: string): string | undefined {
  try {
    const entry = JSON.parse(text ?? '{}') as { origin?: unknown; key?: unknown };
    return entry.origin === origin && typeof entry.key === 'string' ? entry.key : undefined;
  } catch {
    return undefined;
  }
}

/** What is wrong with a typed key, or undefined. A header can carry printable ASCII only. */
export function keyProblem(key: string): 'empty' | 'characters' | undefined {
  if (key === '') return 'empty';
  return /^[\u0021-\u007e]+$/.test(key) ? undefined : 'characters';
}
