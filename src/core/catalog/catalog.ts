/** The catalog: all models, and how a name at a connection becomes one of them. */
import type { Connection } from '../connections/connection.ts';
import { servesRetiredModels, vendorOf } from '../connections/connection.ts';
import { ShotlistError } from '../errors.ts';
import type { MediaKind } from '../generation.ts';
import { modelStatus, type Model } from './model.ts';
import { generalImageModel, openaiImageModels } from './openai-images.ts';
import { closest } from './closest.ts';

export const models: readonly Model[] = [...openaiImageModels];

/** What a kind is made with where nobody chose; the connection is then the first with a key. */
export const defaultModels: Readonly<Partial<Record<MediaKind, string>>> = { image: 'gpt-image-2.6-flare' };

const byId: ReadonlyMap<string, Model> = new Map(models.map((model) => [model.id, model]));

export function findModel(id: string): Model | undefined {
  return byId.get(id);
}

/**
 * The model of that name at that connection: the connection's own names first, then the catalog, then, where the
 * connection is another server than the model's vendor, the protocol's general schema.
 * @throws ShotlistError `model_retired`, `model_not_found`, `invalid_request` (a model of another kind or protocol)
 */
export function resolveModel(name: string, kind: MediaKind, connection: Connection, now: number): Model {
  const model = findModel(connection.models?.[name] ?? name);
  if (model === undefined) {
    if (connection.allowsUnknownModels && kind === 'image') return generalImageModel(name);
    throw unknownModel(name, kind, connection);
  }
  if (model.kind !== kind) {
    throw new ShotlistError('invalid_request', `${model.id} makes ${model.kind}, not ${kind}.`, {
      hint: `Models for ${kind}: ${activeIds(kind, now).join(', ')}.`,
    });
  }
  if (!connection.protocols.includes(model.protocol)) {
    throw new ShotlistError(
      'invalid_request',
      `The connection "${connection.id}" doesn't speak the ${model.protocol} protocol that ${model.id} needs.`,
      { hint: `It speaks ${connection.protocols.join(', ')}. Choose another connection or model.` },
    );
  }
  if (modelStatus(model, now) === 'retired' && !servesRetiredModels(connection, model.vendor)) {
    throw retiredModel(model);
  }
  return model;
}

/** The name that goes over the wire: the connection's own name for a catalog model, else its id. */
export function wireModelName(modelId: string, connection: Connection): string {
  const own = Object.entries(connection.models ?? {}).find(([, id]) => id === modelId);
  return own?.[0] ?? modelId;
}

/** Sentence for a model that ends soon; undefined for others. */
export function lifecycleWarning(model: Model, connection: Connection, now: number): string | undefined {
  if (modelStatus(model, now) !== 'deprecated' || vendorOf(connection) !== model.vendor) return undefined;
  const { shutdownDate, replacement } = model.lifecycle;
  return `${model.id} shuts down on ${shutdownDate}${replacement === undefined ? '' : `; its replacement is ${replacement}`}.`;
}

function retiredModel(model: Model): ShotlistError {
  const { shutdownDate, replacement } = model.lifecycle;
  return new ShotlistError('model_retired', `${model.id} was shut down on ${shutdownDate}.`, {
    hint:
      replacement === undefined
        ? 'It has no replacement; another server that still serves it can be named as a connection.'
        : `Use ${replacement} instead.`,
  });
}

function unknownModel(name: string, kind: MediaKind, connection: Connection): ShotlistError {
  const ids = activeIds(kind, 0);
  const near = closest(
    name,
    models.filter((model) => model.kind === kind).map((model) => model.id),
  );
  return new ShotlistError('model_not_found', `There is no ${kind} model "${name}" at "${connection.id}".`, {
    hint: near === undefined ? `Models for ${kind}: ${ids.join(', ')}.` : `Did you mean ${near}?`,
  });
}

function activeIds(kind: MediaKind, now: number): string[] {
  return models
    .filter((model) => model.kind === kind && modelStatus(model, now) !== 'retired')
    .map((model) => model.id);
}
