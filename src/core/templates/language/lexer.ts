import { spaces, stripText } from '../builtins/text-tools.ts';
import { TemplateFault } from '../values/fault.ts';
import { tokenTypes } from './nunjucks-parts.ts';
import { unescapeString } from './string-literal.ts';

export interface Token {
  readonly type: string;
  readonly value: string | bigint | number;
  /** From 0, like the tokens of nunjucks. */
  readonly lineno: number;
  readonly colno: number;
}

const delimiter = /\{\{|\{%|\{#/g;
const rawStart = new RegExp(`\\{%[-+]?[${spaces}]*raw[${spaces}]*(?:-%\\}[${spaces}]*|%\\})`, 'y');
const rawEnd = new RegExp(`\\{%([-+]?)[${spaces}]*endraw[${spaces}]*(?:\\+%\\}|-%\\}[${spaces}]*|%\\})`, 'g');
const commentEnd = new RegExp(`\\+#\\}|-#\\}[${spaces}]*|#\\}`, 'g');
const blockEnd = new RegExp(`\\+%\\}|-%\\}[${spaces}]*|%\\}`, 'y');
const variableEnd = new RegExp(`-\\}\\}[${spaces}]*|\\}\\}`, 'y');

const space = new RegExp(`[${spaces}]+`, 'y');
const float = /(?<!\.)(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const integer = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
const name = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}]*/uy;
const string = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/sy;
const operator = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}<>=.:|,;]/y;

const operatorTypes = new Map<string, string>([
  ['(', tokenTypes.TOKEN_LEFT_PAREN],
  [')', tokenTypes.TOKEN_RIGHT_PAREN],
  ['[', tokenTypes.TOKEN_LEFT_BRACKET],
  [']', tokenTypes.TOKEN_RIGHT_BRACKET],
  ['{', tokenTypes.TOKEN_LEFT_CURLY],
  ['}', tokenTypes.TOKEN_RIGHT_CURLY],
  [',', tokenTypes.TOKEN_COMMA],
  [':', tokenTypes.TOKEN_COLON],
  ['~', tokenTypes.TOKEN_TILDE],
  ['|', tokenTypes.TOKEN_PIPE],
]);
const closers = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);

/**
 * Cuts a template into tokens of nunjucks' kinds by the rules of Jinja2: every line ending becomes `\n`, one at the end
 * of the template goes, and white space beside `{%-`, `-%}` and their like is gone already.
 */
export class Lexer {
  readonly #source: string;
  readonly #template: string;
  readonly #lineStarts: readonly number[];
  readonly #tokens: Token[] = [];
  #position = 0;
  #given = 0;

  /** Throws TemplateSyntaxError; `template` is the name that errors show. */
  constructor(source: string, template: string) {
    this.#source = source.replaceAll(/\r\n?/g, '\n').replace(/\n$/, '');
    this.#template = template;
    this.#lineStarts = [0, ...Array.from(this.#source.matchAll(/\n/g), (match) => match.index + 1)];
    while (this.#position < this.#source.length) this.#readData();
  }

  nextToken(): Token | null {
    return this.#tokens[this.#given++] ?? null;
  }

  /** The token after those already given, which stays to be given. */
  lookAhead(): Token | null {
    return this.#tokens[this.#given] ?? null;
  }

  /** Where the template ends. */
  get end(): { readonly lineno: number; readonly colno: number } {
    return this.#at(this.#source.length);
  }

  #at(offset: number): { lineno: number; colno: number } {
    let [low, high] = [0, this.#lineStarts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { lineno: low, colno: offset - (this.#lineStarts[low] ?? 0) };
  }

  #fail(message: string, offset: number): never {
    const { lineno, colno } = this.#at(offset);
    throw new TemplateFault('TemplateSyntaxError', message, {
      template: this.#template,
      line: lineno + 1,
      column: colno + 1,
    });
  }

