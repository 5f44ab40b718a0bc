/** Keeps a place in a document right while the text around it is edited. */
import type { Range } from './insertion.ts';

/** One replacement, in offsets of the text before it. */
export interface TextChange {
  readonly rangeOffset: number;
  readonly rangeLength: number;
  readonly text: string;
}

/** The range after changes that came together (all offsets are those before any of them, as VS Code reports them). */
export function rangeAfter(range: Range, changes: readonly TextChange[]): Range {
  const start = offsetAfter(range.start, changes, range.start === range.end);
  return { start, end: Math.max(start, offsetAfter(range.end, changes, range.start === range.end)) };
}

/** `pushed`: whether text that is put in exactly here moves the offset. */
function offsetAfter(offset: number, changes: readonly TextChange[], pushed: boolean): number {
  let moved = offset;
  for (const { rangeOffset, rangeLength, text } of changes) {
    const changeEnd = rangeOffset + rangeLength;
    const before = changeEnd < offset || (changeEnd === offset && (rangeLength > 0 || pushed));
    if (before) moved += text.length - rangeLength;
    // the text around the place was replaced: it stays at the end of what came instead
    else if (rangeOffset < offset) moved += rangeOffset + text.length - offset;
  }
  return moved;
}
