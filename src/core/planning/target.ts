/** Which model at which connection a request goes to, where the person named both, one or none. */
import { defaultModelFor, findModel, resolveModel } from '../catalog/catalog.ts';
import type { Model } from '../catalog/model.ts';
import { chooseConnection } from '../connections/choose-connection.ts';
import type { Connection } from '../connections/connection.ts';
import type { Credentials } from '../connections/credentials.ts';
import type { MediaKind } from '../generation.ts';
import type { PersonalDefaults } from '../pipeline.ts';
import type { WorkspaceConfig } from '../workspace.ts';

export interface TargetContext {
  readonly workspace: { readonly config: WorkspaceConfig };
  readonly connections: readonly Connection[];
  readonly credentials: Credentials;
  readonly defaults: PersonalDefaults;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Asked {
  readonly kind: MediaKind;
  readonly connection?: string | undefined;
  readonly model?: string | undefined;
}

export interface Target {
  readonly connection: Connection;
  readonly model: Model;
}

/**
 * What was named is taken or refused. A usual connection or model (workspace before person) that doesn't go with what
 * was named gives way to the next one that does.
 * @throws ShotlistError as `resolveModel` and `chooseConnection`
 */
export async function chooseTarget(asked: Asked, context: TargetContext): Promise<Target> {
  const { kind } = asked;
  const connection = await chooseConnectionFor(asked, context);
  const usual = usualModel(kind, context);
  const fits = usual !== undefined && speaks(connection, usual);
  const name = asked.model ?? (fits ? usual : defaultModelFor(kind, connection, context.now));
  return { connection, model: resolveModel(name, kind, connection, context.now) };
}

/**
 * Where a request goes; whether the model may be used there is not looked at.
 * @throws ShotlistError as `chooseConnection`
 */
export async function chooseConnectionFor(asked: Asked, context: TargetContext): Promise<Connection> {
  const { kind, connection, model } = asked;
  const wanted = model ?? usualModel(kind, context) ?? defaultModelFor(kind, undefined, context.now);
  return chooseConnection(
    {
      named: connection,
      usual: context.workspace.config.connection ?? context.defaults.connection,
      canServe: (candidate) => speaks(candidate, wanted),
    },
    context,
  );
}

function usualModel(kind: MediaKind, { workspace, defaults }: TargetContext): string | undefined {
  return workspace.config.models?.[kind] ?? defaults.models?.[kind];
}

function speaks(connection: Connection, name: string): boolean {
  const model = findModel(connection.models?.[name] ?? name);
  return connection.protocols.includes(model?.protocol ?? 'openai');
}
