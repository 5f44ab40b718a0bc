import { filters } from '../builtins/filters.ts';
import { keywordsOf } from '../builtins/helper-objects.ts';
import { tests } from '../builtins/tests.ts';
import type {
  ArgumentNodes,
  ArithmeticNode,
  ComparisonOperator,
  ExpressionNode,
  FilterNode,
} from '../language/nodes.ts';
import { arithmetic, signed, type ArithmeticOperator } from '../values/arithmetic.ts';
import { getAttribute, getItem, getSlice } from '../values/attribute.ts';
import { callValue, noArguments, type CallArguments, type NativeFunction } from '../values/call.ts';
import { contains, equal, ordered } from '../values/compare.ts';
import { Dict } from '../values/dict.ts';
import { escape } from '../values/escape.ts';
import { TemplateFault, typeFault } from '../values/fault.ts';
import { checkTextLength } from '../values/limits.ts';
import { Markup, Tuple, Undefined, listOf, orElse, text, truth, typeName, type Value } from '../values/value.ts';
import type { Frame } from './frame.ts';
import { readSlot, type Evaluate, type Scope } from './scope.ts';

const operators: Readonly<Record<ArithmeticNode['typename'], ArithmeticOperator>> = {
  Add: '+',
  Sub: '-',
  Mul: '*',
  Div: '/',
  FloorDiv: '//',
  Mod: '%',
  Pow: '**',
};

/** Makes an expression ready to be evaluated in scopes of the frame. */
export function compileExpression(node: ExpressionNode, frame: Frame): Evaluate {
  switch (node.typename) {
    case 'Literal': {
      const { value } = node;
      return () => value;
    }
    case 'Symbol':
      return compileName(node.value, frame);
    case 'NamespaceTarget':
      return frame.fail(`can't read ${node.value}.${node.name} here`, node);
    case 'And': {
      const [left, right] = [compileExpression(node.left, frame), compileExpression(node.right, frame)];
      return (scope) => {
        const value = left(scope);
        return truth(value) ? right(scope) : value;
      };
    }
    case 'Or': {
      const [left, right] = [compileExpression(node.left, frame), compileExpression(node.right, frame)];
      return (scope) => {
        const value = left(scope);
        return truth(value) ? value : right(scope);
      };
    }
    case 'Not': {
      const target = compileExpression(node.target, frame);
      return (scope) => !truth(target(scope));
    }
    case 'InlineIf': {
      const inside = frame.conditional();
      const condition = compileExpression(node.cond, inside);
      const body = compileExpression(node.body, inside);
      const otherwise = node.else_ === null ? nothing : compileExpression(node.else_, inside);
      return (scope) => (truth(condition(scope)) ? body(scope) : otherwise(scope));
    }
    default:
      return located(node, frame, compileFallible(node, frame));
  }
}

const nothing: Evaluate = () =>
  new Undefined('the inline if-expression evaluated to false and no else section was defined.');

/** What fails in an expression is reported at its place, unless an inner one has a more precise place. */
function located(node: ExpressionNode, frame: Frame, evaluate: Evaluate): Evaluate {
  const place = frame.place(node);
  return (scope) => {
    try {
      return evaluate(scope);
    } catch (error) {
      if (error instanceof TemplateFault) error.place ??= place;
      throw error;
    }
  };
}

type Simple = 'Literal' | 'Symbol' | 'NamespaceTarget' | 'And' | 'Or' | 'Not' | 'InlineIf';

function compileFallible(node: Exclude<ExpressionNode, { readonly typename: Simple }>, frame: Frame): Evaluate {
  switch (node.typename) {
    case 'Group': {
      const items = node.children.map((child) => compileExpression(child, frame));
      return (scope) => new Tuple(items.map((item) => item(scope)));
    }
    case 'Array': {
      const items = node.children.map((child) => compileExpression(child, frame));
      return (scope) => items.map((item) => item(scope));
    }
    case 'Dict': {
      const pairs = node.children.map(
        ({ key, value }) => [compileExpression(key, frame), compileExpression(value, frame)] as const,
      );
      return (scope) => Dict.of(pairs.map(([key, value]) => [key(scope), value(scope)]));
    }
    case 'Attribute': {
      const [target, { name }] = [compileExpression(node.target, frame), node];
      return (scope) => getAttribute(target(scope), name);
    }
    case 'LookupVal':
      return compileLookup(node, frame);
    case 'FunCall': {
      const [callee, args] = [compileExpression(node.name, frame), compileArguments(node.args, frame)];
      return (scope) => callValue(scope.context, callee(scope), args(scope));
    }
    case 'Filter':
      return compileFilter(node, frame, nothing);
    case 'Test': {
      const target = compileExpression(node.target, frame);
      return compileCall(tests.get(node.name), `No test named '${node.name}'.`, node, frame, target);
    }
    case 'Compare':
      return compileComparison(node, frame);
    case 'Concat':
      return compileConcat(node.left, node.right, frame);
    case 'Neg':
    case 'Pos': {
      const [target, sign] = [compileExpression(node.target, frame), node.typename === 'Neg' ? '-' : '+'] as const;
      return (scope) => signed(sign, target(scope));
    }
    default: {
      const [left, right] = [compileExpression(node.left, frame), compileExpression(node.right, frame)];
      const operator = operators[node.typename];
      return (scope) => arithmetic(operator, left(scope), right(scope));
    }
  }
}

