/** The catalog: all models, and how a name at a connection becomes one of them. */
import type { Connection } from '../connections/connection.ts';
import { servesRetiredModels, vendorOf } from '../connections/connection.ts';
import { ShotlistError } from '../errors.ts';
import type { MediaKind } from '../generation.ts';
import { modelStatus, type Model } from './model.ts';
import { closest } from './closest.ts';
import { googleImageModels } from './google-images.ts';
import { googleVideoModels } from './google-videos.ts';
import { generalImageModel, openaiImageModels } from './openai-images.ts';
import { generalVideoModel, openaiVideoModels } from './openai-videos.ts';

export const models: readonly Model[] = [
  ...openaiImageModels,
  ...googleImageModels,
  ...googleVideoModels,
  ...openaiVideoModels,
];

/** What a kind is made with where nobody chose; the connection is then the first with a key. */
export const defaultModels: Readonly<Partial<Record<MediaKind, string>>> = {
  image: 'gpt-image-2.6-flare',
  video: 'gemini-omni-1.1-flash',
};

const byId: ReadonlyMap<string, Model> = new Map(models.map((model) => [model.id, model]));

export function findModel(id: string): Model | undefined {
  return byId.get(id);
}

/**
 * What a kind is made with where nobody chose a model: the catalog's default, or at a connection that doesn't serve that
 * one the first that it does serve, living ones before ended ones.
 * @throws ShotlistError `invalid_request` where the connection has none of that kind
 */
export function defaultModelFor(kind: MediaKind, connection: Connection | undefined, now: number): string {
  const usual = findModel(defaultModels[kind] ?? '');
  if (usual !== undefined && (connection === undefined || connection.protocols.includes(usual.protocol)))
    return usual.id;
  const candidates = models.filter(
    (model) => model.kind === kind && connection?.protocols.includes(model.protocol) === true,
  );
  const chosen = candidates.find((model) => modelStatus(model, now) !== 'retired') ?? candidates[0];
  if (chosen !== undefined) return chosen.id;
  throw new ShotlistError(
    'invalid_request',
    `There is no default model for ${kind}${connection === undefined ? '' : ` at "${connection.id}"`}; name one.`,
  );
}

/**
 * The model of that name at that connection: the connection's own names first, then the catalog, then, where the
 * connection is another server than the model's vendor, the protocol's general schema.
 * @throws ShotlistError `model_retired`, `model_not_found`, `invalid_request` (a model of another kind or protocol)
 */
export function resolveModel(name: string, kind: MediaKind, connection: Connection, now: number): Model {
  const model = findModel(connection.models?.[name] ?? name);
  if (model === undefined) {
    const general = connection.allowsUnknownModels ? generalModel(name, kind, connection) : undefined;
    if (general !== undefined) return general;
    throw unknownModel(name, kind, connection);
  }
  if (model.kind !== kind) {
    throw new ShotlistError('invalid_request', `${model.id} makes ${model.kind}, not ${kind}.`, {
      hint: `Models for ${kind}: ${activeIds(kind, now).join(', ')}.`,
    });
  }
  if (!connection.protocols.includes(model.protocol)) {
    // a gateway may offer models of any vendor through the protocol that it speaks
    const general = connection.allowsUnknownModels ? generalModel(name, kind, connection) : undefined;
    if (general !== undefined) return general;
    if (modelStatus(model, now) === 'retired') throw retiredModel(model);
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

/** What the OpenAI protocol has in general; the other protocols have no servers but their vendor's. */
function generalModel(name: string, kind: MediaKind, connection: Connection): Model | undefined {
  if (!connection.protocols.includes('openai')) return undefined;
  return kind === 'image' ? generalImageModel(name) : kind === 'video' ? generalVideoModel(name) : undefined;
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
  const { shutdownDate, replacement, movedTo } = model.lifecycle;
  const use = replacement === undefined ? 'It has no replacement.' : `Use ${replacement} instead.`;
  return new ShotlistError('model_retired', `${model.id} was shut down on ${shutdownDate}.`, {
    hint: `${use} ${movedTo ?? 'Another server that still serves it can be named as a connection.'}`,
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
