/** The parts of nunjucks 3.2.4 that the layer is built on: its parser, its tokens and its syntax tree. */
declare module 'nunjucks/src/lexer.js' {
  const lexer: {
    readonly TOKEN_STRING: 'string';
    readonly TOKEN_DATA: 'data';
    readonly TOKEN_BLOCK_START: 'block-start';
    readonly TOKEN_BLOCK_END: 'block-end';
    readonly TOKEN_VARIABLE_START: 'variable-start';
    readonly TOKEN_VARIABLE_END: 'variable-end';
    readonly TOKEN_LEFT_PAREN: 'left-paren';
    readonly TOKEN_RIGHT_PAREN: 'right-paren';
    readonly TOKEN_LEFT_BRACKET: 'left-bracket';
    readonly TOKEN_RIGHT_BRACKET: 'right-bracket';
    readonly TOKEN_LEFT_CURLY: 'left-curly';
    readonly TOKEN_RIGHT_CURLY: 'right-curly';
    readonly TOKEN_OPERATOR: 'operator';
    readonly TOKEN_COMMA: 'comma';
    readonly TOKEN_COLON: 'colon';
    readonly TOKEN_TILDE: 'tilde';
    readonly TOKEN_PIPE: 'pipe';
    readonly TOKEN_INT: 'int';
    readonly TOKEN_FLOAT: 'float';
    readonly TOKEN_SYMBOL: 'symbol';
  };
  export default lexer;
}

declare module 'nunjucks/src/nodes.js' {
  export interface NodeClass {
    new (lineno: number, colno: number, ...fields: unknown[]): object;
    extend(name: string, members: { readonly fields: readonly string[] }): NodeClass;
  }
  const nodes: Readonly<Record<string, NodeClass>>;
  export default nodes;
}

declare module 'nunjucks/src/parser.js' {
  export interface NunjucksToken {
    readonly type: string;
    readonly value: string | bigint | number;
    readonly lineno: number;
    readonly colno: number;
  }

  /** The methods that the layer calls or replaces; nodes are `object`s of nunjucks' classes. */
  export class Parser {
    constructor(tokens: { nextToken(): NunjucksToken | null });
    tokens: { nextToken(): NunjucksToken | null };
    breakOnBlocks: string[] | null;
    nextToken(): NunjucksToken | null;
    peekToken(): NunjucksToken | null;
    skip(type: string): boolean;
    skipValue(type: string, value: string): boolean;
    skipSymbol(value: string): boolean;
    error(message: string, lineno?: number, colno?: number): Error;
    fail(message: string, lineno?: number, colno?: number): never;
    parseUntilBlocks(...names: string[]): object;
    parseAsRoot(): object;
    parseNodes(): object[];
    parseExpression(): object;
    parseStatement(): object | null;
    parseOr(): object;
    parseAnd(): object;
    parseNot(): object;
    parseIn(): object;
    parsePow(): object;
    parseUnary(noFilters?: boolean): object;
    parsePrimary(noPostfix?: boolean): object;
    parseFilter(node: object): object;
  }
  const parser: { readonly Parser: typeof Parser };
  export default parser;
}
