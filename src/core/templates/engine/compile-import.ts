import type { ExtendsNode, FromImportNode, ImportNode, IncludeNode } from '../language/nodes.ts';
import { TemplateFault, typeFault } from '../values/fault.ts';
import { Tuple, Undefined, orElse, repr, textOf, typeName, type Value } from '../values/value.ts';
import { setAtTop } from './compile-assignment.ts';
import { compileExpression } from './compile-expression.ts';
import type { Frame } from './frame.ts';
import type { Module } from './module.ts';
import type { Evaluate, Execute, Scope } from './scope.ts';
import type { Template } from './template.ts';

/** The variables that a frame and those around it have assigned, for what is run with their context. */
export function localsOf(frame: Frame): (scope: Scope) => ReadonlyMap<string, Value> {
  // blocks and includes may come before later statements add variables, but symbols are complete by now
  const slots = frame.symbols.visibleStores();
  const own = frame.symbols.level;
  return (scope) => {
    const locals = new Map<string, Value>();
    for (const { name, level, index } of slots) {
      const value = scope.up(own - level).slots[index];
      if (value !== undefined) locals.set(name, value);
    }
    return locals;
  };
}

function nameOf(value: Value): string {
  if (value instanceof Undefined) value.fail();
  const name = textOf(value);
  if (name === undefined) throw typeFault(`the name of a template must be a text, not ${typeName(value)}`);
  return name;
}

/** A name, or a list of names of which the first that exists counts; undefined where a missing one is ignored. */
function find(scope: Scope, value: Value, ignoreMissing: boolean): Template | undefined {
  const names = Array.isArray(value) ? value : value instanceof Tuple ? value.items : [value];
  for (const name of names) {
    try {
      return scope.context.rendering.load(nameOf(name));
    } catch (error) {
      const missing = error instanceof TemplateFault && error.kind === 'TemplateNotFound' && error.place === undefined;
      if (!missing) throw error;
      if (names.length === 1 && !ignoreMissing) throw error;
    }
  }
  if (ignoreMissing) return undefined;
  const listed = names.map((name) => repr(name)).join(', ');
  throw new TemplateFault('TemplateNotFound', `none of the templates given were found: ${listed}`);
}

export function compileInclude(node: IncludeNode, frame: Frame): Execute {
  const name = compileExpression(node.template, frame);
  const locals = localsOf(frame);
  return (scope, out) => {
    const template = find(scope, name(scope), node.ignoreMissing);
    if (template === undefined) return;
    const { rendering } = scope.context;
    if (!node.withContext) {
      out.write(moduleOf(template, scope).text());
      return;
    }
    const given = new Map([...scope.context.all(), ...locals(scope)]);
    template.renderRoot(template.context(rendering, given), out);
  };
}

/** Without context a template is run once in a rendering. */
function moduleOf(template: Template, scope: Scope): Module {
  const { rendering } = scope.context;
  const found = rendering.modules.get(template) ?? template.module(rendering, rendering.globals);
  rendering.modules.set(template, found);
  return found;
}

function compileModule(node: ImportNode | FromImportNode, frame: Frame): (scope: Scope) => Module {
  const name: Evaluate = compileExpression(node.template, frame);
  const locals = localsOf(frame);
  return (scope) => {
    const { rendering } = scope.context;
    const template = rendering.load(nameOf(name(scope)));
    if (!node.withContext) return moduleOf(template, scope);
    return template.module(rendering, new Map([...scope.context.all(), ...locals(scope)]));
  };
}

export function compileImport(node: ImportNode, frame: Frame): Execute {
  const load = compileModule(node, frame);
  const slot = frame.symbols.find(node.target);
  return (scope) => {
    const module = load(scope);
    if (slot !== undefined) scope.slots[slot.index] = module;
    if (frame.topLevel) setAtTop(scope, node.target, module, false);
  };
}

export function compileFromImport(node: FromImportNode, frame: Frame): Execute {
  const load = compileModule(node, frame);
  const names = node.names.map(({ name, alias }) => ({ name, alias, slot: frame.symbols.find(alias) }));
  return (scope) => {
    const module = load(scope);
    for (const { name, alias, slot } of names) {
      const message = `the template '${module.name}' does not export the requested name '${name}'`;
      const value = orElse(module.attribute(name), () => new Undefined(message));
      if (slot !== undefined) scope.slots[slot.index] = value;
      if (frame.topLevel) setAtTop(scope, alias, value, false);
    }
  };
}

export function compileExtends(node: ExtendsNode, frame: Frame): Execute {
  if (!frame.topLevel) return frame.fail('cannot use extend from a non top-level scope', node);
  const name = compileExpression(node.template, frame);
  return (scope) => {
    if (scope.root.parent !== null) throw new TemplateFault('TemplateRuntimeError', 'extended multiple times');
    const parent = scope.context.rendering.load(nameOf(name(scope)));
    for (const [block, run] of parent.blocks) {
      const versions = scope.context.blocks.get(block);
      if (versions === undefined) scope.context.blocks.set(block, [run]);
      else versions.push(run);
    }
    scope.root.parent = parent;
  };
}
