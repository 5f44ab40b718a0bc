import { ExpressionParser } from './expression-parser.ts';
import { Lexer } from './lexer.ts';
import {
  createNode,
  type BodyNode,
  type ExpressionNode,
  type FilterNode,
  type IfNode,
  type Parameter,
  type StatementNode,
  type At,
} from './nodes.ts';
import { tokenTypes } from './nunjucks-parts.ts';

/** The statements of Jinja2; a tag that only nunjucks has (`switch`, `asyncEach`, …) is unknown, as in Python. */
class JinjaParser extends ExpressionParser {
  /** Names of the tags that wait for their end, innermost last. */
  readonly #open: string[] = [];

  /** Reads the text, `{{ }}` and tags up to a tag that the surrounding statement waits for, or the end. */
  override parseNodes(): StatementNode[] {
    const found: StatementNode[] = [];
    for (let token = this.nextToken(); token !== null; token = this.nextToken()) {
      if (token.type === tokenTypes.TOKEN_DATA) {
        const data = createNode('TemplateData', token, { value: String(token.value) });
        found.push(createNode('Output', token, { children: [data] }));
      } else if (token.type === tokenTypes.TOKEN_VARIABLE_START) {
        found.push(createNode('Output', token, { children: [this.parseTuple()] }));
        this.take(tokenTypes.TOKEN_VARIABLE_END);
      } else {
        if (this.breakOnBlocks?.some((name) => this.isName(name))) return found;
        found.push(this.parseStatement());
        this.take(tokenTypes.TOKEN_BLOCK_END);
      }
    }
    return found;
  }

  override parseStatement(): StatementNode {
    const at = this.here();
    const tag = this.takeTag();
    this.#open.push(tag);
    const node = this.parseTag(tag, at);
    this.#open.pop();
    return node;
  }

  private takeTag(): string {
    if (!this.isNext(tokenTypes.TOKEN_SYMBOL)) this.fail('tag name expected');
    return this.takeName();
  }

  private parseTag(tag: string, at: At): StatementNode {
    switch (tag) {
      case 'for':
        return this.parseForLoop(at);
      case 'if':
        return this.parseCondition(at);
      case 'set':
        return this.parseAssignment(at);
      case 'with':
        return this.parseWith(at);
      case 'macro':
        return createNode('Macro', at, {
          name: this.takeName(),
          args: this.parseParameters(),
          body: this.parseBody('endmacro'),
        });
      case 'call':
        return this.parseCallBlock(at);
      case 'filter':
        return this.parseFilterBlock(at);
      case 'block':
        return this.parseBlockTag(at);
      case 'extends':
        return createNode('Extends', at, { template: this.parseExpression() });
      case 'include':
        return this.parseIncludeTag(at);
      case 'import':
        return this.parseImportTag(at);
      case 'from':
        return this.parseFromTag(at);
      case 'autoescape':
        return createNode('Autoescape', at, { enabled: this.parseExpression(), body: this.parseBody('endautoescape') });
      case 'print':
        return this.parsePrint(at);
      default:
        return this.failOnTag(tag, at);
    }
  }

  private failOnTag(tag: string, at: At): never {
    this.#open.pop();
    const waiting = this.breakOnBlocks?.map((name) => `'${name}'`).join(' or ');
    const hint = waiting === undefined ? '' : ` Jinja was looking for the following tags: ${waiting}.`;
    const inner = this.#open.at(-1);
    const block = inner === undefined ? '' : ` The innermost block that needs to be closed is '${inner}'.`;
    return this.fail(`Encountered unknown tag '${tag}'.${hint}${block}`, at.lineno, at.colno);
  }

  /** What stands between the tag and one of the ends, which is left to be taken. */
  private parseUntil(...ends: string[]): BodyNode {
    this.skip(tokenTypes.TOKEN_COLON);
    this.take(tokenTypes.TOKEN_BLOCK_END);
    const body = this.parseUntilBlocks(...ends) as BodyNode;
    if (this.peekToken() === null) {
      const waiting = ends.map((name) => `'${name}'`).join(' or ');
      this.fail(
        `Unexpected end of template. Jinja was looking for the following tags: ${waiting}.` +
          ` The innermost block that needs to be closed is '${this.#open.at(-1)}'.`,
      );
    }
    return body;
  }

  private parseBody(end: string): BodyNode {
    const body = this.parseUntil(end);
    this.nextToken();
    return body;
  }

  private parseForLoop(at: At): StatementNode {
    const name = this.parseTarget();
    this.take(tokenTypes.TOKEN_SYMBOL, 'in');
    const arr = this.parseTuple({ conditional: false });
    const test = this.skipSymbol('if') ? this.parseExpression() : null;
    const recursive = this.skipSymbol('recursive');
    const body = this.parseUntil('endfor', 'else');
    const else_ = this.takeName() === 'else' ? this.parseBody('endfor') : null;
    return createNode('For', at, { arr, name, body, else_, test, recursive });
  }

  private parseCondition(at: At): IfNode {
    const cond = this.parseTuple({ conditional: false });
    const body = this.parseUntil('elif', 'else', 'endif');
    const next = this.here();
    const tag = this.takeName();
    if (tag === 'elif') return createNode('If', at, { cond, body, else_: this.parseCondition(next) });
    return createNode('If', at, { cond, body, else_: tag === 'else' ? this.parseBody('endif') : null });
  }

