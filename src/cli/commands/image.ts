/** `shotlist image`: makes pictures from a prompt, or edits pictures. */
import { resolve, sep } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { models } from '../../core/catalog/catalog.ts';
import { ShotlistError } from '../../core/errors.ts';
import { confirmLimits, sizeOfPlan } from '../../core/planning/plan-size.ts';
import type { Draft } from '../../core/pipeline.ts';
import type { Act, Invocation } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { addParameterFlags, parameterFlags, parametersFrom } from '../parameter-flags.ts';
import { planDocument, printPlan } from '../plan-text.ts';
import { readPrompt } from '../prompt.ts';
import { runJobs } from '../run-jobs.ts';
import { withSession } from '../session.ts';
import { checkBudget, confirmSize } from '../spending.ts';

interface ImageOptions {
  readonly model?: string;
  readonly aspect?: string;
  readonly count?: number;
  readonly reference?: readonly string[];
  readonly mask?: string;
  readonly stream?: boolean;
  readonly param?: readonly string[];
  readonly seed?: string;
}

const flags = parameterFlags(models.filter((model) => model.kind === 'image'));
/** These stand first in help; they are what people reach for. */
const common = ['size', 'quality', 'background', 'output_format'];

export function configureImage(command: Command, act: Act): void {
  command
    .usage('[PROMPT] [OPTIONS]')
    .argument('[PROMPT]', 'what the picture shows: text, @FILE, or - for standard input')
    .optionsGroup('Picture:')
    .option('-m, --model <MODEL>', 'model to use; `shotlist models` lists them')
    .option('-n, --count <N>', 'how many pictures', wholeNumber)
    .option('--aspect <W:H>', 'shape of the picture, for example 16:9, instead of --size');
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
  command
    .option('--param <NAME=VALUE>', 'any parameter by its name on the wire; repeatable', collect)
    .addOption(new Option('--seed <N>', 'sent where the model has one'))
    .addHelpText('after', examples)
    .action(act(runImage));
}

const examples = `
Examples:
  shotlist image "a lighthouse at dusk, gouache"
  shotlist image "a lighthouse at dusk" --aspect 16:9 --quality high -o art/lighthouse.webp
  shotlist image @prompts/logo.txt --background transparent -n 3
  shotlist image "the same place in winter" --reference lighthouse.png
  shotlist image "a lighthouse at dusk" --connection sandbox       (no key, no cost)
  shotlist image "a lighthouse at dusk" --base-url http://localhost:8000/v1 --model my-model

The paths of the pictures are printed, one a line. Beside each picture lies its sidecar, NAME.png.json:
how it was made. Pictures go to shotlist-output/ unless -o names a place; nothing is ever overwritten.`;

async function runImage(invocation: Invocation<ImageOptions>): Promise<number> {
  const { arguments: given, options, output } = invocation;
  const [argument] = given;
  if (argument === '-' && options.apiKey === '-') {
    throw new ShotlistError('invalid_request', 'Standard input can hold the prompt or the key, not both.', {
      hint: 'Give the prompt as text or @FILE, or the key in OPENAI_API_KEY.',
    });
  }
  if (argument === undefined && options.reference === undefined) {
    throw new ShotlistError('invalid_request', 'Say what the picture should show.', {
      hint: 'For example: shotlist image "a lighthouse at dusk".',
    });
  }
  const draft = await draftOf(argument, invocation);

  return withSession(invocation, async ({ pipeline, settings, connection }) => {
    const plan = await pipeline.plan([{ ...draft, ...(connection === undefined ? {} : { connection }) }]);
    const warnings = [...plan.warnings, ...seedWarning(options.seed, plan.jobs[0]?.request.model)];
    for (const warning of warnings) output.warn(warning);
    if (options.dryRun === true) {
      printPlan(plan, output);
      output.document(planDocument(plan, warnings));
      return exitCodes.done;
    }
    const size = sizeOfPlan(plan);
    checkBudget(size, options.maxCost);
    await confirmSize(size, confirmLimits(settings.confirmAbove, pipeline.workspace.config.confirmAbove), invocation);
    return runJobs(invocation, (runOptions) => pipeline.run(plan, runOptions), warnings);
  });
}

async function draftOf(argument: string | undefined, { options, io }: Invocation<ImageOptions>): Promise<Draft> {
  const path = (file: string): string => resolve(io.folder, file);
  const { model, aspect, count, stream, output } = options;
  return {
    kind: 'image',
    prompt: await readPrompt(argument, io),
    ...(model === undefined ? {} : { model }),
    ...(aspect === undefined ? {} : { aspect }),
    ...(count === undefined ? {} : { count }),
    ...(stream === undefined ? {} : { stream }),
    ...(output === undefined ? {} : { output: /[/\\]$/.test(output) ? path(output) + sep : path(output) }),
    parameters: parametersFrom(flags, { ...options }, options.param ?? []),
    inputs: [
      ...(options.reference ?? []).map((file) => ({ role: 'reference' as const, path: path(file) })),
      ...(options.mask === undefined ? [] : [{ role: 'mask' as const, path: path(options.mask) }]),
    ],
  };
}

/** No image model has a seed now; asking for one is no mistake, because templates take it. */
function seedWarning(seed: string | undefined, model: string | undefined): string[] {
  return seed === undefined ? [] : [`${model ?? 'The model'} has no seed, so --seed isn't sent.`];
}

function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It has to be a whole number from 1.');
  return Number(text);
}
