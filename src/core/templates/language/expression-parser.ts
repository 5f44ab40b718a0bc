import {
  createNode,
  type ArgumentNodes,
  type At,
  type CallNode,
  type ComparisonOperator,
  type ExpressionNode,
  type FilterNode,
  type SliceNode,
  type TargetNode,
} from './nodes.ts';
import { tokenTypes } from './nunjucks-parts.ts';
import { TokenParser } from './token-parser.ts';

const noArguments: ArgumentNodes = { positional: [], named: [], rest: null, options: null };
const comparisons: readonly string[] = ['==', '!=', '<', '<=', '>', '>='];
const constants = new Map<string, boolean | null>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);
/** What a token may be for a test to take it as its one argument without parentheses: `n is divisibleby 3`. */
const argumentStarts: readonly string[] = [
  tokenTypes.TOKEN_SYMBOL,
  tokenTypes.TOKEN_STRING,
  tokenTypes.TOKEN_INT,
  tokenTypes.TOKEN_FLOAT,
  tokenTypes.TOKEN_LEFT_BRACKET,
  tokenTypes.TOKEN_LEFT_CURLY,
];

/**
 * The expressions of Jinja2 on nunjucks' parser: `or`, `and`, `not`, `**` and signs are nunjucks' own; what differs in
 * precedence or is missing there (comparison chains, tests, tuples, slices, keyword arguments, …) is replaced.
 */
export class ExpressionParser extends TokenParser {
  override parseExpression(): ExpressionNode {
    const at = this.here();
    let node = this.parseOr() as ExpressionNode;
    while (this.skipSymbol('if')) {
      const cond = this.parseOr() as ExpressionNode;
      const else_ = this.skipSymbol('else') ? this.parseExpression() : null;
      node = createNode('InlineIf', at, { cond, body: node, else_ });
    }
    return node;
  }

  /** Reached from nunjucks' `parseNot`: comparisons, which chain. */
  override parseIn(): ExpressionNode {
    const at = this.here();
    const expr = this.parseSum();
    const ops: { expr: ExpressionNode; type: ComparisonOperator }[] = [];
    for (let type = this.takeComparison(); type !== undefined; type = this.takeComparison()) {
      ops.push({ expr: this.parseSum(), type });
    }
    return ops.length === 0 ? expr : createNode('Compare', at, { expr, ops });
  }

  private takeComparison(): ComparisonOperator | undefined {
    const token = this.peekToken();
    if (token?.type === tokenTypes.TOKEN_OPERATOR && comparisons.includes(String(token.value))) {
      this.nextToken();
      return token.value as ComparisonOperator;
    }
    if (this.skipSymbol('in')) return 'in';
    if (this.isName('not') && this.isSecond(tokenTypes.TOKEN_SYMBOL, 'in')) {
      this.nextToken();
      this.nextToken();
      return 'not in';
    }
    return undefined;
  }

  private parseSum(): ExpressionNode {
    const at = this.here();
    let left = this.parseConcat();
    for (;;) {
      if (this.skipValue(tokenTypes.TOKEN_OPERATOR, '+'))
        left = createNode('Add', at, { left, right: this.parseConcat() });
      else if (this.skipValue(tokenTypes.TOKEN_OPERATOR, '-'))
        left = createNode('Sub', at, { left, right: this.parseConcat() });
      else return left;
    }
  }

  private parseConcat(): ExpressionNode {
    const at = this.here();
    let left = this.parseProduct();
    while (this.skip(tokenTypes.TOKEN_TILDE)) left = createNode('Concat', at, { left, right: this.parseProduct() });
    return left;
  }

  private parseProduct(): ExpressionNode {
    const at = this.here();
    let left = this.parsePow() as ExpressionNode;
    for (;;) {
      const operator = (['*', '/', '//', '%'] as const).find((symbol) =>
        this.skipValue(tokenTypes.TOKEN_OPERATOR, symbol),
      );
      if (operator === undefined) return left;
      const fields = { left, right: this.parsePow() as ExpressionNode };
      if (operator === '*') left = createNode('Mul', at, fields);
      else if (operator === '/') left = createNode('Div', at, fields);
      else left = operator === '//' ? createNode('FloorDiv', at, fields) : createNode('Mod', at, fields);
    }
  }

