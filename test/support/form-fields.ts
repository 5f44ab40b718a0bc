/** A form as the schema of its endpoint has it: `image[]` repeats, `svg[model]` nests, files are strings. */
export function fieldsOf(form: FormData): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of form.entries()) {
    const [key = name, ...path] = name.split('[').map((part) => part.replace(/\]$/, ''));
    const plain = typeof value === 'string' ? value : '(binary)';
    if (path[0] === '') fields[key] = [...([own(fields, key) ?? []].flat() as unknown[]), plain];
    else if (path.length === 0) fields[key] = plain;
    else nest(fields, [key, ...path], plain);
  }
  return fields;
}

function nest(target: Record<string, unknown>, [key = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    target[key] = value;
    return;
  }
  const inner = own(target, key);
  const isObject = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
  const object = isObject ? (inner as Record<string, unknown>) : {};
  target[key] = object;
  nest(object, rest, value);
}

function own(target: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(target, key) ? target[key] : undefined;
}