  #push(type: string, value: Token['value'], offset: number): void {
    this.#tokens.push({ type, value, ...this.#at(offset) });
  }

  #match(pattern: RegExp, offset: number): RegExpExecArray | null {
    pattern.lastIndex = offset;
    return pattern.exec(this.#source);
  }

  #pushData(from: number, to: number, strip: boolean): void {
    const data = this.#source.slice(from, to);
    const kept = strip ? stripText(data, undefined, 'right') : data;
    if (kept !== '') this.#push(tokenTypes.TOKEN_DATA, kept, from);
  }

  /** Text up to the next tag, and the tag. */
  #readData(): void {
    const start = this.#position;
    const found = this.#match(delimiter, start);
    if (found === null) {
      this.#pushData(start, this.#source.length, false);
      this.#position = this.#source.length;
      return;
    }
    const at = found.index;
    const sign = this.#source.charAt(at + 2);
    this.#pushData(start, at, sign === '-');
    const raw = this.#match(rawStart, at);
    const inside = at + (sign === '-' || sign === '+' ? 3 : 2);
    if (raw !== null) this.#readRaw(at, at + raw[0].length);
    else if (found[0] === '{#') this.#skipComment(at, inside);
    else if (found[0] === '{%') this.#readCode(at, inside, blockEnd, 'block');
    else this.#readCode(at, inside, variableEnd, 'variable');
  }

  #readRaw(at: number, start: number): void {
    const end = this.#match(rawEnd, start);
    if (end === null) {
      this.#endUnclosed('Missing end of raw directive', at, start);
      return;
    }
    this.#pushData(start, end.index, end[1] === '-');
    this.#position = end.index + end[0].length;
  }

  #skipComment(at: number, start: number): void {
    const end = this.#match(commentEnd, start);
    if (end === null) {
      this.#endUnclosed('Missing end of comment tag', at, start);
      return;
    }
    this.#position = end.index + end[0].length;
  }

  /** Jinja2 lets it pass where the template ends at once. */
  #endUnclosed(message: string, at: number, start: number): void {
    if (start < this.#source.length) this.#fail(message, at);
    this.#position = start;
  }

  #readCode(at: number, start: number, ending: RegExp, kind: 'block' | 'variable'): void {
    const isBlock = kind === 'block';
    this.#push(isBlock ? tokenTypes.TOKEN_BLOCK_START : tokenTypes.TOKEN_VARIABLE_START, isBlock ? '{%' : '{{', at);
    const open: string[] = [];
    let position = start;
    for (;;) {
      const end = open.length === 0 ? this.#match(ending, position) : null;
      if (end !== null) {
        this.#push(
          isBlock ? tokenTypes.TOKEN_BLOCK_END : tokenTypes.TOKEN_VARIABLE_END,
          isBlock ? '%}' : '}}',
          position,
        );
        this.#position = position + end[0].length;
        return;
      }
      if (position >= this.#source.length) {
        this.#position = position;
        return;
      }
      position = this.#readToken(position, open);
    }
  }

  /** Returns where the token ends. */
  #readToken(at: number, open: string[]): number {
    const blank = this.#match(space, at);
    if (blank !== null) return at + blank[0].length;
    for (const pattern of [float, integer, name, string, operator]) {
      const found = this.#match(pattern, at)?.[0];
      if (found !== undefined) {
        this.#pushCode(pattern, found, at, open);
        return at + found.length;
      }
    }
    return this.#fail(`unexpected char '${this.#source.charAt(at)}'`, at);
  }

  #pushCode(pattern: RegExp, found: string, at: number, open: string[]): void {
    switch (pattern) {
      case float:
        this.#push(tokenTypes.TOKEN_FLOAT, Number(found.replaceAll('_', '')), at);
        return;
      case integer:
        this.#push(tokenTypes.TOKEN_INT, BigInt(found.replaceAll('_', '')), at);
        return;
      case name:
        this.#push(tokenTypes.TOKEN_SYMBOL, found, at);
        return;
      case string:
        this.#push(tokenTypes.TOKEN_STRING, this.#unescaped(found.slice(1, -1), at), at);
        return;
      default:
        this.#balance(found, at, open);
        this.#push(operatorTypes.get(found) ?? tokenTypes.TOKEN_OPERATOR, found, at);
    }
  }

  #unescaped(written: string, at: number): string {
    const value = unescapeString(written);
    return value ?? this.#fail('a text has a wrong or unsupported escape', at);
  }

  #balance(found: string, at: number, open: string[]): void {
    const closer = closers.get(found);
    if (closer !== undefined) open.push(closer);
    else if (found === ')' || found === ']' || found === '}') {
      const expected = open.pop();
      if (expected === undefined) this.#fail(`unexpected '${found}'`, at);
      if (expected !== found) this.#fail(`unexpected '${found}', expected '${expected}'`, at);
    }
  }
}
