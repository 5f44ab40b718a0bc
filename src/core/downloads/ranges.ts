/** What an answer says about which bytes of a file it holds (RFC 9110, sections 8.8, 13.1.5 and 14). */

export interface AnswerRange {
  /** Position of the first byte. */
  readonly from: number;
  /** Length of the whole file, where it is told. */
  readonly total?: number;
}

/** Undefined for a partial answer that doesn't say which part it is. */
export function readRange(response: Response): AnswerRange | undefined {
  if (response.status === 206) {
    const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(response.headers.get('content-range')?.trim() ?? '');
    if (match === null) return undefined;
    const total = Number(match[3]);
    return { from: Number(match[1]), ...(Number.isSafeInteger(total) ? { total } : {}) };
  }
  const length = response.headers.get('content-length')?.trim() ?? '';
  // a length of compressed bytes says nothing about the file
  const counts = /^\d+$/.test(length) && !isEncoded(response);
  return { from: 0, ...(counts ? { total: Number(length) } : {}) };
}

/** What `If-Range` takes: a strong ETag, else the date of the last change. Undefined where bytes can't be continued. */
export function validatorOf(response: Response): string | undefined {
  if (isEncoded(response)) return undefined;
  const tag = response.headers.get('etag');
  if (tag !== null && /^"[^"]*"$/.test(tag)) return tag;
  const changed = response.headers.get('last-modified');
  // a date is to the second: within the same one the bytes may have changed unseen
  const age = Date.parse(response.headers.get('date') ?? '') - Date.parse(changed ?? '');
  return changed !== null && age >= 1_000 ? changed : undefined;
}

/** Whether an answer may hold the same bytes: it doesn't name others. */
export function agreesWith(validator: string, response: Response): boolean {
  const named = response.headers.get(validator.startsWith('"') ? 'etag' : 'last-modified');
  return named === null || named === validator;
}

function isEncoded(response: Response): boolean {
  const encoding = response.headers.get('content-encoding')?.trim().toLowerCase() ?? '';
  return encoding !== '' && encoding !== 'identity';
}
