import type { BodyNode, CallBlockNode, MacroNode } from '../language/nodes.ts';
import { callValue } from '../values/call.ts';
import { maxTextLength } from '../values/limits.ts';
import { escape } from '../values/escape.ts';
import { Undefined, orElse, text } from '../values/value.ts';
import { setAtTop } from './compile-assignment.ts';
import { compileArguments, compileExpression } from './compile-expression.ts';
import type { Frame } from './frame.ts';
import { Macro } from './macro.ts';
import { Output, enterFrame, innerScope, type Execute, type Scope } from './scope.ts';
import { undeclaredNames } from './walk.ts';

type CompileBody = (body: BodyNode, frame: Frame) => Execute;

/** Makes a macro ready to be defined in scopes of the frame. */
function compileDefinition(
  node: MacroNode | CallBlockNode,
  name: string | null,
  frame: Frame,
  compileBody: CompileBody,
): (scope: Scope) => Macro {
  const inside = frame.inner({ checksOutput: false });
  const used = undeclaredNames(node.body.children, ['caller', 'kwargs', 'varargs']);
  const parameters = node.args.map((parameter) => parameter.name);
  const caller = node.args.find((parameter) => parameter.name === 'caller');
  if (used.has('caller') && caller?.fallback === null) {
    const message = 'the special "caller" argument must be omitted or be given a default.';
    frame.fail(`When defining macros or call blocks ${message}`, caller);
  }
  const takes = (special: string): boolean => used.has(special) && !parameters.includes(special);
  const special = ['caller', 'kwargs', 'varargs']
    .filter((variable) => takes(variable))
    .map((variable) => [variable, inside.symbols.declareParameter(variable)] as const);
  inside.symbols.visitParameters(node.args);
  inside.symbols.visit(node.body.children);
  const slots = node.args.map(({ name: parameter, fallback }) => ({
    slot: inside.symbols.declareParameter(parameter),
    parameter,
    fallback: fallback === null ? undefined : compileExpression(fallback, inside),
  }));
  const body = compileBody(node.body, inside);
  const enter = enterFrame(inside);
  return (scope) =>
    new Macro({
      name,
      parameters,
      takesCaller: used.has('caller'),
      takesKwargs: takes('kwargs'),
      takesVarargs: takes('varargs'),
      run: (values, specialValues) => {
        const own = innerScope(scope, enter);
        for (const [variable, slot] of special) own.slots[slot.index] = specialValues.get(variable);
        for (const [index, { slot }] of slots.entries()) own.slots[slot.index] = values[index];
        for (const { slot, parameter, fallback } of slots) {
          own.slots[slot.index] = orElse(own.slots[slot.index], () =>
            fallback === undefined ? new Undefined(`parameter '${parameter}' was not provided`) : fallback(own),
          );
        }
        const out = new Output(maxTextLength);
        body(own, out);
        return out.text;
      },
    });
}

export function compileMacro(node: MacroNode, frame: Frame, compileBody: CompileBody): Execute {
  const define = compileDefinition(node, node.name, frame, compileBody);
  const slot = frame.symbols.find(node.name);
  return (scope) => {
    const macro = define(scope);
    if (slot !== undefined) scope.slots[slot.index] = macro;
    if (frame.topLevel) setAtTop(scope, node.name, macro, true);
  };
}

/** `{% call macro() %}…{% endcall %}`: the body becomes `caller` of the call. */
export function compileCallBlock(node: CallBlockNode, frame: Frame, compileBody: CompileBody): Execute {
  const define = compileDefinition(node, null, frame, compileBody);
  const callee = compileExpression(node.call.name, frame);
  const args = compileArguments(node.call.args, frame);
  return (scope, out) => {
    const { positional, named } = args(scope);
    const call = { positional, named: new Map([...named, ['caller', define(scope)] as const]) };
    const result = callValue(scope.context, callee(scope), call);
    out.write(frame.escaping === true ? escape(result).value : text(result));
  };
}
