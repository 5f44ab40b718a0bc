import { Namespace } from '../builtins/helper-objects.ts';
import type { NamespaceTargetNode, SymbolNode, TargetNode } from '../language/nodes.ts';
import { TemplateFault, typeFault } from '../values/fault.ts';
import { PythonObject, listOf, typeName, type Value } from '../values/value.ts';
import { compileExpression } from './compile-expression.ts';
import type { Frame } from './frame.ts';
import type { Scope } from './scope.ts';

export type Assign = (scope: Scope, value: Value) => void;

/** Makes ready what a value is assigned to; at the top of a template the context learns of it too. */
export function compileTarget(target: TargetNode, frame: Frame): Assign {
  if (target.typename === 'Symbol') return compileVariable(target, frame);
  if (target.typename === 'NamespaceTarget') return compileNamespaceTarget(target, frame);
  const parts = target.children.map((child) => compileTarget(child as TargetNode, frame));
  return (scope, value) => {
    const items = unpacked(value, parts.length);
    for (const [index, assign] of parts.entries()) assign(scope, items[index] ?? null);
  };
}

function compileVariable(target: SymbolNode, frame: Frame): Assign {
  const slot = frame.symbols.find(target.value);
  if (slot === undefined) return frame.fail(`can't assign to '${target.value}' here`, target);
  const name = target.value;
  return (scope, value) => {
    scope.slots[slot.index] = value;
    if (frame.topLevel) setAtTop(scope, name, value, true);
  };
}

/** Makes a variable of the top of a template known to its blocks, its includes and, where exported, its importers. */
export function setAtTop(scope: Scope, name: string, value: Value, exported: boolean): void {
  scope.context.variables.set(name, value);
  if (exported && !name.startsWith('_')) scope.context.exported.add(name);
  else scope.context.exported.delete(name);
}

function compileNamespaceTarget(target: NamespaceTargetNode, frame: Frame): Assign {
  const owner = compileExpression({ ...target, typename: 'Symbol' }, frame);
  return (scope, value) => {
    const found = owner(scope);
    if (!(found instanceof Namespace)) {
      throw new TemplateFault('TemplateRuntimeError', 'cannot assign attribute on non-namespace object');
    }
    found.values.set(target.name, value);
  };
}

function unpacked(value: Value, count: number): Value[] {
  const iterable = Array.isArray(value) || typeof value === 'string' || value instanceof PythonObject;
  if (!iterable) throw typeFault(`cannot unpack non-iterable ${typeName(value)} object`);
  const items = listOf(value);
  if (items.length > count) throw new TemplateFault('ValueError', `too many values to unpack (expected ${count})`);
  if (items.length < count) {
    throw new TemplateFault('ValueError', `not enough values to unpack (expected ${count}, got ${items.length})`);
  }
  return items;
}
