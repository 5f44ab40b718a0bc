/**
 * How long the server asks to wait, in milliseconds: `retry-after-ms`, or `Retry-After` in seconds or as a date, which
 * counts from the answer's own `Date` so that a wrong clock here doesn't matter. Undefined where it says nothing usable.
 */
export function retryAfterMs(headers: Headers): number | undefined {
  const milliseconds = positiveNumber(headers.get('retry-after-ms'));
  if (milliseconds !== undefined) return milliseconds;
  const value = headers.get('retry-after');
  const seconds = positiveNumber(value);
  if (seconds !== undefined) return seconds * 1000;
  const until = Date.parse(value ?? '') - Date.parse(headers.get('date') ?? '');
  return Number.isFinite(until) ? Math.max(0, until) : undefined;
}

function positiveNumber(text: string | null): number | undefined {
  const value = text === null || text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}
