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

/**
 * The named connection, else the first of the default order that has a key, else the first of that order (so that a
 * plan needs no key; running it then says which is missing). Never the sandbox by itself.
 */
export async function chooseConnection(
  id: string | undefined,
  { connections, credentials }: Connections,
): Promise<Connection> {
  if (id !== undefined) return findConnection(id, connections);
  const candidates = defaultConnectionOrder.flatMap((name) =>
    connections.filter((connection) => connection.id === name),
  );
  for (const connection of candidates) {
    if (!connection.needsKey || (await credentials.find(connection)) !== undefined) return connection;
  }
  const first = candidates[0];
  if (first === undefined)
    throw new ShotlistError('not_found', 'There is no connection to use.', { hint: 'Name one.' });
  return first;
}