  /** A name, literal or thing in brackets, and what is attached to it with a dot or brackets. */
  override parsePrimary(): ExpressionNode {
    return this.parseAttached(this.parseAtom(false));
  }

  private parseAtom(asTarget: boolean): ExpressionNode {
    const at = this.here();
    switch (this.peekToken()?.type ?? '') {
      case tokenTypes.TOKEN_SYMBOL:
        return this.parseName(this.takeName(), at, asTarget);
      case tokenTypes.TOKEN_STRING:
        return createNode('Literal', at, { value: this.takeStrings() });
      case tokenTypes.TOKEN_INT:
      case tokenTypes.TOKEN_FLOAT:
        return createNode('Literal', at, { value: this.takeAny().value });
      case tokenTypes.TOKEN_LEFT_PAREN: {
        this.nextToken();
        const node = this.parseTuple({ mayBeEmpty: true });
        this.take(tokenTypes.TOKEN_RIGHT_PAREN);
        return node;
      }
      case tokenTypes.TOKEN_LEFT_BRACKET:
        this.nextToken();
        return createNode('Array', at, {
          children: this.parseItems(tokenTypes.TOKEN_RIGHT_BRACKET, () => this.parseExpression()),
        });
      case tokenTypes.TOKEN_LEFT_CURLY:
        this.nextToken();
        return createNode('Dict', at, {
          children: this.parseItems(tokenTypes.TOKEN_RIGHT_CURLY, () => this.parsePair()),
        });
      default:
        return this.fail(`unexpected ${this.describeNext()}`);
    }
  }

  private parseName(value: string, at: At, asTarget: boolean): ExpressionNode {
    const constant = constants.get(value);
    if (constant !== undefined) return createNode('Literal', at, { value: constant });
    if (asTarget && this.skipValue(tokenTypes.TOKEN_OPERATOR, '.')) {
      return createNode('NamespaceTarget', at, { value, name: this.takeName() });
    }
    return createNode('Symbol', at, { value });
  }

  /** Texts that stand side by side are one. */
  private takeStrings(): string {
    let value = '';
    while (this.isNext(tokenTypes.TOKEN_STRING)) value += String(this.nextToken()?.value);
    return value;
  }

  private parseItems<T>(closing: string, parse: () => T): T[] {
    const items: T[] = [];
    while (!this.isNext(closing)) {
      if (items.length > 0) this.take(tokenTypes.TOKEN_COMMA);
      if (this.isNext(closing)) break;
      items.push(parse());
    }
    this.take(closing);
    return items;
  }

  private parsePair() {
    const at = this.here();
    const key = this.parseExpression();
    this.take(tokenTypes.TOKEN_COLON);
    return createNode('Pair', at, { key, value: this.parseExpression() });
  }

  /**
   * One expression, or a tuple where commas follow. `conditional` is false where a following `if` belongs to something
   * else.
   */
  protected parseTuple(
    options: {
      readonly mayBeEmpty?: boolean;
      readonly conditional?: boolean;
      readonly targets?: boolean;
    } = {},
  ): ExpressionNode {
    const at = this.here();
    const parse = (): ExpressionNode => {
      if (options.targets === true) return this.parseAtom(true);
      return options.conditional === false ? (this.parseOr() as ExpressionNode) : this.parseExpression();
    };
    const children: ExpressionNode[] = [];
    let isTuple = false;
    while (!this.isTupleEnd()) {
      children.push(parse());
      if (!this.skip(tokenTypes.TOKEN_COMMA)) break;
      isTuple = true;
    }
    const [single] = children;
    if (!isTuple && single !== undefined) return single;
    if (!isTuple && options.mayBeEmpty !== true) this.fail(`Expected an expression, got ${this.describeNext()}`);
    return createNode('Group', at, { children });
  }

