import type { At } from '../language/nodes.ts';
import { TemplateFault, type Place } from '../values/fault.ts';
import { Symbols } from './symbols.ts';

/** Whether output is escaped: known before the template runs, or `volatile` where an expression decides. */
export type Escaping = boolean | 'volatile';

interface FrameFields {
  readonly symbols: Symbols;
  readonly template: string;
  readonly escaping: Escaping;
  /** Whether variables set here belong to the whole template. */
  readonly topLevel: boolean;
  /** Whether a filter that does not exist is an error only where it is reached. */
  readonly soft: boolean;
  /** Whether text is dropped once the template has extended another. */
  readonly checksOutput: boolean;
}

/** What is known of a scope while its statements are made ready to run. */
export class Frame {
  readonly symbols: Symbols;
  readonly template: string;
  readonly escaping: Escaping;
  readonly topLevel: boolean;
  readonly soft: boolean;
  readonly checksOutput: boolean;

  readonly #fields: FrameFields;

  private constructor(fields: FrameFields) {
    this.#fields = fields;
    this.symbols = fields.symbols;
    this.template = fields.template;
    this.escaping = fields.escaping;
    this.topLevel = fields.topLevel;
    this.soft = fields.soft;
    this.checksOutput = fields.checksOutput;
  }

  /** The frame of a whole template. */
  static root(template: string, extendsAnother: boolean): Frame {
    return new Frame({
      symbols: new Symbols(null),
      template,
      escaping: false,
      topLevel: true,
      soft: false,
      checksOutput: extendsAnother,
    });
  }

  /** The frame of a block: it sees nothing of the template around it but what is set at its top. */
  static block(template: string): Frame {
    return new Frame({ ...Frame.root(template, false).#fields, topLevel: false });
  }

  /** A scope of its own inside this one. */
  inner(changes: { readonly escaping?: Escaping; readonly checksOutput?: boolean } = {}): Frame {
    return new Frame({ ...this.#fields, symbols: new Symbols(this.symbols), topLevel: false, soft: false, ...changes });
  }

  /** The same scope, under a condition. */
  conditional(): Frame {
    return new Frame({ ...this.#fields, soft: true });
  }

  place(at: At): Place {
    return { template: this.template, line: at.lineno + 1, column: at.colno + 1 };
  }

  fail(message: string, at: At): never {
    throw new TemplateFault('TemplateSyntaxError', message, this.place(at));
  }
}