  private parseAssignment(at: At): StatementNode {
    const targets = this.parseTarget(true);
    if (this.skipValue(tokenTypes.TOKEN_OPERATOR, '=')) {
      return createNode('Set', at, { targets, value: this.parseTuple() });
    }
    const filter = this.parseFilters(null);
    return createNode('SetBlock', at, { targets, filter, body: this.parseBody('endset') });
  }

  private parseWith(at: At): StatementNode {
    const targets: ReturnType<JinjaParser['parseTarget']>[] = [];
    const values: ExpressionNode[] = [];
    while (!this.isNext(tokenTypes.TOKEN_BLOCK_END)) {
      if (targets.length > 0) this.take(tokenTypes.TOKEN_COMMA);
      targets.push(this.parseTarget());
      this.take(tokenTypes.TOKEN_OPERATOR, '=');
      values.push(this.parseExpression());
    }
    return createNode('With', at, { targets, values, body: this.parseBody('endwith') });
  }

  private parseParameters(): Parameter[] {
    const parameters: Parameter[] = [];
    this.take(tokenTypes.TOKEN_LEFT_PAREN);
    while (!this.isNext(tokenTypes.TOKEN_RIGHT_PAREN)) {
      if (parameters.length > 0) this.take(tokenTypes.TOKEN_COMMA);
      const { lineno, colno } = this.here();
      const name = this.takeName();
      const fallback = this.skipValue(tokenTypes.TOKEN_OPERATOR, '=') ? this.parseExpression() : null;
      if (fallback === null && parameters.at(-1)?.fallback) this.fail('non-default argument follows default argument');
      parameters.push({ name, fallback, lineno, colno });
    }
    this.take(tokenTypes.TOKEN_RIGHT_PAREN);
    return parameters;
  }

  private parseCallBlock(at: At): StatementNode {
    const args = this.isNext(tokenTypes.TOKEN_LEFT_PAREN) ? this.parseParameters() : [];
    const call = this.parseExpression();
    if (call.typename !== 'FunCall') return this.fail('expected call', at.lineno, at.colno);
    return createNode('CallBlock', at, { args, call, body: this.parseBody('endcall') });
  }

  private parseFilterBlock(at: At): StatementNode {
    const filter = this.parseFilters(null, true) as FilterNode;
    return createNode('FilterBlock', at, { filter, body: this.parseBody('endfilter') });
  }

  private parseBlockTag(at: At): StatementNode {
    const name = this.takeName();
    const scoped = this.skipSymbol('scoped');
    const required = this.skipSymbol('required');
    const body = this.parseBody('endblock');
    const blank = body.children.every(
      (child) =>
        child.typename === 'Output' && child.children.every(({ typename, ...rest }) => isBlank(typename, rest)),
    );
    if (required && !blank) this.fail('Required blocks can only contain comments or whitespace', at.lineno, at.colno);
    this.skipSymbol(name);
    return createNode('Block', at, { name, body, scoped, required });
  }

  private parseContext(otherwise: boolean): boolean {
    const stated = this.isName('with') || this.isName('without');
    if (!stated || !this.isSecond(tokenTypes.TOKEN_SYMBOL, 'context')) return otherwise;
    const withContext = this.takeName() === 'with';
    this.nextToken();
    return withContext;
  }

  private parseIncludeTag(at: At): StatementNode {
    const template = this.parseExpression();
    const ignoreMissing = this.isName('ignore') && this.isSecond(tokenTypes.TOKEN_SYMBOL, 'missing');
    if (ignoreMissing) {
      this.nextToken();
      this.nextToken();
    }
    return createNode('Include', at, { template, ignoreMissing, withContext: this.parseContext(true) });
  }

  private parseImportTag(at: At): StatementNode {
    const template = this.parseExpression();
    this.take(tokenTypes.TOKEN_SYMBOL, 'as');
    const target = this.takeName();
    return createNode('Import', at, { template, target, withContext: this.parseContext(false) });
  }

  private parseFromTag(at: At): StatementNode {
    const template = this.parseExpression();
    this.take(tokenTypes.TOKEN_SYMBOL, 'import');
    const names: { name: string; alias: string }[] = [];
    const isContext = (): boolean =>
      (this.isName('with') || this.isName('without')) && this.isSecond(tokenTypes.TOKEN_SYMBOL, 'context');
    do {
      if (isContext()) break;
      const name = this.takeName();
      if (name.startsWith('_')) this.fail('names starting with an underline can not be imported');
      names.push({ name, alias: this.skipSymbol('as') ? this.takeName() : name });
    } while (!isContext() && this.skip(tokenTypes.TOKEN_COMMA));
    return createNode('FromImport', at, { template, names, withContext: this.parseContext(false) });
  }

  private parsePrint(at: At): StatementNode {
    const children: ExpressionNode[] = [];
    while (!this.isNext(tokenTypes.TOKEN_BLOCK_END)) {
      if (children.length > 0) this.take(tokenTypes.TOKEN_COMMA);
      children.push(this.parseExpression());
    }
    return createNode('Output', at, { children });
  }
}

function isBlank(typename: string, rest: object): boolean {
  return typename === 'TemplateData' && 'value' in rest && String(rest.value).trim() === '';
}

/** Reads a template; throws TemplateSyntaxError with its place. `template` is the name that errors show. */
export function parseTemplate(source: string, template: string): BodyNode {
  return new JinjaParser(new Lexer(source, template), template).parseAsRoot() as BodyNode;
}
