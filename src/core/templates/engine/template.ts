import type { AnyNode, BlockNode, BodyNode } from '../language/nodes.ts';
import { maxTextLength } from '../values/limits.ts';
import type { Value } from '../values/value.ts';
import { BlockReference, TemplateReference } from './block-reference.ts';
import { compileBody } from './compile-statement.ts';
import { Context, type RunBlock } from './context.ts';
import { Frame } from './frame.ts';
import { Module } from './module.ts';
import type { Rendering } from './rendering.ts';
import { Output, Scope, enterFrame, type Execute } from './scope.ts';
import { allNodes, undeclaredNames } from './walk.ts';

/** A template made ready to run, any number of times. */
export class Template {
  /** What places of errors have. */
  readonly path: string;
  /** What messages call it. */
  readonly name: string;
  readonly #blocks: ReadonlyMap<string, RunBlock>;
  readonly #root: (context: Context, out: Output) => void;

  /** Throws TemplateSyntaxError with its place. */
  constructor(path: string, name: string, body: BodyNode) {
    this.path = path;
    this.name = name;
    const nodes = [...allNodes(body)];
    const blocks = new Map<string, RunBlock>();
    for (const node of nodes.filter((found) => found.typename === 'Block')) {
      if (blocks.has(node.name)) Frame.block(path).fail(`block '${node.name}' defined twice`, node);
      blocks.set(node.name, compileBlock(path, node));
    }
    this.#blocks = blocks;
    this.#root = compileRoot(path, body, nodes);
  }

  get blocks(): ReadonlyMap<string, RunBlock> {
    return this.#blocks;
  }

  /** A context for this template with what it is given by name. */
  context(rendering: Rendering, given: ReadonlyMap<string, Value>): Context {
    return new Context(rendering, given, new Map([...this.#blocks].map(([name, block]) => [name, [block]])));
  }

  /** Writes the template, or the one that it extends. */
  renderRoot(context: Context, out: Output): void {
    context.rendering.within(this, () => this.#root(context, out));
  }

  /** Runs the template for what it exports. */
  module(rendering: Rendering, given: ReadonlyMap<string, Value>): Module {
    const context = this.context(rendering, given);
    const out = new Output(maxTextLength);
    this.renderRoot(context, out);
    const names = [...context.exported].filter((name) => context.variables.has(name));
    return new Module(this.name, new Map(names.map((name) => [name, context.variables.get(name) ?? null])), out.text);
  }
}

function compileRoot(path: string, body: BodyNode, nodes: readonly AnyNode[]): (context: Context, out: Output) => void {
  const frame = Frame.root(
    path,
    nodes.some((node) => node.typename === 'Extends'),
  );
  const usesSelf = undeclaredNames(body.children, ['self']).has('self');
  const self = usesSelf ? frame.symbols.declareParameter('self') : undefined;
  frame.symbols.visit(body.children);
  const run = compileBody(body, frame);
  const enter = enterFrame(frame);
  return (context, out) => {
    const scope = new Scope(null, context, { parent: null });
    if (self !== undefined) scope.slots[self.index] = new TemplateReference(context);
    enter(scope);
    run(scope, out);
    scope.root.parent?.renderRoot(context, out);
  };
}

function compileBlock(path: string, node: BlockNode): RunBlock {
  const frame = Frame.block(path);
  const special = undeclaredNames(node.body.children, ['self', 'super']);
  const self = special.has('self') ? frame.symbols.declareParameter('self') : undefined;
  const parent = special.has('super') ? frame.symbols.declareParameter('super') : undefined;
  frame.symbols.visit(node.body.children);
  const body: Execute = compileBody(node.body, frame);
  const enter = enterFrame(frame);
  const run: RunBlock = (context, out) => {
    const scope = new Scope(null, context, { parent: null });
    if (self !== undefined) scope.slots[self.index] = new TemplateReference(context);
    if (parent !== undefined) scope.slots[parent.index] = BlockReference.after(node.name, context, run);
    enter(scope);
    body(scope, out);
  };
  return run;
}