  private isTupleEnd(): boolean {
    const ends: readonly string[] = [
      tokenTypes.TOKEN_VARIABLE_END,
      tokenTypes.TOKEN_BLOCK_END,
      tokenTypes.TOKEN_RIGHT_PAREN,
    ];
    const token = this.peekToken();
    return token === null || ends.includes(token.type);
  }

  /** What `set`, `for` and `with` assign to; `dotted` allows `namespace.name`. */
  protected parseTarget(dotted = false): TargetNode {
    const node = this.parseTuple({ targets: true });
    this.checkTarget(node, dotted);
    return node as TargetNode;
  }

  private checkTarget(node: ExpressionNode, dotted: boolean): void {
    if (node.typename === 'Group') for (const child of node.children) this.checkTarget(child, dotted);
    else if (node.typename !== 'Symbol' && !(node.typename === 'NamespaceTarget' && dotted)) {
      this.fail(`can't assign to this ${node.typename.toLowerCase()}`, node.lineno, node.colno);
    }
  }

  private parseAttached(node: ExpressionNode): ExpressionNode {
    const at = this.here();
    if (this.skipValue(tokenTypes.TOKEN_OPERATOR, '.')) return this.parseAttached(this.parseAttribute(node, at));
    if (this.skip(tokenTypes.TOKEN_LEFT_BRACKET)) return this.parseAttached(this.parseSubscript(node, at));
    return this.isNext(tokenTypes.TOKEN_LEFT_PAREN) ? this.parseAttached(this.parseCallOf(node)) : node;
  }

  private parseAttribute(target: ExpressionNode, at: At): ExpressionNode {
    const token = this.peekToken();
    if (token?.type === tokenTypes.TOKEN_INT) {
      this.nextToken();
      return createNode('LookupVal', at, { target, val: createNode('Literal', token, { value: token.value }) });
    }
    if (token?.type !== tokenTypes.TOKEN_SYMBOL) this.fail('expected name or number');
    return createNode('Attribute', at, { target, name: this.takeName() });
  }

  private parseSubscript(target: ExpressionNode, at: At): ExpressionNode {
    const parts: (ExpressionNode | SliceNode)[] = [];
    while (!this.isNext(tokenTypes.TOKEN_RIGHT_BRACKET)) {
      if (parts.length > 0) this.take(tokenTypes.TOKEN_COMMA);
      parts.push(this.parseSlice());
    }
    this.take(tokenTypes.TOKEN_RIGHT_BRACKET);
    const [single] = parts;
    if (single !== undefined && parts.length === 1) return createNode('LookupVal', at, { target, val: single });
    const children = parts.filter((part) => part.typename !== 'Slice');
    if (children.length < parts.length) this.fail('a slice cannot be part of a tuple', at.lineno, at.colno);
    return createNode('LookupVal', at, { target, val: createNode('Group', at, { children }) });
  }

  private parseSlice(): ExpressionNode | SliceNode {
    const at = this.here();
    const start = this.isNext(tokenTypes.TOKEN_COLON) ? null : this.parseExpression();
    if (!this.skip(tokenTypes.TOKEN_COLON)) return start ?? this.fail('expected a subscript');
    const isEnd = (): boolean =>
      this.isNext(tokenTypes.TOKEN_COLON) ||
      this.isNext(tokenTypes.TOKEN_RIGHT_BRACKET) ||
      this.isNext(tokenTypes.TOKEN_COMMA);
    const stop = isEnd() ? null : this.parseExpression();
    const step = this.skip(tokenTypes.TOKEN_COLON) && !isEnd() ? this.parseExpression() : null;
    return createNode('Slice', at, { start, stop, step });
  }

  private parseCallOf(name: ExpressionNode): CallNode {
    const at = this.here();
    return createNode('FunCall', at, { name, args: this.parseArguments() });
  }

