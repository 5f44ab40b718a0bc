import { PythonObject, type Value } from '../values/value.ts';

/** An imported template: what it exports, and what it wrote. */
export class Module extends PythonObject {
  readonly typeName = 'TemplateModule';
  readonly name: string;
  readonly #exported: ReadonlyMap<string, Value>;
  readonly #text: string;

  constructor(name: string, exported: ReadonlyMap<string, Value>, text: string) {
    super();
    this.name = name;
    this.#exported = exported;
    this.#text = text;
  }

  repr(): string {
    return `<TemplateModule '${this.name}'>`;
  }

  override text(): string {
    return this.#text;
  }

  override attribute(name: string): Value | undefined {
    return this.#exported.get(name);
  }
}
