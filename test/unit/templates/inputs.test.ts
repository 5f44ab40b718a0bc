import assert from 'node:assert/strict';
import { ShotlistError } from '../../../src/core/errors.ts';
import { readJsonInputs, readYamlInputs, readYamlValue, type Inputs } from '../../../src/core/templates/inputs.ts';
import { render } from './render.ts';

function isInvalid(error: unknown): boolean {
  return ShotlistError.is(error) && error.code === 'invalid_request';
}

describe('Inputs of a template', () => {
  const expected: Inputs = new Map<string, never>(
    Object.entries({ whole: 1n, float: 1, half: 0.5, yes: true, none: null, text: '1', list: [1n, 1] }) as [
      string,
      never,
    ][],
  );

  it('keep whole numbers, floats, booleans and texts apart in JSON', () => {
    const json = '{"whole": 1, "float": 1.0, "half": 0.5, "yes": true, "none": null, "text": "1", "list": [1, 1.0]}';
    assert.deepEqual(readJsonInputs(json), expected);
  });

  it('keep them apart in YAML', () => {
    const yaml = 'whole: 1\nfloat: 1.0\nhalf: 0.5\nyes: true\nnone: null\ntext: "1"\nlist: [1, 1.0]\n';
    assert.deepEqual(readYamlInputs(yaml), expected);
  });

  it('print as in Python', () => {
    const inputs =
      'a: 1\nb: 1.0\nc: true\nd: null\ne: [1, 1.0, "x"]\nf: { k: 1e3 }\ng: 123456789012345678901234567890\n';
    const printed = render('{{ a }} {{ b }} {{ c }} {{ d }} {{ e }} {{ f }} {{ g }}', { inputs });
    assert.equal(printed, "1 1.0 True None [1, 1.0, 'x'] {'k': 1000.0} 123456789012345678901234567890");
  });

  it('stay in their order, also where names look like numbers', () => {
    assert.deepEqual([...readJsonInputs('{"b": 1, "2": 2, "1": 3, "a": 4}').keys()], ['b', '2', '1', 'a']);
  });

  it('may be called like members of JavaScript objects', () => {
    assert.deepEqual(
      [...readJsonInputs('{"__proto__": 1, "constructor": 2}')],
      [
        ['__proto__', 1n],
        ['constructor', 2n],
      ],
    );
  });

  it('may be none', () => {
    assert.equal(readYamlInputs('').size, 0);
    assert.equal(readJsonInputs('{}').size, 0);
  });

  it('are no list, text or number', () => {
    for (const text of ['[1]', 'a text', '5', '1: x']) assert.throws(() => readYamlInputs(text), isInvalid, text);
  });

  it('are refused as JSON where they are only YAML', () => {
    for (const text of ['{a: 1}', 'a: 1', '{"a": 1,}', "{'a': 1}"])
      assert.throws(() => readJsonInputs(text), isInvalid, text);
  });

  it('are refused where the YAML is wrong, has foreign tags, or explodes', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (const [name, before] of [
      ['b', 'a'],
      ['c', 'b'],
      ['d', 'c'],
      ['e', 'd'],
      ['f', 'e'],
    ]) {
      bomb.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`);
    }
    for (const text of [
      'a: [',
      'a: !!js/function "x"',
      'a: !foo 1',
      bomb.join('\n'),
      `a: ${'['.repeat(500)}${']'.repeat(500)}`,
    ]) {
      assert.throws(() => readYamlInputs(text), isInvalid, text.slice(0, 40));
    }
  });

  it('can be single values, as on the command line', () => {
    assert.equal(readYamlValue('5'), 5n);
    assert.equal(readYamlValue('5.0'), 5);
    assert.equal(readYamlValue('true'), true);
    assert.equal(readYamlValue('a fox'), 'a fox');
    assert.deepEqual(readYamlValue('[a, 1]'), ['a', 1n]);
  });
});
