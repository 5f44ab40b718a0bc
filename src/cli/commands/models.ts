/** `shotlist models`: the catalog, with prices and ends. */
import { type Command, Option } from 'commander';
import * as z from 'zod';
import { defaultModels } from '../../core/catalog/catalog.ts';
import type { ListedModel } from '../../core/catalog/live.ts';
import { estimateRequest } from '../../core/catalog/estimate.ts';
import { formatUsd } from '../../core/catalog/price.ts';
import { mediaKinds, type MediaKind } from '../../core/generation.ts';
import type { Act, Invocation } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
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
  shotlist models --live
  shotlist models --json            (with the parameters of each model as JSON Schema)

The price is that of one picture of 1024x1024 pixels at medium quality, as an estimate.`;

async function runModels(invocation: Invocation<ModelsOptions>): Promise<number> {
  const { options, output } = invocation;
  return withSession(invocation, async ({ pipeline, connection }) => {
    const listed = await pipeline.listModels({
      ...(options.kind === undefined ? {} : { kind: options.kind }),
      ...(options.live === true ? { live: true } : {}),
      ...(connection === undefined ? {} : { connection }),
    });
    for (const line of formatTable(['MODEL', 'KIND', 'STATUS', 'PRICE', 'ENDS'], listed.map(rowOf))) output.print(line);
    output.note('* is used where no model is named.');
    output.document({ ok: true, models: listed.map(documentOf) });
    return exitCodes.done;
  });
}

function rowOf({ model, status, shutdownDate, replacement, live }: ListedModel): string[] {
  const isDefault = defaultModels[model.kind] === model.id;
  const estimate = estimateRequest(model, { prompt: '', parameters: typical(model.id), inputs: [] }, 1);
  const ends = [shutdownDate, replacement === undefined ? undefined : `use ${replacement}`];
  return [
    `${model.id}${isDefault ? ' *' : ''}`,
    model.kind,
    live === false ? `${status}, not at this server` : status,
    estimate === undefined ? 'unknown' : formatUsd(estimate.usd),
    ends.filter((part) => part !== undefined).join(', '),
  ];
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
