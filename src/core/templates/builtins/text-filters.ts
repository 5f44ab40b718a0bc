import { functionTable, type FunctionTable, type Runtime } from '../values/call.ts';
import { arithmetic } from '../values/arithmetic.ts';
import { Dict } from '../values/dict.ts';
import { escape, escapeText, softText } from '../values/escape.ts';
import { TemplateFault, typeFault } from '../values/fault.ts';
import { checkTextLength } from '../values/limits.ts';
import { sliced } from '../values/slice.ts';
import {
  Markup,
  Tuple,
  Undefined,
  characters,
  lengthOf,
  listOf,
  repr,
  text,
  textOf,
  truth,
  typeName,
  wholeNumber,
  type Value,
} from '../values/value.ts';
import { stripTags } from './html-tools.ts';
import { centered, replaced, requiredText } from './text-methods.ts';
import { capitalized, splitLines, splitText, stripText } from './text-tools.ts';
import { wrapLine } from './wrap-line.ts';

/** Runs on the text of a value; Markup stays Markup. */
function changed(value: Value, change: (text: string) => string): Value {
  const whole = softText(value);
  return whole instanceof Markup ? new Markup(change(whole.value)) : change(whole);
}

function titled(whole: string): string {
  return whole
    .split(/([-\s({[<]+)/)
    .map((part) => {
      const [first = '', ...rest] = characters(part);
      return first.toUpperCase() + rest.join('').toLowerCase();
    })
    .join('');
}

function replace(runtime: Runtime, value: Value, old: Value, fresh: Value, count: Value): Value {
  const limit = count === null ? -1 : wholeNumber(count);
  if (!runtime.autoescape) return replaced(text(value), text(old), text(fresh), limit);
  const escapes = old instanceof Markup || (fresh instanceof Markup && !(value instanceof Markup));
  const whole = escapes ? escape(value) : softText(value);
  if (typeof whole === 'string') return replaced(whole, text(old), text(fresh), limit);
  return new Markup(replaced(whole.value, text(old), escape(fresh).value, limit));
}

function indented(value: Value, width: Value, first: boolean, blank: boolean): Value {
  const step = textOf(width) ?? ' '.repeat(Math.max(0, wholeNumber(width)));
  const whole = requiredText(value, 'the text to indent');
  const lines = splitLines(`${whole}\n`, false);
  checkTextLength(whole.length + lines.length * step.length);
  const [head = '', ...others] = lines;
  const rest = others.map((line) => `\n${line !== '' || blank ? step + line : line}`);
  const result = (first ? step : '') + head + rest.join('');
  return value instanceof Markup ? new Markup(result) : result;
}

function truncated(value: Value, length: number, killWords: boolean, end: string, leeway: number): Value {
  if (value instanceof Undefined) return value;
  const whole = textOf(value);
  const size = lengthOf(value);
  if (size === undefined) throw typeFault(`object of type '${typeName(value)}' has no len()`);
  const ending = characters(end).length;
  if (length < ending) throw new TemplateFault('ValueError', `expected length >= ${ending}, got ${length}`);
  if (leeway < 0) throw new TemplateFault('ValueError', `expected leeway >= 0, got ${leeway}`);
  if (size <= length + leeway) return value;
  if (whole === undefined) throw typeFault(`a ${typeName(value)} cannot be truncated`);
  const all = characters(whole);
  const cut = sliced(all, undefined, length - ending).join('');
  const kept = killWords ? cut : (splitText(cut, ' ', 1, true)[0] ?? '');
  return value instanceof Markup ? new Markup(kept + escapeText(end)) : kept + end;
}

function wrapped(value: Value, width: number, breakLong: boolean, glue: string, breakHyphens: boolean): Value {
  const lines = splitLines(requiredText(value, 'the text to wrap'), false);
  return lines.map((line) => wrapLine(line, width, breakLong, breakHyphens).join(glue)).join(glue);
}

function quoted(value: Value, forQuery: boolean): string {
  const unsafe = encodeURIComponent(text(value)).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return forQuery ? unsafe.replaceAll('%20', '+') : unsafe.replaceAll('%2F', '/');
}

function urlEncoded(value: Value): string {
  const single = textOf(value) !== undefined || value === null || typeof value !== 'object';
  if (single) return quoted(value, false);
  const pairs = value instanceof Dict ? value.pairs() : listOf(value).map((pair) => listOf(pair));
  if (pairs.some((pair) => pair.length !== 2)) throw new TemplateFault('ValueError', 'urlencode needs pairs');
  return pairs.map(([key = null, item = null]) => `${quoted(key, true)}=${quoted(item, true)}`).join('&');
}

function formatted(value: Value, positional: readonly Value[], named: Dict): Value {
  if (positional.length > 0 && named.length() > 0) {
    const message = "can't handle positional and keyword arguments at the same time";
    throw new TemplateFault('FilterArgumentError', message);
  }
  return arithmetic('%', softText(value), named.length() > 0 ? named : new Tuple(positional));
}

function attributes(runtime: Runtime, value: Value, autospace: boolean): Value {
  if (value instanceof Undefined) value.fail();
  if (!(value instanceof Dict)) throw typeFault(`'${typeName(value)}' object has no attribute 'items'`);
  const parts = value
    .pairs()
    .filter(([, item]) => item !== null && !(item instanceof Undefined))
    .map(([key, item]) => {
      if (/[\t-\r />=]/.test(requiredText(key, 'the name of an attribute'))) {
        throw new TemplateFault('ValueError', `Invalid character in attribute name: ${repr(key)}`);
      }
      return `${escape(key).value}="${escape(item).value}"`;
    });
  const result = (autospace && parts.length > 0 ? ' ' : '') + parts.join(' ');
  return runtime.autoescape ? new Markup(result) : result;
}

export const textFilters: FunctionTable = functionTable([
  ['upper', 's', (_, value: Value) => changed(value, (whole) => whole.toUpperCase())],
  ['lower', 's', (_, value: Value) => changed(value, (whole) => whole.toLowerCase())],
  ['capitalize', 's', (_, value: Value) => changed(value, capitalized)],
  ['title', 's', (_, value: Value) => titled(text(value))],
  [
    'trim',
    'value chars?',
    (_, value: Value, chars: Value = null) =>
      changed(value, (whole) =>
        stripText(whole, chars === null ? undefined : requiredText(chars, 'strip arg'), 'both'),
      ),
  ],
  [
    'replace',
    's old new count?',
    (runtime, value: Value, old: Value, fresh: Value, count: Value = null) =>
      replace(runtime, value, old, fresh, count),
  ],
  [
    'center',
    'value width?',
    (_, value: Value, width: Value = 80n) => changed(value, (whole) => centered(whole, width)),
  ],
  [
    'indent',
    's width? first? blank?',
    (_, value: Value, width: Value = 4n, first: Value = false, blank: Value = false) =>
      indented(value, width, truth(first), truth(blank)),
  ],
  [
    'truncate',
    's length? killwords? end? leeway?',
    (_, value: Value, length: Value = 255n, kill: Value = false, end: Value = '...', leeway: Value = null) =>
      truncated(value, wholeNumber(length), truth(kill), text(end), leeway === null ? 5 : wholeNumber(leeway)),
  ],
  [
    'wordwrap',
    's width? break_long_words? wrapstring? break_on_hyphens?',
    (_, value: Value, width: Value = 79n, breakLong: Value = true, glue: Value = null, hyphens: Value = true) =>
      wrapped(value, wholeNumber(width), truth(breakLong), glue === null ? '\n' : text(glue), truth(hyphens)),
  ],
  ['wordcount', 's', (_, value: Value) => BigInt(text(value).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0)],
  [
    'format',
    'value / *positional **named',
    (_, value: Value, positional: Value[], named: Dict) => formatted(value, positional, named),
  ],
  ['string', 's', (_, value: Value) => softText(value)],
  ['safe', 'value', (_, value: Value) => new Markup(text(value))],
  ['escape', 's', (_, value: Value) => escape(value)],
  ['e', 's', (_, value: Value) => escape(value)],
  ['forceescape', 'value', (_, value: Value) => new Markup(escapeText(text(value)))],
  ['striptags', 'value', (_, value: Value) => stripTags(text(value))],
  ['urlencode', 'value', (_, value: Value) => urlEncoded(value)],
  [
    'xmlattr',
    'd autospace?',
    (runtime, value: Value, autospace: Value = true) => attributes(runtime, value, truth(autospace)),
  ],
]);
