/** The catalog together with what a server says of itself. */
import type { MediaKind } from '../generation.ts';
import type { RemoteModel } from '../providers/provider.ts';
import { models } from './catalog.ts';
import { modelStatus, type Model, type ModelStatus } from './model.ts';

export interface ListedModel {
  readonly model: Model;
  readonly status: ModelStatus;
  /** `YYYY-MM-DD` */
  readonly shutdownDate?: string;
  readonly replacement?: string;
  /** Whether the server listed it; absent where no server was asked. */
  readonly live?: boolean;
}

/**
 * The models of a kind with their status on the day of `now`. A `shutdown_date` of the server wins over the table.
 * Models that only the server knows are left out, because nobody can say what they make.
 */
export function listCatalog(kind: MediaKind | undefined, now: number, remote?: readonly RemoteModel[]): ListedModel[] {
  const remoteById = remote === undefined ? undefined : new Map(remote.map((model) => [model.id, model]));
  return models
    .filter((model) => kind === undefined || model.kind === kind)
    .map((model) => {
      const seen = remoteById?.get(model.id);
      const shutdownDate = seen?.shutdownDate ?? model.lifecycle.shutdownDate;
      const status = modelStatus({ lifecycle: shutdownDate === undefined ? {} : { shutdownDate } }, now);
      return {
        model,
        status,
        ...(shutdownDate === undefined ? {} : { shutdownDate }),
        ...(status === 'active' || model.lifecycle.replacement === undefined
          ? {}
          : { replacement: model.lifecycle.replacement }),
        ...(remoteById === undefined ? {} : { live: seen !== undefined }),
      };
    });
}
