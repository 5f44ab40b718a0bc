import type { AnyNode, TargetNode } from '../language/nodes.ts';

function isNode(value: object): value is AnyNode {
  return 'typename' in value;
}

/** The nodes directly below a node, also those in lists and in arguments. */
export function childrenOf(node: object): AnyNode[] {
  return Object.values(node).flatMap((field: unknown) => nodesIn(field));
}

function nodesIn(field: unknown): AnyNode[] {
  if (typeof field !== 'object' || field === null) return [];
  if (Array.isArray(field)) return field.flatMap((item: unknown) => nodesIn(item));
  return isNode(field) ? [field] : childrenOf(field);
}

/** The node and all below it. */
export function* allNodes(node: AnyNode): Generator<AnyNode> {
  yield node;
  for (const child of childrenOf(node)) yield* allNodes(child);
}

/** The names that a target assigns. */
export function namesOf(target: TargetNode): string[] {
  if (target.typename === 'Symbol') return [target.value];
  return target.typename === 'Group' ? target.children.flatMap((child) => namesOf(child as TargetNode)) : [];
}

/**
 * Which of `wanted` are used below the nodes without being assigned before: how Jinja2 finds out whether a macro takes
 * `caller` and whether a loop needs `loop`. It does not look into blocks.
 */
export function undeclaredNames(nodes: readonly AnyNode[], wanted: readonly string[]): ReadonlySet<string> {
  const open = new Set(wanted);
  const found = new Set<string>();
  const assign = (names: readonly string[]): void => {
    for (const name of names) open.delete(name);
  };
  const visit = (node: AnyNode): void => {
    switch (node.typename) {
      case 'Symbol':
        if (open.has(node.value)) found.add(node.value);
        return;
      case 'Block':
        return;
      case 'For':
        assign(namesOf(node.name));
        [node.arr, node.body, node.else_, node.test].forEach((child) => child !== null && visit(child));
        return;
      case 'Set':
        assign(namesOf(node.targets));
        visit(node.value);
        return;
      case 'SetBlock':
        assign(namesOf(node.targets));
        [node.filter, node.body].forEach((child) => child !== null && visit(child));
        return;
      case 'With':
        assign(node.targets.flatMap((target) => namesOf(target)));
        [...node.values, node.body].forEach((child) => visit(child));
        return;
      case 'Macro':
      case 'CallBlock':
        assign(node.args.map(({ name }) => name));
        childrenOf(node).forEach((child) => visit(child));
        return;
      default:
        childrenOf(node).forEach((child) => visit(child));
    }
  };
  nodes.forEach((node) => visit(node));
  return found;
}
