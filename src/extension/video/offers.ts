/** Which video models there are to choose from, at which connection. */
import { models } from '../../core/catalog/catalog.ts';
import { modelStatus, type ModelStatus, type VideoModel } from '../../core/catalog/model.ts';
import { servesRetiredModels, type Connection } from '../../core/connections/connection.ts';

/** One model at one connection. */
export interface ModelOffer {
  readonly connection: Connection;
  readonly model: VideoModel;
  readonly status: ModelStatus;
}

const snapshot = /-\d{4}-\d{2}-\d{2}$/;

/**
 * In the order of the connections, those that can be used at once first and the sandbox last; of each the living
 * models first. A model that has ended is left out where its own vendor would refuse it.
 * @param now milliseconds since 1970
 */
export function videoOffers(
  connections: readonly Connection[],
  isReady: (connection: Connection) => boolean,
  now: number,
): readonly ModelOffer[] {
  const rank = (connection: Connection): number => (connection.embedded ? 2 : isReady(connection) ? 0 : 1);
  return connections
    .toSorted((one, other) => rank(one) - rank(other))
    .flatMap((connection) => offersOf(connection, now));
}

function offersOf(connection: Connection, now: number): ModelOffer[] {
  const offers = models
    .flatMap((model) => (model.kind === 'video' && isOffered(model, connection) ? [model] : []))
    .map((model) => ({ model, connection, status: modelStatus(model, now) }))
    .filter(({ model, status }) => status !== 'retired' || servesRetiredModels(connection, model.vendor));
  return offers.toSorted((one, other) => Number(one.status === 'retired') - Number(other.status === 'retired'));
}

/** A model under a date stands beside the one without, so it is only offered where the person named it. */
function isOffered(model: VideoModel, connection: Connection): boolean {
  if (!connection.protocols.includes(model.protocol)) return false;
  return !snapshot.test(model.id) || Object.values(connection.models ?? {}).includes(model.id);
}

/** Dollars a second: the least and the most that the model's resolutions cost; undefined where no price is known. */
export function pricePerSecond(model: VideoModel): { readonly least: number; readonly most: number } | undefined {
  if (model.price === undefined) return undefined;
  const rates = Object.values(model.price.perSecond);
  return { least: Math.min(...rates), most: Math.max(...rates) };
}
