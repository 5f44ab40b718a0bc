/** Which connection a request goes to where the person named one, or none. */
import { closest } from '../catalog/closest.ts';
import { ShotlistError } from '../errors.ts';
import { defaultConnectionOrder, type Connection } from './connection.ts';
import type { Credentials } from './credentials.ts';

export interface Connections {
  readonly connections: readonly Connection[];
  readonly credentials: Credentials;
}

/** @throws ShotlistError `not_found` naming the connections there are */
export function findConnection(id: string, connections: readonly Connection[]): Connection {
  const found = connections.find((connection) => connection.id === id);
  if (found !== undefined) return found;
  const ids = connections.map((connection) => connection.id);
  const near = closest(id, ids);
  throw new ShotlistError('not_found', `There is no connection "${id}".`, {
    hint: near === undefined ? `There are ${ids.join(', ')}.` : `Did you mean "${near}"? There are ${ids.join(', ')}.`,
  });
}

/** Where nobody named a connection: which of them can do it at all. */
export type CanServe = (connection: Connection) => boolean;

/**
 * The named connection; else the person's or workspace's usual one, if it can serve this; else the first of the default
 * order that can and has a key; else the first of those that can (so that a plan needs no key; running it then says
 * which is missing). Never the sandbox by itself.
 */
export async function chooseConnection(
  {
    named,
    usual,
    canServe = () => true,
  }: {
    readonly named?: string | undefined;
    readonly usual?: string | undefined;
    readonly canServe?: CanServe;
  },
  { connections, credentials }: Connections,
): Promise<Connection> {
  if (named !== undefined) return findConnection(named, connections);
  if (usual !== undefined) {
    const connection = findConnection(usual, connections);
    if (canServe(connection)) return connection;
  }
  const candidates = defaultConnectionOrder
    .flatMap((name) => connections.filter((connection) => connection.id === name))
    .filter(canServe);
  for (const connection of candidates) {
    if (!connection.needsKey || (await credentials.find(connection)) !== undefined) return connection;
  }
  const first = candidates[0];
  if (first === undefined)
    throw new ShotlistError('not_found', 'There is no connection to use.', { hint: 'Name one.' });
  return first;
}
