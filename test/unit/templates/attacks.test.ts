import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TemplateFault } from '../../../src/core/templates/values/fault.ts';
import { render } from './render.ts';

/** Each tries to reach something of the host. It must end with a fault, or give nothing, as Jinja2 has it for unknown names. */
const attacks = [
  '{{ range.constructor("return process.version")() }}',
  "{{ ''['const'+'ructor']['constructor']('return process.version')() }}",
  "{{ [].constructor.constructor('return process')() }}",
  "{{ {}.constructor.constructor('return process')() }}",
  "{{ constructor.constructor('return process')() }}",
  "{{ constructor('return process')() }}",
  '{{ 1 | valueOf }}',
  '{{ 1 | constructor }}',
  '{{ 1 | __proto__ }}',
  '{{ 1 | toString }}',
  '{{ 1 is constructor }}',
  '{{ 1 is valueOf }}',
  "{{ [1] | map('constructor') | list }}",
  "{{ [1] | map('valueOf') | list }}",
  "{{ [1] | select('toString') | list }}",
  "{{ s.replace.constructor('return 1')() }}",
  "{{ s.replace.call(s, 'a', 'b') }}",
  "{{ s.replace.apply(s, ['a']) }}",
  "{{ s.replace.bind(s)('a', 'b') }}",
  "{{ cycler.constructor('return process')() }}",
  "{{ cycler('a').next.constructor('return process')() }}",
  "{{ namespace().constructor.constructor('return process')() }}",
  "{{ lipsum.__globals__['os'].popen('id').read() }}",
  "{{ ''.__class__.__mro__[1].__subclasses__() }}",
  '{{ self.__init__.__globals__ }}',
  '{{ self._TemplateReference__context.eval_ctx.environment }}',
  "{{ '{0.__class__}'.format(s) }}",
  "{{ '{0.constructor}'.format(s) }}",
  "{{ '%(constructor)s' % {} }}",
  '{% set x = {}.__proto__ %}{{ x.polluted() }}',
  "{% set ns = namespace() %}{% set ns.__proto__ = {'a': 1} %}{{ {}.a() }}",
  "{{ dict(__proto__={'a': 1}).a() }}",
  "{% macro m() %}{{ varargs.constructor('x')() }}{% endmacro %}{{ m(1) }}",
  "{% macro m() %}{% endmacro %}{{ m.constructor('return process')() }}",
  "{% for x in [1] %}{{ loop.constructor('return process')() }}{% endfor %}",
  "{{ s|attr('constructor')('return process')() }}",
  "{{ (s|attr('replace'))|attr('constructor')('x') }}",
  "{{ [s]|map(attribute='constructor.constructor')|first()('x') }}",
  '{{ process.env }}{{ process.env.PATH }}',
  "{{ require('fs') }}",
  '{{ globalThis.process }}{{ globalThis.process.exit() }}',
  "{{ import('fs') }}",
  "{{ this.constructor.constructor('x')() }}",
  '{{ arguments[0].constructor() }}',
  "{{ env.getFilter('x') }}",
  "{{ context.lookup('x') }}",
  '{{ runtime.memberLookup(1) }}',
  "{{ frame.lookup('x') }}",
  "{{ cb(null, 'x') }}",
  "{{ s.__defineGetter__('a', range)() }}",
  "{{ l.__lookupGetter__('length')() }}",
  "{% import 'main.j2' as m %}{{ m.constructor('x')() }}",
  "{% include ['../../../etc/passwd', '/etc/passwd'] %}",
  "{% from '/etc/passwd' import root %}",
  "{{ {'toString': 1} ~ '' }}{{ {'toString': range}.toString.constructor() }}",
  '{{ (1).toFixed(2) }}',
  '{{ l.push(1) }}{{ l.map(range) }}',
  "{{ s.matchAll('a') }}",
  '{{ s.length() }}',
];

