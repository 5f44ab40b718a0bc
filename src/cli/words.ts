/** How numbers, times and things are said to a person. Loads nothing, because every start needs it. */
import type { MediaKind } from '../core/generation.ts';

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** What jobs of these kinds make, in the singular. */
export function nounOf(kinds: readonly MediaKind[]): string {
  const [kind, ...others] = new Set(kinds);
  if (others.length > 0 || kind === undefined || kind === 'text') return 'result';
  return kind === 'video' ? 'clip' : 'picture';
}

/** `95 s`, `12 min 5 s`, `2 h 10 min`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 100 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Without the control characters by which a text of others could steer the terminal. */
export function harmless(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => (character === '\n' || character === '\t' ? character : ''));
}
