/** Names that people know for a model where it is served; `--connection` takes them like the id of a connection. */
import type { Connection } from '../core/connections/connection.ts';

export interface Named {
  readonly connection?: string;
  /** Used where no model is named. */
  readonly model?: string;
}

const aliases: Readonly<Record<string, Required<Named>>> = {
  sora2: { connection: 'openai', model: 'sora-2' },
  omni: { connection: 'google', model: 'gemini-omni-1.1-flash' },
  veo: { connection: 'vertex', model: 'veo-3.1-generate-001' },
};

/** What a name stands for. A connection of the person's own with that id wins. */
export function resolveAlias(name: string | undefined, connections: readonly Connection[]): Named {
  if (name === undefined) return {};
  const isOwn = connections.some(({ id }) => id === name);
  return (isOwn || !Object.hasOwn(aliases, name) ? undefined : aliases[name]) ?? { connection: name };
}
