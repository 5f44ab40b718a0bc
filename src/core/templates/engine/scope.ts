import { TemplateFault, type Place } from '../values/fault.ts';
import type { Value } from '../values/value.ts';
import type { Context } from './context.ts';
import type { Frame } from './frame.ts';
import type { Slot } from './symbols.ts';

/** What one run of a whole template knows beside its variables. */
export interface RootState {
  /** The template that this one extends, once `extends` was reached. */
  parent: { renderRoot(context: Context, out: Output): void } | null;
}

/** The variables of one scope while it runs; undefined for one that has no value (yet). */
export class Scope {
  readonly slots: (Value | undefined)[] = [];
  readonly parent: Scope | null;
  readonly context: Context;
  readonly root: RootState;

  constructor(parent: Scope | null, context: Context, root: RootState) {
    this.parent = parent;
    this.context = context;
    this.root = root;
  }

  up(levels: number): Scope {
    return levels === 0 || this.parent === null ? this : this.parent.up(levels - 1);
  }
}

/** Collects text up to a limit. */
export class Output {
  text = '';
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  write(part: string): void {
    this.text += part;
    if (this.text.length > this.#limit) {
      throw new TemplateFault('Limit', `The template writes more than ${this.#limit} characters.`);
    }
  }
}

export type Evaluate = (scope: Scope) => Value;
export type Execute = (scope: Scope, out: Output) => void;

/** Gives a scope's variables their first values. */
export type Enter = (scope: Scope) => void;

/** To be made after the frame's statements were visited. */
export function enterFrame(frame: Frame): Enter {
  const steps = frame.symbols.loads().flatMap(([slot, load]): Enter[] => {
    if (load.kind === 'resolve') {
      return [(scope) => void (scope.slots[slot.index] = scope.context.resolve(slot.name))];
    }
    if (load.kind !== 'alias') return [];
    const levels = slot.level - load.outer.level;
    return [(scope) => void (scope.slots[slot.index] = scope.up(levels).slots[load.outer.index])];
  });
  return (scope) => {
    for (const step of steps) step(scope);
  };
}

/** Begins a scope inside another. */
export function innerScope(parent: Scope, enter: Enter): Scope {
  const scope = new Scope(parent, parent.context, parent.root);
  enter(scope);
  return scope;
}

/** Reads a variable from a frame's scope: the value, or undefined. */
export function readSlot(frame: Frame, slot: Slot): (scope: Scope) => Value | undefined {
  const levels = frame.symbols.level - slot.level;
  const { index } = slot;
  if (levels === 0) return (scope) => scope.slots[index];
  if (levels === 1) return (scope) => scope.parent?.slots[index];
  return (scope) => scope.up(levels).slots[index];
}

/** Runs something; a fault that has no place yet gets this one. */
export function locate<T>(place: Place, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof TemplateFault) error.place ??= place;
    throw error;
  }
}
