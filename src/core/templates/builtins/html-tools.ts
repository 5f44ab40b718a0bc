import { TemplateFault } from '../values/fault.ts';
import { splitText } from './text-tools.ts';

const named = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', '\u00a0'],
  ['copy', '©'],
  ['reg', '®'],
  ['trade', '™'],
  ['hellip', '…'],
  ['mdash', '—'],
  ['ndash', '–'],
  ['lsquo', '‘'],
  ['rsquo', '’'],
  ['ldquo', '“'],
  ['rdquo', '”'],
  ['bull', '•'],
  ['middot', '·'],
  ['times', '×'],
  ['deg', '°'],
  ['euro', '€'],
]);

/** `html.unescape` for numbers and the common names; a rarer name is refused, so that none stays silently. */
export function unescapeText(value: string): string {
  if (/&(?:#\d+|#[xX][\da-fA-F]+|amp|lt|gt|quot|nbsp|copy|reg|times|deg|middot)(?![\da-zA-Z;])/.test(value)) {
    throw new TemplateFault('Unsupported', 'An HTML entity without its semicolon cannot be resolved here.');
  }
  return value.replaceAll(/&(?:#(\d+)|#[xX]([\da-fA-F]+)|([a-zA-Z][a-zA-Z\d]*));/g, (whole, decimal, hex, name) => {
    if (decimal !== undefined) return fromCode(Number(decimal));
    if (hex !== undefined) return fromCode(Number.parseInt(String(hex), 16));
    const character = named.get(String(name));
    if (character === undefined) {
      throw new TemplateFault('Unsupported', `The HTML entity ${whole} is not known here.`);
    }
    return character;
  });
}

function fromCode(code: number): string {
  return code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? '\ufffd' : String.fromCodePoint(code);
}

/** Drops comments and tags, makes white space single, and resolves entities, as `Markup.striptags`. */
export function stripTags(value: string): string {
  let rest = value;
  for (const [open, close] of [
    ['<!--', '-->'],
    ['<', '>'],
  ] as const) {
    for (let start = rest.indexOf(open); start !== -1; start = rest.indexOf(open, start)) {
      const end = rest.indexOf(close, start);
      if (end === -1) break;
      rest = rest.slice(0, start) + rest.slice(end + close.length);
    }
  }
  return unescapeText(splitText(rest, undefined, -1, false).join(' '));
}
