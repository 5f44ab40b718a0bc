import type {
  AutoescapeNode,
  BlockNode,
  BodyNode,
  FilterBlockNode,
  IfNode,
  OutputNode,
  SetBlockNode,
  StatementNode,
  WithNode,
} from '../language/nodes.ts';
import { escape } from '../values/escape.ts';
import { TemplateFault } from '../values/fault.ts';
import { maxTextLength } from '../values/limits.ts';
import { Markup, text, truth, type Value } from '../values/value.ts';
import { compileTarget } from './compile-assignment.ts';
import { compileExpression, compileFilter } from './compile-expression.ts';
import { compileFor } from './compile-for.ts';
import { compileExtends, compileFromImport, compileImport, compileInclude, localsOf } from './compile-import.ts';
import { compileCallBlock, compileMacro } from './compile-macro.ts';
import type { Frame } from './frame.ts';
import { Output, enterFrame, innerScope, locate, type Evaluate, type Execute } from './scope.ts';

/** Makes the statements of a body ready to run in scopes of the frame, whose symbols were visited. */
export function compileBody(body: BodyNode, frame: Frame): Execute {
  const steps = body.children.map((node) => compileStatement(node, frame));
  return (scope, out) => {
    for (const step of steps) step(scope, out);
  };
}

function compileStatement(node: StatementNode, frame: Frame): Execute {
  const run = compile(node, frame);
  const place = frame.place(node);
  return (scope, out) => {
    try {
      run(scope, out);
    } catch (error) {
      if (error instanceof TemplateFault) error.place ??= place;
      throw error;
    }
  };
}

function compile(node: StatementNode, frame: Frame): Execute {
  switch (node.typename) {
    case 'Output':
      return compileOutput(node, frame);
    case 'If':
      return compileIf(node, frame);
    case 'For':
      return compileFor(node, frame, compileBody);
    case 'Macro':
      return compileMacro(node, frame, compileBody);
    case 'CallBlock':
      return compileCallBlock(node, frame, compileBody);
    case 'Set': {
      const [value, assign] = [compileExpression(node.value, frame), compileTarget(node.targets, frame)];
      return (scope) => assign(scope, value(scope));
    }
    case 'SetBlock':
      return compileSetBlock(node, frame);
    case 'FilterBlock':
      return compileFilterBlock(node, frame);
    case 'With':
      return compileWith(node, frame);
    case 'Autoescape':
      return compileAutoescape(node, frame);
    case 'Block':
      return compileBlockCall(node, frame);
    case 'Extends':
      return compileExtends(node, frame);
    case 'Include':
      return compileInclude(node, frame);
    case 'Import':
      return compileImport(node, frame);
    default:
      return compileFromImport(node, frame);
  }
}

function compileOutput(node: OutputNode, frame: Frame): Execute {
  const steps = node.children.map((child): Execute => {
    if (child.typename === 'TemplateData') return (_, out) => out.write(child.value);
    const value = compileExpression(child, frame);
    if (frame.escaping === false) return (scope, out) => out.write(text(value(scope)));
    // where an expression decides, Jinja2 leaves what stands there literally as it is
    if (child.typename === 'Literal' && frame.escaping === 'volatile')
      return (scope, out) => out.write(text(value(scope)));
    if (frame.escaping === true) return (scope, out) => out.write(escape(value(scope)).value);
    return (scope, out) => {
      const found = value(scope);
      out.write(scope.context.autoescape ? escape(found).value : text(found));
    };
  });
  const write: Execute = (scope, out) => {
    for (const step of steps) step(scope, out);
  };
  if (!frame.checksOutput) return write;
  return (scope, out) => {
    if (scope.root.parent === null) write(scope, out);
  };
}

function compileIf(node: IfNode, frame: Frame): Execute {
  const inside = frame.conditional();
  const condition = compileExpression(node.cond, inside);
  const body = compileBody(node.body, inside);
  const otherwise = compileElse(node.else_, frame, inside);
  return (scope, out) => {
    if (truth(condition(scope))) body(scope, out);
    else otherwise(scope, out);
  };
}

function compileElse(node: BodyNode | IfNode | null, frame: Frame, inside: Frame): Execute {
  if (node === null) return () => {};
  return node.typename === 'If' ? compileStatement(node, frame) : compileBody(node, inside);
}

/** What a body writes, as the value that `set` and filters get. */
function captured(body: Execute, frame: Frame): Evaluate {
  return (scope) => {
    const out = new Output(maxTextLength);
    body(scope, out);
    const escapes = frame.escaping === 'volatile' ? scope.context.autoescape : frame.escaping;
    return escapes ? new Markup(out.text) : out.text;
  };
}

function compileSetBlock(node: SetBlockNode, frame: Frame): Execute {
  const inside = frame.inner({ checksOutput: false });
  inside.symbols.visit([...node.body.children, ...(node.filter === null ? [] : [node.filter])]);
  const body = captured(compileBody(node.body, inside), inside);
  const value = node.filter === null ? body : compileFilter(node.filter, inside, body);
  const enter = enterFrame(inside);
  const assign = compileTarget(node.targets, frame);
  return (scope) => {
    const found: Value = value(innerScope(scope, enter));
    assign(scope, scope.context.autoescape ? new Markup(text(found)) : found);
  };
}

function compileFilterBlock(node: FilterBlockNode, frame: Frame): Execute {
  const inside = frame.inner();
  inside.symbols.visit([...node.body.children, node.filter]);
  const filter = compileFilter(node.filter, inside, captured(compileBody(node.body, inside), inside));
  const enter = enterFrame(inside);
  return (scope, out) => out.write(text(filter(innerScope(scope, enter))));
}

function compileWith(node: WithNode, frame: Frame): Execute {
  const inside = frame.inner();
  for (const target of node.targets) inside.symbols.visitTarget(target, true);
  inside.symbols.visit(node.body.children);
  const values = node.values.map((value) => compileExpression(value, frame));
  const targets = node.targets.map((target) => compileTarget(target, inside));
  const body = compileBody(node.body, inside);
  const enter = enterFrame(inside);
  return (scope, out) => {
    const own = innerScope(scope, enter);
    for (const [index, assign] of targets.entries()) assign(own, values[index]?.(scope) ?? null);
    body(own, out);
  };
}

function compileAutoescape(node: AutoescapeNode, frame: Frame): Execute {
  const { enabled } = node;
  const escaping = enabled.typename === 'Literal' ? truth(enabled.value) : 'volatile';
  const inside = frame.inner({ escaping });
  inside.symbols.visit([enabled, ...node.body.children]);
  const condition = compileExpression(enabled, inside);
  const body = compileBody(node.body, inside);
  const enter = enterFrame(inside);
  return (scope, out) => {
    const own = innerScope(scope, enter);
    const { modes } = scope.context;
    const before = modes.autoescape;
    modes.autoescape = truth(condition(own));
    body(own, out);
    modes.autoescape = before;
  };
}

function compileBlockCall(node: BlockNode, frame: Frame): Execute {
  const place = frame.place(node);
  const locals = localsOf(frame);
  return (scope, out) => {
    if (frame.topLevel && scope.root.parent !== null) return;
    const context = node.scoped ? scope.context.derived(locals(scope)) : scope.context;
    const versions = scope.context.blocks.get(node.name) ?? [];
    if (node.required && versions.length <= 1) {
      throw new TemplateFault('TemplateRuntimeError', `Required block '${node.name}' not found`, place);
    }
    locate(place, () => versions[0]?.(context, out));
  };
}
