import { parseTemplate } from '../language/statement-parser.ts';
import { TemplateFault } from '../values/fault.ts';
import type { Value } from '../values/value.ts';
import { Rendering } from './rendering.ts';
import { Output } from './scope.ts';
import { Template } from './template.ts';

/** A template's text as a loader found it. */
export interface Source {
  /** What tells it from others; places of errors have it. */
  readonly path: string;
  /** What messages call it. */
  readonly name: string;
  readonly text: string;
}

export interface RenderOptions {
  readonly template: Source;
  readonly inputs: ReadonlyMap<string, Value>;
  /** Finds what a template includes; throws TemplateNotFound. */
  readonly loadSource: (name: string) => Source;
  /** Finds a file of choices; throws TemplateNotFound. */
  readonly readChoices: (name: string) => string;
  /** Numbers in [0, 1) that follow the seed. */
  readonly random: () => number;
  /** Characters that the result may have. */
  readonly maxLength: number;
}

export interface Engine {
  /** The text of a template. Throws a TemplateFault, with its place where it has one. */
  render(options: RenderOptions): string;
}

const cachedTemplates = 100;

/** Renders templates as Jinja2 does with its default settings, and keeps the last ones ready. */
export function createEngine(): Engine {
  const ready = new Map<string, Template>();

  const prepare = ({ path, name, text }: Source): Template => {
    const key = `${path}\u0000${text}`;
    const template = ready.get(key) ?? new Template(path, name, parseTemplate(text, path));
    ready.delete(key);
    ready.set(key, template);
    for (const oldest of ready.keys()) {
      if (ready.size <= cachedTemplates) break;
      ready.delete(oldest);
    }
    return template;
  };

  return {
    render({ template: source, inputs, loadSource, readChoices, random, maxLength }) {
      try {
        const template = prepare(source);
        const rendering = new Rendering({ loadTemplate: (name) => prepare(loadSource(name)), readChoices, random });
        const out = new Output(maxLength);
        template.renderRoot(template.context(rendering, new Map([...rendering.globals, ...inputs])), out);
        return out.text;
      } catch (error) {
        if (error instanceof RangeError && error.message.includes('call stack')) {
          throw new TemplateFault('Limit', 'The template goes too deep: something calls itself again and again.');
        }
        throw error;
      }
    },
  };
}
