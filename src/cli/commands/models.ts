/** `shotlist models`: the catalog, with prices and ends. */
import { type Command, Option } from 'commander';
import * as z from 'zod';
import { defaultModels } from '../../core/catalog/catalog.ts';
import type { ListedModel } from '../../core/catalog/live.ts';
import { estimateRequest } from '../../core/catalog/estimate.ts';
import type { Model } from '../../core/catalog/model.ts';
import { formatUsd } from '../../core/catalog/price.ts';
import { mediaKinds, type MediaKind } from '../../core/generation.ts';
import type { Act, Invocation } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { framesText, inputsText, lengthsText, pricesText } from '../model-constraints.ts';
import { withSession } from '../session.ts';
import { formatTable } from '../table.ts';

interface ModelsOptions {
  readonly kind?: MediaKind;
  readonly live?: boolean;
}

export function configureModels(command: Command, act: Act): void {
  command
    .usage('[OPTIONS]')
    .optionsGroup('Models:')
    .addOption(new Option('--kind <KIND>', 'only models for this').choices(mediaKinds))
    .option('--live', 'ask the server which models it has, and when they end')
    .addHelpText('after', examples)
    .action(act(runModels));
}

const examples = `
Examples:
  shotlist models --kind image
  shotlist models --kind video
  shotlist models --live
  shotlist models --json            (with the parameters of each model as JSON Schema)

Prices are estimates: of one picture of 1024x1024 pixels at medium quality, or of a second of clip.
With --kind video, what each model can do is listed too; (+7) is what an extension adds. What a server of your own serves is not in the list.`;

async function runModels(invocation: Invocation<ModelsOptions>): Promise<number> {
  const { options, output } = invocation;
  return withSession(invocation, async ({ pipeline, connection }) => {
    const listed = await pipeline.listModels({
      ...(options.kind === undefined ? {} : { kind: options.kind }),
      ...(options.live === true ? { live: true } : {}),
      ...(connection === undefined ? {} : { connection }),
    });
    const lines =
      options.kind === 'video'
        ? formatTable(clipHeader, listed.map(clipRowOf))
        : formatTable(['MODEL', 'KIND', 'STATUS', 'PRICE', 'ENDS'], listed.map(rowOf));
    for (const line of lines) output.print(line);
    output.note('* is used where no model is named.');
    output.document({ ok: true, models: listed.map(documentOf) });
    return exitCodes.done;
  });
}

const clipHeader = ['MODEL', 'STATUS', 'SECONDS', 'FRAMES', 'FROM', 'A SECOND', 'ENDS'];

function rowOf(listed: ListedModel): string[] {
  return [nameOf(listed), listed.model.kind, statusOf(listed), priceOf(listed.model), endOf(listed)];
}

function clipRowOf(listed: ListedModel): string[] {
  const { model } = listed;
  if (model.kind !== 'video') return [];
  const { limits } = model;
  // an ended model of the Sora protocol may live on at other servers, Google's ones live nowhere
  const isGone = listed.status === 'retired' && model.protocol !== 'openai';
  const can = isGone
    ? ['', '', '', '']
    : [lengthsText(limits), framesText(limits), inputsText(limits), pricesText(model)];
  return [nameOf(listed), statusOf(listed), ...can, endOf(listed)];
}

function nameOf({ model }: ListedModel): string {
  return `${model.id}${defaultModels[model.kind] === model.id ? ' *' : ''}`;
}

function statusOf({ status, live }: ListedModel): string {
  return live === false ? `${status}, not at this server` : status;
}

function endOf({ shutdownDate, replacement }: ListedModel): string {
  const parts = [shutdownDate, replacement === undefined ? undefined : `use ${replacement}`];
  return parts.filter((part) => part !== undefined).join(', ');
}

function priceOf(model: Model): string {
  if (model.kind === 'video') {
    const rates = Object.values(model.price?.perSecond ?? {});
    return rates.length === 0 ? 'unknown' : `from ${formatUsd(Math.min(...rates))} a second`;
  }
  const estimate = estimateRequest(model, { prompt: '', parameters: typical(model.id), inputs: [] }, 1);
  return estimate === undefined ? 'unknown' : formatUsd(estimate.usd);
}

/** The oldest models have no medium quality. */
function typical(id: string): Record<string, string> {
  return { size: '1024x1024', quality: id.startsWith('dall-e') ? 'standard' : 'medium' };
}

function documentOf({ model, status, shutdownDate, replacement, live }: ListedModel): object {
  return {
    id: model.id,
    vendor: model.vendor,
    kind: model.kind,
    status,
    ...(shutdownDate === undefined ? {} : { shutdownDate }),
    ...(replacement === undefined ? {} : { replacement }),
    ...(live === undefined ? {} : { live }),
    parameters: z.toJSONSchema(model.parameters, { io: 'input', unrepresentable: 'any' }),
  };
}
