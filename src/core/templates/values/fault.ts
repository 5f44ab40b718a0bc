/** Where something stands in a template: its display name, and 1-based line and column. */
export interface Place {
  readonly template: string;
  readonly line: number;
  readonly column: number;
}

/** The exceptions of Python's Jinja2 that a template can end with, by their names there. */
export type FaultKind =
  | 'TemplateSyntaxError'
  | 'TemplateRuntimeError'
  | 'TemplateNotFound'
  | 'UndefinedError'
  | 'FilterArgumentError'
  | 'TypeError'
  | 'ValueError'
  | 'IndexError'
  | 'KeyError'
  | 'OverflowError'
  | 'ZeroDivisionError'
  | 'Limit'
  | 'Unsupported';

/** What ends a rendering. The innermost expression that fails adds its place; outer ones leave it alone. */
export class TemplateFault extends Error {
  override readonly name = 'TemplateFault';
  readonly kind: FaultKind;
  place: Place | undefined;

  constructor(kind: FaultKind, message: string, place?: Place) {
    super(message);
    this.kind = kind;
    this.place = place;
  }
}

/** A type error of Python, the commonest fault. */
export function typeFault(message: string): TemplateFault {
  return new TemplateFault('TypeError', message);
}
