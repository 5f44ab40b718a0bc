import assert from 'node:assert/strict';
import { faultOf, render, type TestRender } from './render.ts';

interface Expected {
  readonly at: string;
  readonly says: RegExp;
}

/** The template, where its fault is (`file:line:column`), and what it says. */
const cases: readonly (readonly [string, Expected, TestRender?])[] = [
  ['{{ nope.a }}', { at: 'main.j2:1:8', says: /'nope' is undefined/ }],
  ['line\n  {{ 1 + "a" }}', { at: 'main.j2:2:6', says: /unsupported operand/ }],
  ['a\r\nb\r\n{{ 5|nosuch }}', { at: 'main.j2:3:6', says: /No filter named 'nosuch'/ }],
  ['{% if 1 is nosuch %}{% endif %}', { at: 'main.j2:1:9', says: /No test named 'nosuch'/ }],
  ['\n\n{% foo %}', { at: 'main.j2:3:4', says: /unknown tag 'foo'/ }],
  ['{% if true %}\nx', { at: 'main.j2:2:2', says: /Unexpected end of template.*'endif'/ }],
  ['{% for x in [1] %}\n{% endif %}', { at: 'main.j2:2:4', says: /unknown tag 'endif'.*'endfor'/ }],
  ['{{ (1 }}', { at: 'main.j2:1:7', says: /unexpected '}', expected '\)'/ }],
  ['x {# open', { at: 'main.j2:1:3', says: /Missing end of comment tag/ }],
  ['{{ "a" $ }}', { at: 'main.j2:1:8', says: /unexpected char '\$'/ }],
  ['{% for x in 5 %}{% endfor %}', { at: 'main.j2:1:4', says: /'int' object is not iterable/ }],
  ['{% set a, b = [1] %}', { at: 'main.j2:1:4', says: /not enough values to unpack/ }],
  ['{% macro m(a) %}\n{{ a.b.c }}\n{% endmacro %}\n{{ m({}) }}', { at: 'main.j2:2:7', says: /no attribute 'b'/ }],
  ['{{ range(5000) }}', { at: 'main.j2:1:9', says: /5000 items is too large/ }],
  ['{% include "nope.j2" %}', { at: 'main.j2:1:4', says: /'nope.j2' was not found/ }],
  [
    '{% include "part.j2" %}',
    { at: 'part.j2:2:4', says: /division by zero/ },
    { templates: { 'part.j2': 'a\n{{ 1/0 }}' } },
  ],
  [
    '{% include "part.j2" %}',
    { at: 'part.j2:1:4', says: /unknown tag 'oops'/ },
    { templates: { 'part.j2': '{% oops %}' } },
  ],
  [
    '{% from "lib.j2" import f %}\n{{ f() }}',
    { at: 'lib.j2:2:8', says: /'gone' is undefined/ },
    { templates: { 'lib.j2': '{% macro f() %}\n{{ gone.x }}\n{% endmacro %}' } },
  ],
  [
    '{% extends "base.j2" %}\n{% block b %}{{ 1 // 0 }}{% endblock %}',
    { at: 'main.j2:2:17', says: /modulo by zero/ },
    { templates: { 'base.j2': '{% block b %}{% endblock %}' } },
  ],
];

describe('A fault in a template', () => {
  for (const [template, { at, says }, options] of cases) {
    it(`is placed at ${at} in ${JSON.stringify(template)}`, () => {
      const { place, message } = faultOf(template, options);
      assert.equal(`${place?.template}:${place?.line}:${place?.column}`, at, message);
      assert.match(message, says);
    });
  }

  it('names the macro that calls itself without end', () => {
    assert.match(faultOf('{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}').message, /calls itself again and again/);
  });

  it('names the brackets that are nested too deep', () => {
    assert.match(faultOf(`{{ ${'('.repeat(20_000)}1${')'.repeat(20_000)} }}`).message, /too deep/);
  });

  it('comes with the chain of templates that lead back to the first', () => {
    const templates = { 'a.j2': '{% include "b.j2" %}', 'b.j2': '{% include "a.j2" %}' };
    assert.match(faultOf('{% include "a.j2" %}', { templates }).message, /main\.j2 → a\.j2 → b\.j2 → a\.j2/);
  });

  it('is that more than eight templates are open in one another', () => {
    const names = Array.from({ length: 9 }, (_, index) => `${index}.j2`);
    const chain = (count: number): Record<string, string> =>
      Object.fromEntries(
        names
          .slice(0, count)
          .map((name, index) => [name, index === count - 1 ? 'end' : `{% include "${index + 1}.j2" %}`]),
      );
    assert.equal(render('{% include "0.j2" %}', { templates: chain(7) }), 'end');
    assert.match(faultOf('{% include "0.j2" %}', { templates: chain(8) }).message, /More than 8 templates/);
  });

  it('is a text, a list or a number that grows too large', () => {
    assert.match(faultOf("{{ 'x' * 9999999 }}").message, /grows beyond/);
    assert.match(faultOf('{{ [1] * 9999999 }}').message, /grows beyond/);
    assert.match(faultOf('{{ 9 ** 9999 }}').message, /grows beyond/);
    assert.match(faultOf("{{ '%9999999d' % 1 }}").message, /grows beyond/);
    assert.match(faultOf("{{ '{:9999999}'.format(1) }}").message, /grows beyond/);
    assert.match(faultOf("{{ 'x'.center(9999999) }}").message, /grows beyond/);
    assert.match(
      faultOf("{% for i in range(1000) %}{{ 'x' * 100 }}{% endfor %}").message,
      /more than 32000 characters/,
    );
  });
});
