/** What a server says about its error, in one line of bounded length. */
import { oneLine } from '../foreign-text.ts';

export interface ServerWords {
  /** Undefined where the server said nothing, or nothing readable. */
  readonly words?: string;
  /** The body is a web page: somebody else than the API answered. */
  readonly webPage: boolean;
}

/** Knows `{error: {message}}`, and `{error: "…"}`, `{message}`, `{detail}` of compatible servers. */
export function serverWords(error: { readonly error: unknown; readonly message: string }): ServerWords {
  if (error.error !== undefined) {
    const words = wordsOf(error.error);
    return words === undefined ? { webPage: false } : { words: oneLine(words), webPage: false };
  }
  const body = error.message.replace(/^\d{3} /, '');
  if (/^(?:status code \(no body\)|\(no status code or body\))$/.test(body)) return { webPage: false };
  if (/^\s*<(?:!doctype|html|head|body|\?xml)/i.test(body)) return { webPage: true };
  return { words: oneLine(body), webPage: false };
}

function wordsOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  if (Array.isArray(value)) return wordsOf(value[0]);
  if (typeof value !== 'object' || value === null) return undefined;
  const { message, detail, msg, error } = value as Record<string, unknown>;
  return wordsOf(message) ?? wordsOf(detail) ?? wordsOf(msg) ?? wordsOf(error);
}
