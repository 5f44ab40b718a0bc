import { globalFunctions } from '../builtins/globals.ts';
import { TemplateFault } from '../values/fault.ts';
import type { Value } from '../values/value.ts';
import type { Module } from './module.ts';
import type { Template } from './template.ts';

/** Templates that may be open at once: included, imported or extended in one another. */
const maxTemplateDepth = 8;

export interface RenderingOptions {
  /** Finds a template by the name that another gives it; throws TemplateNotFound. */
  readonly loadTemplate: (name: string) => Template;
  /** Finds a file of choices for `wildcard()`; throws TemplateNotFound. */
  readonly readChoices: (name: string) => string;
  /** Numbers in [0, 1) that follow the seed. */
  readonly random: () => number;
}

/** One rendering: what all templates in it share. */
export class Rendering {
  readonly random: () => number;
  readonly readChoices: (name: string) => string;
  /** What imported templates without context see. */
  readonly globals: ReadonlyMap<string, Value> = globalFunctions;
  readonly modules = new Map<Template, Module>();
  readonly #loadTemplate: (name: string) => Template;
  readonly #open: Template[] = [];

  constructor(options: RenderingOptions) {
    this.random = options.random;
    this.readChoices = options.readChoices;
    this.#loadTemplate = options.loadTemplate;
  }

  load(name: string): Template {
    return this.#loadTemplate(name);
  }

  /** Runs something inside a template; a template inside itself and too many of them are refused. */
  within<T>(template: Template, run: () => T): T {
    const chain = (): string => [...this.#open, template].map(({ name }) => name).join(' → ');
    if (this.#open.includes(template)) {
      throw new TemplateFault('Limit', `A template leads back to itself: ${chain()}.`);
    }
    if (this.#open.length >= maxTemplateDepth) {
      throw new TemplateFault('Limit', `More than ${maxTemplateDepth} templates are open in one another: ${chain()}.`);
    }
    this.#open.push(template);
    const result = run();
    this.#open.pop();
    return result;
  }
}
