import { createEngine } from '../../../src/core/templates/engine/engine.ts';
import { toValues } from '../../../src/core/templates/engine/input-values.ts';
import { readYamlInputs } from '../../../src/core/templates/inputs.ts';
import { TemplateFault } from '../../../src/core/templates/values/fault.ts';

export interface TestRender {
  /** YAML. */
  readonly inputs?: string;
  readonly templates?: Readonly<Record<string, string>>;
  readonly random?: () => number;
  readonly maxLength?: number;
}

/** Renders in this thread, with templates from memory. */
export function render(text: string, options: TestRender = {}): string {
  const find = (name: string): string => {
    const found = Object.hasOwn(options.templates ?? {}, name) ? options.templates?.[name] : undefined;
    if (found === undefined) throw new TemplateFault('TemplateNotFound', `'${name}' was not found.`);
    return found;
  };
  return createEngine().render({
    template: { path: 'main.j2', name: 'main.j2', text },
    inputs: toValues(readYamlInputs(options.inputs ?? '')),
    loadSource: (name) => ({ path: name, name, text: find(name) }),
    readChoices: find,
    random: options.random ?? (() => 0),
    maxLength: options.maxLength ?? 32_000,
  });
}

/** The fault that a template ends with. */
export function faultOf(text: string, options: TestRender = {}): TemplateFault {
  try {
    const result = render(text, options);
    throw new Error(`rendered ${JSON.stringify(result)}`);
  } catch (error) {
    if (error instanceof TemplateFault) return error;
    throw error;
  }
}
