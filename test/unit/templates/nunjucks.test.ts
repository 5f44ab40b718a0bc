import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { NunjucksParser, nodeClasses, tokenTypes } from '../../../src/core/templates/language/nunjucks-parts.ts';

const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  devDependencies: Record<string, string>;
};

describe('What the templates take from nunjucks', () => {
  it('is pinned to one version', () => assert.equal(manifest.devDependencies['nunjucks'], '3.2.4'));

  const methods =
    'nextToken peekToken pushToken skip skipValue skipSymbol error fail parse parseAsRoot parseUntilBlocks parseNodes parseExpression parseOr parseAnd parseNot parseIn parsePow parseUnary parsePrimary parseFilter parseStatement';
  for (const method of methods.split(' ')) {
    it(`has ${method} in its parser`, () => {
      const members = NunjucksParser.prototype as unknown as Record<string, unknown>;
      assert.equal(typeof members[method], 'function');
    });
  }

  it('calls, from what is inherited, what is replaced', () => {
    const source = (name: 'parseNot' | 'parseOr' | 'parseUnary' | 'parseUntilBlocks'): string =>
      String(NunjucksParser.prototype[name]);
    assert.match(source('parseOr'), /this\.parseAnd\(\)/);
    assert.match(source('parseNot'), /this\.parseIn\(\)/);
    assert.match(source('parseUnary'), /this\.parsePrimary\(\)[^]*this\.parseFilter\(/);
    assert.match(source('parseUntilBlocks'), /breakOnBlocks[^]*this\.parse\(\)/);
  });

  it('has the nodes that expressions and statements are made of', () => {
    for (const name of [
      'Root',
      'NodeList',
      'Output',
      'TemplateData',
      'Literal',
      'Symbol',
      'Group',
      'Array',
      'Dict',
      'Pair',
    ]) {
      assert.equal(typeof nodeClasses[name], 'function', name);
    }
    for (const name of [
      'Add',
      'Sub',
      'Mul',
      'Div',
      'FloorDiv',
      'Mod',
      'Pow',
      'Neg',
      'Pos',
      'Not',
      'And',
      'Or',
      'Concat',
      'Compare',
    ]) {
      assert.equal(typeof nodeClasses[name], 'function', name);
    }
  });

  it('has names for all tokens', () => {
    const names = Object.entries(tokenTypes).filter(([name]) => name.startsWith('TOKEN_'));
    assert.ok(names.length > 20);
    for (const [name, type] of names) assert.equal(typeof type, 'string', name);
  });
});