  protected parseArguments(): ArgumentNodes {
    const at = this.take(tokenTypes.TOKEN_LEFT_PAREN);
    const positional: ExpressionNode[] = [];
    const named: { name: string; value: ExpressionNode }[] = [];
    let [rest, options]: [ExpressionNode | null, ExpressionNode | null] = [null, null];
    const ensure = (valid: boolean): void => {
      if (!valid) this.fail('invalid syntax for function call expression', at.lineno, at.colno);
    };
    while (!this.isNext(tokenTypes.TOKEN_RIGHT_PAREN)) {
      if (positional.length + named.length > 0 || rest !== null || options !== null) {
        this.take(tokenTypes.TOKEN_COMMA);
        if (this.isNext(tokenTypes.TOKEN_RIGHT_PAREN)) break;
      }
      if (this.skipValue(tokenTypes.TOKEN_OPERATOR, '*')) {
        ensure(rest === null && options === null);
        rest = this.parseExpression();
      } else if (this.skipValue(tokenTypes.TOKEN_OPERATOR, '**')) {
        ensure(options === null);
        options = this.parseExpression();
      } else if (this.isNext(tokenTypes.TOKEN_SYMBOL) && this.isSecond(tokenTypes.TOKEN_OPERATOR, '=')) {
        ensure(options === null);
        const name = this.takeName();
        this.nextToken();
        if (named.some((argument) => argument.name === name)) this.fail(`keyword argument repeated: ${name}`);
        named.push({ name, value: this.parseExpression() });
      } else {
        ensure(rest === null && options === null && named.length === 0);
        positional.push(this.parseExpression());
      }
    }
    this.take(tokenTypes.TOKEN_RIGHT_PAREN);
    return { positional, named, rest, options };
  }

  /** Reached from nunjucks' `parseUnary`: filters, tests and calls behind an expression. */
  override parseFilter(node: ExpressionNode): ExpressionNode {
    if (this.isNext(tokenTypes.TOKEN_PIPE)) return this.parseFilter(this.parseFilters(node) ?? node);
    if (this.isName('is')) return this.parseFilter(this.parseTest(node));
    return this.isNext(tokenTypes.TOKEN_LEFT_PAREN) ? this.parseFilter(this.parseCallOf(node)) : node;
  }

  /** A chain of filters; `startsInline` for `{% filter a|b %}`, whose first has no `|` before it. */
  protected parseFilters(target: ExpressionNode | null, startsInline = false): FilterNode | null {
    let node: FilterNode | null = null;
    for (let inline = startsInline; inline || this.skip(tokenTypes.TOKEN_PIPE); inline = false) {
      const at = this.here();
      const name = this.parseDottedName();
      const args = this.isNext(tokenTypes.TOKEN_LEFT_PAREN) ? this.parseArguments() : noArguments;
      node = createNode('Filter', at, { target: node ?? target, name, args });
    }
    return node;
  }

  private parseDottedName(): string {
    let name = this.takeName();
    while (this.skipValue(tokenTypes.TOKEN_OPERATOR, '.')) name += `.${this.takeName()}`;
    return name;
  }

  private parseTest(target: ExpressionNode): ExpressionNode {
    const at = this.here();
    this.nextToken();
    const negated = this.skipSymbol('not');
    const name = this.parseDottedName();
    const node = createNode('Test', at, { target, name, args: this.parseTestArguments() });
    return negated ? createNode('Not', at, { target: node }) : node;
  }

  private parseTestArguments(): ArgumentNodes {
    if (this.isNext(tokenTypes.TOKEN_LEFT_PAREN)) return this.parseArguments();
    const token = this.peekToken();
    const takesOne =
      token !== null && argumentStarts.includes(token.type) && !['else', 'or', 'and'].some((word) => this.isName(word));
    if (!takesOne) return noArguments;
    if (this.isName('is')) this.fail('You cannot chain multiple tests with is');
    return { ...noArguments, positional: [this.parsePrimary()] };
  }
}
