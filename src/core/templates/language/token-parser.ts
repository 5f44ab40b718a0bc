import { TemplateFault } from '../values/fault.ts';
import type { Lexer, Token } from './lexer.ts';
import type { At } from './nodes.ts';
import { NunjucksParser, tokenTypes } from './nunjucks-parts.ts';

/** nunjucks' parser on our tokens: its way of reading them, with our errors. */
export class TokenParser extends NunjucksParser {
  readonly lexer: Lexer;
  readonly template: string;

  constructor(lexer: Lexer, template: string) {
    super(lexer);
    this.lexer = lexer;
    this.template = template;
  }

  /** nunjucks counts from 0; a missing place is that of the next token. */
  override error(message: string, lineno?: number, colno?: number): Error {
    const at = lineno === undefined || colno === undefined ? (this.peekToken() ?? this.lexer.end) : { lineno, colno };
    return new TemplateFault('TemplateSyntaxError', message, {
      template: this.template,
      line: at.lineno + 1,
      column: at.colno + 1,
    });
  }

  protected here(): At {
    return this.peekToken() ?? this.lexer.end;
  }

  protected isNext(type: string, value?: string): boolean {
    const token = this.peekToken();
    return token !== null && token.type === type && (value === undefined || token.value === value);
  }

  protected isName(value: string): boolean {
    return this.isNext(tokenTypes.TOKEN_SYMBOL, value);
  }

  /** Whether the token after the next one is this. */
  protected isSecond(type: string, value: string): boolean {
    this.peekToken();
    const token = this.lexer.lookAhead();
    return token !== null && token.type === type && token.value === value;
  }

  protected take(type: string, value?: string): Token {
    const token = this.peekToken();
    if (token === null || token.type !== type || (value !== undefined && token.value !== value)) {
      this.fail(`expected ${value === undefined ? type : `'${value}'`}, got ${this.describeNext()}`);
    }
    this.nextToken();
    return token;
  }

  protected takeAny(): Token {
    return this.nextToken() ?? this.fail('unexpected end of template');
  }

  protected takeName(): string {
    return String(this.take(tokenTypes.TOKEN_SYMBOL).value);
  }

  protected describeNext(): string {
    const token = this.peekToken();
    return token === null ? 'end of template' : `'${String(token.value)}'`;
  }
}
