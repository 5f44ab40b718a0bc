import type { NodeClass } from 'nunjucks/src/nodes.js';
import { nodeClasses } from './nunjucks-parts.ts';

/** Where a node starts; both numbers count from 0, as in nunjucks. */
export interface At {
  readonly lineno: number;
  readonly colno: number;
}

interface Node<Name extends string> extends At {
  readonly typename: Name;
}

type Binary<Name extends string> = Node<Name> & { readonly left: ExpressionNode; readonly right: ExpressionNode };
type Unary<Name extends string> = Node<Name> & { readonly target: ExpressionNode };

export type LiteralNode = Node<'Literal'> & { readonly value: null | boolean | bigint | number | string };
export type SymbolNode = Node<'Symbol'> & { readonly value: string };
/** `target.name = …` in a `set`. */
export type NamespaceTargetNode = Node<'NamespaceTarget'> & { readonly value: string; readonly name: string };
export type GroupNode = Node<'Group'> & { readonly children: readonly ExpressionNode[] };
type ListNode = Node<'Array'> & { readonly children: readonly ExpressionNode[] };
export type PairNode = Node<'Pair'> & { readonly key: ExpressionNode; readonly value: ExpressionNode };
type DictNode = Node<'Dict'> & { readonly children: readonly PairNode[] };
type AttributeNode = Node<'Attribute'> & { readonly target: ExpressionNode; readonly name: string };
type LookupNode = Node<'LookupVal'> & { readonly target: ExpressionNode; readonly val: ExpressionNode | SliceNode };
export type SliceNode = Node<'Slice'> & {
  readonly start: ExpressionNode | null;
  readonly stop: ExpressionNode | null;
  readonly step: ExpressionNode | null;
};
/** The arguments of a call; `rest` is `*values`, `options` is `**values`. */
export interface ArgumentNodes {
  readonly positional: readonly ExpressionNode[];
  readonly named: readonly { readonly name: string; readonly value: ExpressionNode }[];
  readonly rest: ExpressionNode | null;
  readonly options: ExpressionNode | null;
}
export type CallNode = Node<'FunCall'> & { readonly name: ExpressionNode; readonly args: ArgumentNodes };
/** `target` is null for the filter of a block, which takes what the block wrote. */
export type FilterNode = Node<'Filter'> & {
  readonly target: FilterNode | ExpressionNode | null;
  readonly name: string;
  readonly args: ArgumentNodes;
};
type TestNode = Node<'Test'> & { readonly target: ExpressionNode; readonly name: string; readonly args: ArgumentNodes };
type InlineIfNode = Node<'InlineIf'> & {
  readonly cond: ExpressionNode;
  readonly body: ExpressionNode;
  readonly else_: ExpressionNode | null;
};
type CompareNode = Node<'Compare'> & {
  readonly expr: ExpressionNode;
  readonly ops: readonly { readonly expr: ExpressionNode; readonly type: ComparisonOperator }[];
};
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';
export type ArithmeticNode =
  | Binary<'Add'>
  | Binary<'Sub'>
  | Binary<'Mul'>
  | Binary<'Div'>
  | Binary<'FloorDiv'>
  | Binary<'Mod'>
  | Binary<'Pow'>;

export type ExpressionNode =
  | LiteralNode
  | SymbolNode
  | NamespaceTargetNode
  | GroupNode
  | ListNode
  | DictNode
  | AttributeNode
  | LookupNode
  | CallNode
  | FilterNode
  | TestNode
  | InlineIfNode
  | CompareNode
  | ArithmeticNode
  | Binary<'Concat'>
  | Binary<'And'>
  | Binary<'Or'>
  | Unary<'Not'>
  | Unary<'Neg'>
  | Unary<'Pos'>;

