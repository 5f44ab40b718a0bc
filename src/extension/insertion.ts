/** What goes into a document for finished pictures and clips, and where: plain text in, plain text out. */

export const insertStyles = ['markdown', 'html', 'path'] as const;
export type InsertStyle = (typeof insertStyles)[number];

const markdownLanguages = ['markdown', 'mdx', 'quarto', 'rmd', 'rmarkdown'];
const htmlLanguages = ['html', 'vue', 'svelte', 'astro', 'handlebars', 'jinja-html', 'django-html'];

export function styleOfLanguage(languageId: string): InsertStyle {
  if (markdownLanguages.includes(languageId)) return 'markdown';
  return htmlLanguages.includes(languageId) ? 'html' : 'path';
}

export interface Picture {
  readonly kind: 'image' | 'video';
  /** Relative to the document's folder, with `/`. */
  readonly path: string;
  readonly alt: string;
}

/** Character offsets in the document; equal ones are a cursor. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Insertion {
  readonly offset: number;
  readonly text: string;
}

const writers: Readonly<Record<InsertStyle, (picture: Picture) => string>> = {
  // Markdown has no clips: a link is what every reader of it can follow
  markdown: ({ kind, alt, path }) => `${kind === 'image' ? '!' : ''}[${escapeMarkdown(alt)}](${urlPath(path)})`,
  html: ({ kind, alt, path }) =>
    kind === 'image'
      ? `<img src="${urlPath(path)}" alt="${escapeHtml(alt)}">`
      : `<video src="${urlPath(path)}" controls aria-label="${escapeHtml(alt)}"></video>`,
  path: ({ path }) => path,
};

/** The text of one picture in the style. */
export function pictureText(style: InsertStyle, picture: Picture): string {
  return writers[style](picture);
}

/**
 * Where the pictures go: at a cursor as it is; after a selection on a line of their own in Markdown (below the block
 * that the selection ends in), else behind it, on a new line where the selection ends its line.
 */
export function insertionFor(text: string, range: Range, style: InsertStyle, pictures: readonly Picture[]): Insertion {
  const parts = pictures.map((picture) => pictureText(style, picture));
  if (range.start === range.end) return { offset: range.end, text: parts.join('\n') };
  const end = endOfSelection(text, range);
  if (style === 'markdown') return afterMarkdownBlock(text, end, parts);
  const lineEnd = endOfLine(text, end);
  if (text.slice(end, lineEnd).trim() !== '') return { offset: end, text: ` ${parts.join(' ')}` };
  const indentation = /^[ \t]*/.exec(text.slice(startOfLine(text, end)))?.[0] ?? '';
  return { offset: lineEnd, text: parts.map((part) => `\n${indentation}${part}`).join('') };
}

/** A selection of whole lines ends at the start of the next one; its last line is meant. */
function endOfSelection(text: string, { start, end }: Range): number {
  const atLineStart = end > start && text[end - 1] === '\n';
  return atLineStart ? endOfLine(text, startOfLine(text, end - 1)) : end;
}

const listItem = /^(\s*)([-*+]|\d{1,9}[.)])(\s+)/;
const heading = /^ {0,3}#{1,6}(\s|$)/;
const fence = /^\s*(`{3,}|~{3,})/;

function afterMarkdownBlock(text: string, end: number, parts: readonly string[]): Insertion {
  const lines = text.split('\n');
  const last = lastLineOfBlock(lines, text.slice(0, end).split('\n').length - 1);
  const offset = lines.slice(0, last + 1).join('\n').length - (lines[last]?.endsWith('\r') === true ? 1 : 0);
  const item = enclosingItem(lines, last);
  if (item !== undefined) return { offset, text: parts.map((part) => `\n${item}${part}`).join('') };
  const next = lines[last + 1];
  const gap = next === undefined ? '\n' : next.trim() === '' ? '' : '\n';
  return { offset, text: `\n\n${parts.join('\n')}${gap}` };
}

/** The last line of the paragraph, heading, list item or fenced block that line `index` belongs to. */
function lastLineOfBlock(lines: readonly string[], index: number): number {
  const fenceEnd = endOfFence(lines, index);
  if (fenceEnd !== undefined) return fenceEnd;
  if (heading.test(lines[index] ?? '')) return index;
  let last = index;
  for (let next = index + 1; next < lines.length; next++) {
    const line = lines[next] ?? '';
    if (line.trim() === '' || listItem.test(line) || heading.test(line) || fence.test(line)) break;
    last = next;
  }
  return last;
}

/** The line that closes the fence around line `index`; undefined outside of fences. */
function endOfFence(lines: readonly string[], index: number): number | undefined {
  let open: string | undefined;
  for (const [number, line] of lines.entries()) {
    const mark = fence.exec(line)?.[1];
    if (open === undefined) {
      if (number > index) return undefined;
      open = mark;
    } else if (mark?.startsWith(open) === true && line.trim() === mark) {
      if (number >= index) return number;
      open = undefined;
    }
  }
  return open === undefined ? undefined : lines.length - 1;
}

/** The indentation of what belongs to the list item that ends at line `index`; undefined outside of lists. */
function enclosingItem(lines: readonly string[], index: number): string | undefined {
  for (let number = index; number >= 0; number--) {
    const line = lines[number] ?? '';
    if (line.trim() === '' || fence.test(line)) return undefined;
    const item = listItem.exec(line);
    if (item !== null) return (item[1] ?? '') + ' '.repeat((item[2] ?? '').length + (item[3] ?? '').length);
  }
  return undefined;
}

function startOfLine(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function endOfLine(text: string, offset: number): number {
  const next = text.indexOf('\n', offset);
  if (next === -1) return text.length;
  return text[next - 1] === '\r' && next > offset ? next - 1 : next;
}

/** Every character that could begin markup becomes a plain one. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>&~$|]/g, String.raw`\$&`);
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Each segment percent-encoded, parentheses and quotes too: they would end a Markdown link or an attribute. */
function urlPath(path: string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(segment.toWellFormed()).replace(/[()'*!]/g, percentEncode))
    .join('/');
}

function percentEncode(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
