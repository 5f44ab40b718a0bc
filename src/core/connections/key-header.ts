import { ShotlistError } from '../errors.ts';
import type { Connection } from './connection.ts';

/** The header that carries a connection's key; none without a key. @throws ShotlistError `invalid_key`, without the key in it */
export function keyHeader(
  connection: Pick<Connection, 'keyHeader' | 'label'>,
  key: string | undefined,
): Record<string, string> {
  if (key === undefined) return {};
  // fetch would refuse such a header too, with the key in its message
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new ShotlistError('invalid_key', `The key for ${connection.label} has characters that no key has.`, {
      hint: 'Copy it again: line breaks, blanks and quotation marks are not part of it.',
    });
  }
  return connection.keyHeader === 'authorization'
    ? { authorization: `Bearer ${key}` }
    : { [connection.keyHeader]: key };
}
