// Measures how close templates come to Python's Jinja2, on cases that Jinja2 itself has answered.
//   npm run parity [-- FILE.json]
// The file: {"context": {…}, "cases": [{"name", "template", "expected" or "error", "templates"?, "context"?}]}.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createEngine, type Source } from '../src/core/templates/engine/engine.ts';
import { toValues } from '../src/core/templates/engine/input-values.ts';
import { readJsonInputs, type InputValue, type Inputs } from '../src/core/templates/inputs.ts';
import { TemplateFault } from '../src/core/templates/values/fault.ts';
import { ROOT } from './paths.ts';

const defaultFiles = [join(ROOT, '../shared/data/jinja2-parity.json'), join(ROOT, 'test/fixtures/jinja/cases.json')];

function mapping(value: InputValue | undefined): Inputs {
  return value instanceof Map ? new Map([...value].map(([key, item]) => [String(key), item])) : new Map();
}

function textOf(value: InputValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function read(path: string): Inputs {
  try {
    return readJsonInputs(readFileSync(path, 'utf8'));
  } catch (error) {
    console.error(`${path} cannot be read: ${(error as Error).message}`);
    return process.exit(1);
  }
}

const engine = createEngine();

/** What the layer makes of a case, as the file would put it. */
function answer(test: Inputs, context: Inputs): { readonly expected?: string; readonly error?: string } {
  const templates = mapping(test.get('templates'));
  const find = (name: string): Source => {
    const text = templates.get(name);
    if (typeof text !== 'string') throw new TemplateFault('TemplateNotFound', name);
    return { path: name, name, text };
  };
  try {
    const expected = engine.render({
      template: { path: '<template>', name: '<template>', text: textOf(test.get('template')) },
      inputs: toValues(new Map([...context, ...mapping(test.get('context'))])),
      loadSource: find,
      readChoices: (name) => find(name).text,
      // the files are made with Jinja2's `random` pinned to the first item
      random: () => 0,
      maxLength: 1_000_000,
    });
    return { expected };
  } catch (error) {
    if (!(error instanceof TemplateFault)) throw error;
    return { error: `${error.kind}: ${error.message}` };
  }
}

const file = resolve(process.argv[2] ?? defaultFiles.find((path) => existsSync(path)) ?? '');
const content = read(file);
const context = mapping(content.get('context'));
const cases = content.get('cases');
const list = Array.isArray(cases) ? cases.map((test) => mapping(test)) : [];

const failures = list.flatMap((test) => {
  const got = answer(test, context);
  const wanted = test.get('expected');
  const right = typeof wanted === 'string' ? got.expected === wanted : got.error !== undefined;
  const said = JSON.stringify(got.expected ?? got.error);
  return right
    ? []
    : [
        `${textOf(test.get('name'))}\n    template ${JSON.stringify(test.get('template'))}\n    wanted   ${JSON.stringify(wanted ?? test.get('error'))}\n    got      ${said}`,
      ];
});

console.log(`${list.length - failures.length} of ${list.length}`);
for (const failure of failures) console.log(`  ${failure}`);