export type BodyNode = Node<'NodeList' | 'Root'> & { readonly children: readonly StatementNode[] };
type TemplateDataNode = Node<'TemplateData'> & { readonly value: string };
export type OutputNode = Node<'Output'> & { readonly children: readonly (TemplateDataNode | ExpressionNode)[] };
export interface Parameter extends At {
  readonly name: string;
  readonly fallback: ExpressionNode | null;
}
export type IfNode = Node<'If'> & {
  readonly cond: ExpressionNode;
  readonly body: BodyNode;
  readonly else_: BodyNode | IfNode | null;
};
export type TargetNode = SymbolNode | NamespaceTargetNode | GroupNode;
export type ForNode = Node<'For'> & {
  readonly arr: ExpressionNode;
  readonly name: TargetNode;
  readonly body: BodyNode;
  readonly else_: BodyNode | null;
  readonly test: ExpressionNode | null;
  readonly recursive: boolean;
};
export type MacroNode = Node<'Macro'> & {
  readonly name: string;
  readonly args: readonly Parameter[];
  readonly body: BodyNode;
};
export type CallBlockNode = Node<'CallBlock'> & {
  readonly args: readonly Parameter[];
  readonly call: CallNode;
  readonly body: BodyNode;
};
export type ImportNode = Node<'Import'> & {
  readonly template: ExpressionNode;
  readonly target: string;
  readonly withContext: boolean;
};
export type FromImportNode = Node<'FromImport'> & {
  readonly template: ExpressionNode;
  readonly names: readonly { readonly name: string; readonly alias: string }[];
  readonly withContext: boolean;
};
export type BlockNode = Node<'Block'> & {
  readonly name: string;
  readonly body: BodyNode;
  readonly scoped: boolean;
  readonly required: boolean;
};
export type ExtendsNode = Node<'Extends'> & { readonly template: ExpressionNode };
export type IncludeNode = Node<'Include'> & {
  readonly template: ExpressionNode;
  readonly ignoreMissing: boolean;
  readonly withContext: boolean;
};
export type SetNode = Node<'Set'> & { readonly targets: TargetNode; readonly value: ExpressionNode };
export type SetBlockNode = Node<'SetBlock'> & {
  readonly targets: TargetNode;
  readonly filter: FilterNode | null;
  readonly body: BodyNode;
};
export type FilterBlockNode = Node<'FilterBlock'> & { readonly filter: FilterNode; readonly body: BodyNode };
export type WithNode = Node<'With'> & {
  readonly targets: readonly TargetNode[];
  readonly values: readonly ExpressionNode[];
  readonly body: BodyNode;
};
export type AutoescapeNode = Node<'Autoescape'> & { readonly enabled: ExpressionNode; readonly body: BodyNode };

export type StatementNode =
  | OutputNode
  | IfNode
  | ForNode
  | MacroNode
  | CallBlockNode
  | ImportNode
  | FromImportNode
  | BlockNode
  | ExtendsNode
  | IncludeNode
  | SetNode
  | SetBlockNode
  | FilterBlockNode
  | WithNode
  | AutoescapeNode;

export type AnyNode = StatementNode | ExpressionNode | BodyNode | SliceNode | PairNode | TemplateDataNode;

function known(name: string): NodeClass {
  const found = nodeClasses[name];
  if (found === undefined) throw new Error(`nunjucks has no node called ${name}`);
  return found;
}

const extended = (base: string, name: string, fields: readonly string[]): NodeClass =>
  known(base).extend(name, { fields });

/** Classes of nunjucks' own with more fields, or new ones for what nunjucks cannot say. */
const extensions: ReadonlyMap<string, NodeClass> = new Map(
  [
    extended('For', 'For', ['arr', 'name', 'body', 'else_', 'test', 'recursive']),
    extended('Block', 'Block', ['name', 'body', 'scoped', 'required']),
    extended('Include', 'Include', ['template', 'ignoreMissing', 'withContext']),
    extended('FunCall', 'Filter', ['target', 'name', 'args']),
    extended('BinOp', 'Test', ['target', 'name', 'args']),
    extended('Node', 'Attribute', ['target', 'name']),
    extended('Node', 'Slice', ['start', 'stop', 'step']),
    extended('Node', 'NamespaceTarget', ['value', 'name']),
    extended('Macro', 'CallBlock', ['args', 'call', 'body']),
    extended('Set', 'SetBlock', ['targets', 'filter', 'body']),
    extended('Node', 'FilterBlock', ['filter', 'body']),
    extended('Node', 'With', ['targets', 'values', 'body']),
    extended('Node', 'Autoescape', ['enabled', 'body']),
  ].map((type) => [(type.prototype as { typename: string }).typename, type]),
);

type Fields<T> = Omit<T, 'typename' | 'lineno' | 'colno'>;

/** Makes a node of nunjucks' syntax tree. */
export function createNode<Name extends AnyNode['typename']>(
  name: Name,
  at: At,
  fields: Fields<Extract<AnyNode, { readonly typename: Name }>>,
): Extract<AnyNode, { readonly typename: Name }> {
  const type = extensions.get(name) ?? known(name);
  return Object.assign(new type(at.lineno, at.colno), fields) as Extract<AnyNode, { readonly typename: Name }>;
}
