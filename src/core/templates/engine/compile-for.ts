import type { BodyNode, ForNode } from '../language/nodes.ts';
import { typeFault } from '../values/fault.ts';
import { maxTextLength } from '../values/limits.ts';
import { Markup, Stream, iterate, truth, type Value } from '../values/value.ts';
import { compileTarget, type Assign } from './compile-assignment.ts';
import { compileExpression } from './compile-expression.ts';
import type { Frame } from './frame.ts';
import { LoopContext } from './loop-context.ts';
import { Output, enterFrame, innerScope, type Execute, type Scope } from './scope.ts';
import { allNodes, namesOf, undeclaredNames } from './walk.ts';

type CompileBody = (body: BodyNode, frame: Frame) => Execute;
/** Keeps the items for which the loop's condition holds. */
type Select = (scope: Scope, values: Value) => Value;

/** Makes a loop ready to run. */
export function compileFor(node: ForNode, frame: Frame, compileBody: CompileBody): Execute {
  checkLoopName(node, frame);
  const inside = frame.inner();
  const slot = needsLoop(node) ? inside.symbols.declareParameter('loop') : undefined;
  inside.symbols.visitTarget(node.name, true);
  inside.symbols.visit(node.body.children);
  const iterable = compileExpression(node.arr, frame);
  const select = compileTest(node, frame);
  const assign = compileTarget(node.name, inside);
  const enter = enterFrame(inside);
  const body = compileBody(node.body, inside);
  const otherwise = compileElse(node.else_, frame, compileBody);

  const run = (scope: Scope, out: Output, values: Value, depth: number): void => {
    const selected = select(scope, values);
    const source = iterate(selected);
    const recurse = node.recursive ? (inner: Value, level: number) => nested(scope, inner, level) : refuse;
    const loop = slot === undefined ? undefined : new LoopContext(selected, source, recurse, depth);
    let count = 0;
    const next = (): IteratorResult<Value> => (loop === undefined ? source.next() : loop.advance());
    for (let item = next(); item.done !== true; item = next()) {
      const own = innerScope(scope, enter);
      if (slot !== undefined && loop !== undefined) own.slots[slot.index] = loop;
      assign(own, item.value);
      body(own, out);
      count++;
    }
    if (count === 0) otherwise(scope, out);
  };
  const nested = (scope: Scope, values: Value, depth: number): Value => {
    const out = new Output(maxTextLength);
    run(scope, out, values, depth);
    const escapes = frame.escaping === 'volatile' ? scope.context.autoescape : frame.escaping;
    return escapes ? new Markup(out.text) : out.text;
  };
  return (scope, out) => run(scope, out, iterable(scope), 0);
}

function refuse(): never {
  throw typeFault("The loop must have the 'recursive' marker to be called recursively.");
}

function checkLoopName(node: ForNode, frame: Frame): void {
  for (const found of allNodes(node)) {
    const targets =
      found.typename === 'For'
        ? [found.name]
        : found.typename === 'Set' || found.typename === 'SetBlock'
          ? [found.targets]
          : [];
    if (targets.some((target) => namesOf(target).includes('loop'))) {
      frame.fail("Can't assign to special loop variable in for-loop target", found);
    }
  }
}

/** Only a loop that speaks of `loop` has one; in any other the name means that of the loop around it. */
function needsLoop(node: ForNode): boolean {
  if (node.recursive || undeclaredNames(node.body.children, ['loop']).has('loop')) return true;
  return Array.from(allNodes(node)).some((found) => found.typename === 'Block' && found.scoped);
}

function compileTest(node: ForNode, frame: Frame): Select {
  if (node.test === null) return (_, values) => values;
  const inside = frame.inner();
  inside.symbols.visitTarget(node.name, true);
  inside.symbols.visit([node.test]);
  const assign: Assign = compileTarget(node.name, inside);
  const test = compileExpression(node.test, inside);
  const enter = enterFrame(inside);
  function* selected(scope: Scope, values: Value): Generator<Value> {
    const source = iterate(values);
    for (let item = source.next(); item.done !== true; item = source.next()) {
      const own = innerScope(scope, enter);
      assign(own, item.value);
      if (truth(test(own))) yield item.value;
    }
  }
  return (scope, values) => {
    iterate(values);
    return new Stream(selected(scope, values));
  };
}

function compileElse(body: BodyNode | null, frame: Frame, compileBody: CompileBody): Execute {
  if (body === null) return () => {};
  const inside = frame.inner();
  inside.symbols.visit(body.children);
  const run = compileBody(body, inside);
  const enter = enterFrame(inside);
  return (scope, out) => run(innerScope(scope, enter), out);
}
