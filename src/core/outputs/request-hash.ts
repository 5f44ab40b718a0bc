/** The identity of a request: same question, same hash, wherever its input files lie. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { ShotlistError } from '../errors.ts';
import type { Request } from '../generation.ts';

/**
 * Lower-case hex SHA-256 of the RFC 8785 form of a request without the paths of its inputs.
 * @throws ShotlistError `invalid_request` for what has no RFC 8785 form (a number that isn't finite, half a surrogate pair)
 */
export function hashRequest(request: Request): string {
  const { kind, connection, model, prompt, parameters, source } = request;
  const inputs = request.inputs.map(({ role, sha256 }) => ({ role, sha256 }));
  return hashCanonical({
    kind,
    connection,
    model,
    prompt,
    parameters,
    inputs,
    ...(source === undefined ? {} : { source }),
  });
}

/** Lower-case hex SHA-256 of the RFC 8785 form of a JSON value. @throws ShotlistError `invalid_request` as above */
function hashCanonical(value: unknown): string {
  let text: string | undefined;
  try {
    text = canonicalize(value);
  } catch (cause) {
    throw new ShotlistError('invalid_request', 'The request holds a value that JSON cannot carry.', {
      hint: 'Look for numbers that are not finite and for broken characters in the prompt.',
      cause,
    });
  }
  return createHash('sha256')
    .update(text ?? '', 'utf8')
    .digest('hex');
}