const legitimate: readonly (readonly [string, string])[] = [
  ["{{ d['constructor'] }} {{ d.constructor }} {{ d['__proto__'] }} {{ d.__proto__ }}", 'own own own own'],
  ['{{ d.toString }} {{ d.hasOwnProperty }}|{{ d.length }}', ' |'],
  ["{{ {'constructor': 1, '__proto__': 2} }}", "{'constructor': 1, '__proto__': 2}"],
  ["{{ 'constructor' in d }} {{ 'valueOf' in d }}", 'True False'],
  ['{{ constructor }}{{ toString }}{{ __proto__ }}{{ hasOwnProperty }}', ''],
  ['{{ constructor is defined }}', 'False'],
  ["{{ d|items|list|length }} {{ d.get('constructor') }}", '2 own'],
  ['{% set constructor = 5 %}{{ constructor }}', '5'],
  ['{% macro constructor(prototype) %}{{ prototype }}{% endmacro %}{{ constructor(1) }}', '1'],
  ['{% for __proto__ in [1, 2] %}{{ __proto__ }}{% endfor %}', '12'],
  ["{{ [d]|map(attribute='constructor')|join }}", 'own'],
];

const inputs = 's: abc\nl: [1, 2]\nd: { constructor: own, __proto__: own }\n';

describe('A template cannot reach the host', () => {
  for (const attack of attacks) {
    it(attack, () => {
      let result = '';
      try {
        result = render(attack, { inputs });
      } catch (error) {
        assert.ok(error instanceof TemplateFault, String(error));
      }
      assert.equal(result.trim(), '');
    });
  }

  for (const [template, expected] of legitimate) {
    it(`while ${template} stays what it is`, () => assert.equal(render(template, { inputs }), expected));
  }

  it('by any chain of members, calls, filters and tests', () => {
    const members =
      'constructor prototype __proto__ call apply bind toString valueOf length name caller arguments then get items replace format next upper __class__ x';
    const names = fc.constantFrom(...members.split(' '));
    const start = fc.constantFrom(
      's',
      'l',
      'd',
      'range',
      'cycler("a")',
      'namespace()',
      'dict()',
      '""',
      '[]',
      '{}',
      '1',
      'self',
      'nope',
      'joiner()',
      'd.items()',
      '(1, 2)',
      '"a"|safe',
      'lipsum',
    );
    const step = fc.oneof(
      names.map((name) => `.${name}`),
      names.map((name) => `['${name}']`),
      names.map((name) => `|attr('${name}')`),
      names.map((name) => `|map(attribute='${name}')|list`),
      fc.constantFrom(
        '()',
        '(1)',
        "('return process')",
        "('a', 'b')",
        '(*[1])',
        '(**{"a": 1})',
        '[0]',
        '|first',
        '|list',
        '|string',
        '|tojson',
      ),
    );
    const known = ['[object', 'function', 'native code', 'process', 'Symbol(', '=>', 'class '];
    fc.assert(
      fc.property(start, fc.array(step, { maxLength: 6 }), (first, steps) => {
        // brackets, because a literal with a dot behind it is a number
        const template = `{{ ${steps.reduce((chain, next) => `(${chain})${next}`, first)} }}`;
        let result = '';
        try {
          result = render(template, { inputs });
        } catch (error) {
          assert.ok(error instanceof TemplateFault, `${template}: ${String(error)}`);
        }
        // lipsum and a text of the attack itself may print; nothing of JavaScript's own may
        const foreign = result.replaceAll('return process', '');
        assert.ok(!known.some((sign) => foreign.includes(sign)), `${template} printed ${result}`);
      }),
      { seed: 20260101, numRuns: 2000 },
    );
  }).timeout(30_000);

  it('by leaving something behind on the prototypes', () => {
    const before = [Object, Array, String, Function, Map].map(
      (type) => Object.getOwnPropertyNames(type.prototype).length,
    );
    for (const attack of attacks) assert.doesNotThrow(() => quietly(attack));
    const after = [Object, Array, String, Function, Map].map(
      (type) => Object.getOwnPropertyNames(type.prototype).length,
    );
    assert.deepEqual(after, before);
    assert.equal(({} as Record<string, unknown>)['a'], undefined);
  });
});

function quietly(template: string): void {
  try {
    render(template, { inputs });
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error;
  }
}
