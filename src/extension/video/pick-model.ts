import * as vscode from 'vscode';
import { generalVideoModel } from '../../core/catalog/openai-videos.ts';
import type { VideoModel } from '../../core/catalog/model.ts';
import type { Connection } from '../../core/connections/connection.ts';
import type { PickItem } from '../dialogs.ts';
import { connectionsOf, credentialsOf, withKey } from '../connections.ts';
import type { Services } from '../services.ts';
import type { Settings } from '../settings.ts';
import { videoOffers, type ModelOffer } from './offers.ts';
import { lengthsText, rateText, statusText } from './words.ts';

/** A video model at a connection. */
export interface VideoTarget {
  readonly connection: Connection;
  readonly model: VideoModel;
}

interface Pick extends VideoTarget {
  /** The name of the model is still to be typed. */
  readonly isNameless?: true;
}

/**
 * All video models by connection, with their price and their end. Where the chosen one has no key yet, it is asked for.
 * @param fits which of them can do what is wanted
 * @returns undefined where the person chose none
 */
export async function pickModel(
  services: Services,
  settings: Settings,
  fits: (model: VideoModel, connection: Connection) => boolean,
): Promise<VideoTarget | undefined> {
  const connections = connectionsOf(settings);
  const ready = await readyOnes(services, connections);
  const offers = videoOffers(connections, (connection) => ready.has(connection), Date.now()).filter((offer) =>
    fits(offer.model, offer.connection),
  );
  const items = connectionsInOrder(offers, connections).flatMap((connection) => [
    ...offers.filter((offer) => offer.connection === connection).map((offer) => itemOf(offer, ready)),
    ...otherModel(connection, ready, fits),
  ]);
  const picked = await services.dialogs.pick(vscode.l10n.t('Model'), items, {
    placeHolder: vscode.l10n.t('Which model makes the video? Where a key is missing, it is asked for.'),
  });
  if (picked === undefined) return undefined;
  const named = picked.isNameless === true ? await askForName(services, picked) : picked;
  return named !== undefined && (await withKey(services, named.connection)) ? named : undefined;
}

async function readyOnes(services: Services, connections: readonly Connection[]): Promise<ReadonlySet<Connection>> {
  const credentials = credentialsOf(services);
  const ready = new Set<Connection>();
  for (const connection of connections) {
    if (!connection.needsKey || (await credentials.find(connection)) !== undefined) ready.add(connection);
  }
  return ready;
}

/** Those with offers in the offers' order, then servers of the person's own that may have models of any name. */
function connectionsInOrder(offers: readonly ModelOffer[], connections: readonly Connection[]): readonly Connection[] {
  return [...new Set([...offers.map((offer) => offer.connection), ...connections.filter(takesAnyName)])];
}

function takesAnyName(connection: Connection): boolean {
  return connection.allowsUnknownModels && !connection.embedded && connection.protocols.includes('openai');
}

function groupOf(connection: Connection, ready: ReadonlySet<Connection>): string {
  if (ready.has(connection)) return connection.label;
  return vscode.l10n.t('{0}, no key yet', connection.label);
}

function itemOf(offer: ModelOffer, ready: ReadonlySet<Connection>): PickItem<Pick> {
  // models that have ended share their labels with the living ones
  const id = offer.status === 'retired' ? offer.model.id : '';
  const about = [id, rateText(offer), lengthsText(offer.model), statusText(offer)];
  return {
    label: offer.model.label,
    description: about.filter((part) => part !== '').join(' · '),
    group: groupOf(offer.connection, ready),
    ...(ready.has(offer.connection) ? {} : { icon: 'key' }),
    value: offer,
  };
}

/** Servers of the person's own may have models that nobody but them knows. */
function otherModel(
  connection: Connection,
  ready: ReadonlySet<Connection>,
  fits: (model: VideoModel, connection: Connection) => boolean,
): readonly PickItem<Pick>[] {
  const model = generalVideoModel('');
  if (!takesAnyName(connection) || !fits(model, connection)) return [];
  return [
    {
      label: vscode.l10n.t('Another Model…'),
      description: vscode.l10n.t('by the name that the server has for it'),
      group: groupOf(connection, ready),
      value: { connection, model, isNameless: true },
    },
  ];
}

async function askForName(services: Services, { connection }: Pick): Promise<VideoTarget | undefined> {
  const typed = await services.dialogs.ask({
    title: vscode.l10n.t('Model at {0}', connection.label),
    prompt: vscode.l10n.t('What does the server call the model?'),
  });
  const name = typed?.trim() ?? '';
  return name === '' ? undefined : { connection, model: generalVideoModel(name) };
}
