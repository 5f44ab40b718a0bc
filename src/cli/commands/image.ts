/** `shotlist image`: makes pictures from a prompt, or edits pictures. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { models } from '../../core/catalog/catalog.ts';
import type { Draft } from '../../core/pipeline.ts';
import type { Act, Invocation } from '../command.ts';
import {
  addDraftOptions,
  addLastOptions,
  collect,
  commonDraft,
  readEntries,
  type DraftOptions,
} from '../draft-options.ts';
import { generate } from '../generate.ts';
import type { Io } from '../io.ts';
import { addParameterFlags, parameterFlags, parametersFrom } from '../parameter-flags.ts';
import type { PromptEntry } from '../prompt.ts';

interface ImageOptions extends DraftOptions {
  readonly aspect?: string;
  readonly reference?: readonly string[];
  readonly mask?: string;
  readonly stream?: boolean;
}

const flags = parameterFlags(models.filter((model) => model.kind === 'image')).filter(({ flag }) => flag !== 'seed');
/** These stand first in help; they are what people reach for. */
const common = ['size', 'quality', 'background', 'output_format'];

export function configureImage(command: Command, act: Act): void {
  command
    .usage('[PROMPT] [OPTIONS]')
    .argument('[PROMPT]', 'what the picture shows: text, @FILE, or - for standard input')
    .optionsGroup('Picture:');
  addDraftOptions(command, 'pictures');
  command.option('--aspect <W:H>', 'shape of the picture, for example 16:9, instead of --size');
  addParameterFlags(
    command,
    flags.filter(({ parameter }) => common.includes(parameter)),
  );
  command
    .option('--reference <FILE>', 'edit this picture; repeat it for more of them', collect)
    .option('--mask <FILE>', 'PNG whose transparent part is painted anew')
    .option('--stream', 'show previews while the picture is made')
    .optionsGroup('More parameters (`shotlist models --json` says which model takes what):');
  addParameterFlags(
    command,
    flags.filter(({ parameter }) => !common.includes(parameter)),
  );
  addLastOptions(command);
  command.addHelpText('after', examples).action(act(runImage));
}

const examples = `
Examples:
  shotlist image "a lighthouse at dusk, gouache"
  shotlist image "a lighthouse at dusk" --aspect 16:9 --quality high -o art/lighthouse.webp
  shotlist image @prompts/logo.txt --background transparent -n 3
  shotlist image "the same place in winter" --reference lighthouse.png
  shotlist image "a lighthouse at dusk" --connection google --model gemini-3.1-flash-image
  shotlist image --prompts posters.txt -o art/
  shotlist image "a lighthouse at dusk" --connection sandbox       (no key, no cost)
  shotlist image "a lighthouse at dusk" --base-url http://localhost:8000/v1 --model my-model

The paths of the pictures are printed, one a line. Beside each picture lies its sidecar, NAME.png.json:
how it was made. Pictures go to shotlist-output/ unless -o names a place; nothing is ever overwritten.`;

async function runImage(invocation: Invocation<ImageOptions>): Promise<number> {
  const { options, io } = invocation;
  const entries = await readEntries(invocation, 'image', {
    isEnough: options.reference !== undefined,
    message: 'Say what the picture should show.',
    hint: 'For example: shotlist image "a lighthouse at dusk".',
  });
  const parameters = parametersFrom(flags, { ...options }, options.param ?? []);
  const drafts = entries.map((entry) => draftOf(entry, parameters, options, io));
  return generate(invocation, { kind: 'image', model: options.model, drafts });
}

function draftOf(
  entry: PromptEntry,
  parameters: Readonly<Record<string, unknown>>,
  options: Invocation<ImageOptions>['options'],
  io: Io,
): Draft {
  const path = (file: string): string => resolve(io.folder, file);
  const { stream, mask } = options;
  return {
    kind: 'image',
    ...commonDraft(entry, options, parameters, io),
    ...(stream === undefined ? {} : { stream }),
    inputs: [
      ...(entry.references ?? options.reference ?? []).map((file) => ({
        role: 'reference' as const,
        path: path(file),
      })),
      ...(mask === undefined ? [] : [{ role: 'mask' as const, path: path(mask) }]),
    ],
  };
}
