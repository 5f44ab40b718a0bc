import { Markup, text, type Value } from './value.ts';

const entities = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ["'", '&#39;'],
  ['"', '&#34;'],
]);

export function escapeText(value: string): string {
  return value.replaceAll(/[&<>'"]/g, (character) => entities.get(character) ?? character);
}

/** HTML-escapes the text of a value, once: Markup stays as it is. */
export function escape(value: Value): Markup {
  return value instanceof Markup ? value : new Markup(escapeText(text(value)));
}

/** `soft_str`: a text stays what it is (Markup too), anything else becomes a plain text. */
export function softText(value: Value): string | Markup {
  return value instanceof Markup ? value : text(value);
}