function compileName(name: string, frame: Frame): Evaluate {
  const slot = frame.symbols.find(name);
  if (slot === undefined) return (scope) => orElse(scope.context.resolve(name), () => Undefined.named(name));
  const read = readSlot(frame, slot);
  return (scope) => {
    const value = read(scope);
    return value === undefined ? Undefined.named(name) : value;
  };
}

function compileLookup(node: Extract<ExpressionNode, { readonly typename: 'LookupVal' }>, frame: Frame): Evaluate {
  const target = compileExpression(node.target, frame);
  if (node.val.typename !== 'Slice') {
    const key = compileExpression(node.val, frame);
    return (scope) => getItem(target(scope), key(scope));
  }
  const none: Evaluate = () => null;
  const [start = none, stop = none, step = none] = [node.val.start, node.val.stop, node.val.step].map((bound) =>
    bound === null ? none : compileExpression(bound, frame),
  );
  return (scope) => getSlice(target(scope), start(scope), stop(scope), step(scope));
}

/** Makes arguments ready; `*` and `**` are spread into them. */
export function compileArguments(args: ArgumentNodes, frame: Frame): (scope: Scope) => CallArguments {
  const positional = args.positional.map((argument) => compileExpression(argument, frame));
  const named = args.named.map(({ name, value }) => [name, compileExpression(value, frame)] as const);
  const rest = args.rest === null ? undefined : compileExpression(args.rest, frame);
  const options = args.options === null ? undefined : compileExpression(args.options, frame);
  if (positional.length + named.length === 0 && rest === undefined && options === undefined) return () => noArguments;
  return (scope) => {
    const values = positional.map((argument) => argument(scope));
    if (rest !== undefined) values.push(...listOf(rest(scope)));
    const keywords = new Map(named.map(([name, value]) => [name, value(scope)]));
    if (options !== undefined) spread(options(scope), keywords);
    return { positional: values, named: keywords };
  };
}

function spread(options: Value, keywords: Map<string, Value>): void {
  if (!(options instanceof Dict)) throw typeFault(`argument after ** must be a mapping, not ${typeName(options)}`);
  for (const [name, value] of keywordsOf(options)) {
    if (keywords.has(name)) throw typeFault(`got multiple values for keyword argument '${name}'`);
    keywords.set(name, value);
  }
}

/** Makes a filter ready; `block` gives the text of a block for the filter at the start of its chain. */
export function compileFilter(node: FilterNode, frame: Frame, block: Evaluate): Evaluate {
  const { target: inner } = node;
  const target =
    inner === null
      ? block
      : inner.typename === 'Filter'
        ? located(inner, frame, compileFilter(inner, frame, block))
        : compileExpression(inner, frame);
  return compileCall(filters.get(node.name), `No filter named '${node.name}'.`, node, frame, target);
}

function compileCall(
  found: NativeFunction | undefined,
  whenMissing: string,
  node: Extract<ExpressionNode, { readonly typename: 'Filter' | 'Test' }>,
  frame: Frame,
  target: Evaluate,
): Evaluate {
  if (found === undefined) {
    if (!frame.soft) return frame.fail(whenMissing, node);
    return () => {
      throw new TemplateFault('TemplateRuntimeError', whenMissing);
    };
  }
  const args = compileArguments(node.args, frame);
  return (scope) => found.callOn(scope.context, target(scope), args(scope));
}

function compileComparison(node: Extract<ExpressionNode, { readonly typename: 'Compare' }>, frame: Frame): Evaluate {
  const first = compileExpression(node.expr, frame);
  const steps = node.ops.map(({ expr, type }) => [type, compileExpression(expr, frame)] as const);
  return (scope) => {
    let left = first(scope);
    for (const [operator, operand] of steps) {
      const right = operand(scope);
      if (!compare(operator, left, right)) return false;
      left = right;
    }
    return true;
  };
}

function compare(operator: ComparisonOperator, left: Value, right: Value): boolean {
  switch (operator) {
    case '==':
      return equal(left, right);
    case '!=':
      return !equal(left, right);
    case 'in':
      return contains(right, left);
    case 'not in':
      return !contains(right, left);
    default:
      return ordered(operator, left, right);
  }
}

function compileConcat(leftNode: ExpressionNode, rightNode: ExpressionNode, frame: Frame): Evaluate {
  const [left, right] = [compileExpression(leftNode, frame), compileExpression(rightNode, frame)];
  return (scope) => {
    const [before, after] = [left(scope), right(scope)];
    const escapes = frame.escaping === true && (before instanceof Markup || after instanceof Markup);
    const joined = escapes ? escape(before).value + escape(after).value : text(before) + text(after);
    checkTextLength(joined.length);
    return escapes ? new Markup(joined) : joined;
  };
}
