import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createEngine } from '../../../src/core/templates/engine/engine.ts';
import { toValues } from '../../../src/core/templates/engine/input-values.ts';
import { readJsonInputs, type Inputs, type InputValue } from '../../../src/core/templates/inputs.ts';
import { TemplateFault } from '../../../src/core/templates/values/fault.ts';

const file = new URL('../../fixtures/jinja/cases.json', import.meta.url);

function mapping(value: InputValue | undefined): Inputs {
  assert.ok(value === undefined || value instanceof Map);
  return new Map([...(value ?? [])].map(([key, item]) => [String(key), item]));
}

describe('A template renders as in Python’s Jinja2', () => {
  const content = readJsonInputs(readFileSync(file, 'utf8'));
  const shared = mapping(content.get('context'));
  const engine = createEngine();
  const cases = content.get('cases');
  assert.ok(Array.isArray(cases));

  const render = (test: Inputs): string => {
    const templates = mapping(test.get('templates'));
    const text = test.get('template');
    assert.ok(typeof text === 'string');
    return engine.render({
      template: { path: 'main', name: 'main', text },
      inputs: toValues(shared),
      loadSource: (name) => {
        const found = templates.get(name);
        if (typeof found !== 'string') throw new TemplateFault('TemplateNotFound', name);
        return { path: name, name, text: found };
      },
      readChoices: () => '',
      random: () => 0,
      maxLength: 100_000,
    });
  };

  const groups = Map.groupBy(
    cases.map((test) => mapping(test)),
    (test) => {
      const name = test.get('name');
      assert.ok(typeof name === 'string');
      return name.split(' ')[0] ?? '';
    },
  );

  it('in several hundred cases', () => assert.ok(cases.length > 800));

  for (const [group, tests] of groups) {
    it(`in ${tests.length} cases of ${group}`, () => {
      for (const test of tests) {
        const expected = test.get('expected');
        if (expected === undefined)
          assert.throws(() => render(test), TemplateFault, JSON.stringify(test.get('template')));
        else assert.equal(render(test), expected, JSON.stringify(test.get('template')));
      }
    });
  }
});
