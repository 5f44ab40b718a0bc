import type { AnyNode, BodyNode, IfNode, Parameter, TargetNode } from '../language/nodes.ts';
import { childrenOf } from './walk.ts';

/** Where a variable lives while the template runs: in the scope of this level, at this index. */
export interface Slot {
  readonly level: number;
  readonly index: number;
  readonly name: string;
}

/** How a variable gets its first value when its scope begins. */
export type Load =
  | { readonly kind: 'parameter' | 'resolve' | 'missing' }
  | { readonly kind: 'alias'; readonly outer: Slot };

/**
 * The variables of one scope, found out before anything runs, by Jinja2's rules: a name that is read before it is
 * assigned comes from the scope outside or the inputs; one that is assigned first starts out undefined.
 */
export class Symbols {
  readonly level: number;
  readonly parent: Symbols | null;
  readonly #slots: Map<string, Slot>;
  #references = new Map<string, Slot>();
  #loads = new Map<Slot, Load>();
  #stores = new Set<string>();

  constructor(parent: Symbols | null, slots = new Map<string, Slot>()) {
    this.parent = parent;
    this.level = parent === null ? 0 : parent.level + 1;
    this.#slots = slots;
  }

  /** What to do when the scope begins. */
  loads(): readonly (readonly [Slot, Load])[] {
    return [...this.#loads];
  }

  /** The variable that a name means here; undefined where nothing in reach uses the name. */
  find(name: string): Slot | undefined {
    return this.#references.get(name) ?? this.parent?.find(name);
  }

  /** Every variable that this scope or one around it assigns, the innermost of each name. */
  visibleStores(): Slot[] {
    return [...this.#visibleNames()].flatMap((name) => this.find(name) ?? []);
  }

  #visibleNames(): ReadonlySet<string> {
    return this.parent === null ? this.#stores : this.#stores.union(this.parent.#visibleNames());
  }

  declareParameter(name: string): Slot {
    this.#stores.add(name);
    return this.#define(name, { kind: 'parameter' });
  }

  load(name: string): void {
    if (this.find(name) === undefined) this.#define(name, { kind: 'resolve' });
  }

  store(name: string): void {
    this.#stores.add(name);
    if (this.#references.has(name)) return;
    const outer = this.parent?.find(name);
    this.#define(name, outer === undefined ? { kind: 'missing' } : { kind: 'alias', outer });
  }

  #define(name: string, load: Load): Slot {
    const slot = this.#slots.get(name) ?? { level: this.level, index: this.#slots.size, name };
    this.#slots.set(name, slot);
    this.#references.set(name, slot);
    this.#loads.set(slot, load);
    return slot;
  }

  /** Names that all parts of a statement use. */
  visit(nodes: readonly AnyNode[]): void {
    for (const node of nodes) this.#visit(node);
  }

  visitTarget(target: TargetNode, asParameter: boolean): void {
    if (target.typename === 'Group')
      target.children.forEach((child) => this.visitTarget(child as TargetNode, asParameter));
    else if (target.typename === 'NamespaceTarget') this.load(target.value);
    else if (asParameter) this.declareParameter(target.value);
    else this.store(target.value);
  }

  visitParameters(parameters: readonly Parameter[]): void {
    for (const { name } of parameters) this.declareParameter(name);
    for (const { fallback } of parameters) if (fallback !== null) this.#visit(fallback);
  }

  #visit(node: AnyNode): void {
    switch (node.typename) {
      case 'Symbol':
        this.load(node.value);
        return;
      case 'If':
        this.#visitIf(node);
        return;
      case 'Macro':
        this.store(node.name);
        return;
      case 'Import':
        this.#visit(node.template);
        this.store(node.target);
        return;
      case 'FromImport':
        this.#visit(node.template);
        for (const { alias } of node.names) this.store(alias);
        return;
      case 'Set':
        this.#visit(node.value);
        this.visitTarget(node.targets, false);
        return;
      case 'SetBlock':
        this.visitTarget(node.targets, false);
        return;
      case 'For':
        this.#visit(node.arr);
        return;
      case 'CallBlock':
        this.#visit(node.call);
        return;
      case 'FilterBlock':
        this.#visit(node.filter);
        return;
      case 'With':
        this.visit(node.values);
        return;
      case 'Autoescape':
      case 'Block':
        return;
      default:
        this.visit(childrenOf(node));
    }
  }

  #visitIf(node: IfNode): void {
    this.#visit(node.cond);
    const branches = [node.body, node.else_].map((branch) => this.#branch(branch));
    const added = new Set(branches.flatMap((branch) => [...branch.#stores]).filter((name) => !this.#stores.has(name)));
    for (const branch of branches) {
      for (const [name, slot] of branch.#references) this.#references.set(name, slot);
      for (const [slot, load] of branch.#loads) this.#loads.set(slot, load);
      for (const name of branch.#stores) this.#stores.add(name);
    }
    for (const name of added) {
      const slot = this.find(name);
      const outer = this.parent?.find(name);
      if (slot !== undefined)
        this.#loads.set(slot, outer === undefined ? { kind: 'resolve' } : { kind: 'alias', outer });
    }
  }

  #branch(branch: BodyNode | IfNode | null): Symbols {
    const copy = new Symbols(this.parent, this.#slots);
    copy.#references = new Map(this.#references);
    copy.#loads = new Map(this.#loads);
    copy.#stores = new Set(this.#stores);
    if (branch !== null) copy.visit(branch.typename === 'If' ? [branch] : branch.children);
    return copy;
  }
}
