/** `shotlist video`: makes clips from a prompt, pictures, or earlier clips. */
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { models } from '../../core/catalog/catalog.ts';
import { generalVideoModel } from '../../core/catalog/openai-videos.ts';
import { ShotlistError } from '../../core/errors.ts';
import { videoActions, type VideoAction } from '../../core/generation.ts';
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
import { addWaitOptions, type WaitOptions } from '../wait-options.ts';

interface VideoOptions extends DraftOptions, WaitOptions {
  readonly seconds?: number;
  readonly size?: string;
  readonly aspect?: string;
  readonly resolution?: string;
  readonly image?: string;
  readonly lastFrame?: string;
  readonly reference?: readonly string[];
  readonly remix?: string;
  readonly edit?: string;
  readonly extend?: string;
}

/** Said in words that mean the same for every model. */
const words = ['seconds', 'size', 'aspect-ratio', 'resolution', 'seed'];
const flags = parameterFlags([...models.filter((model) => model.kind === 'video'), generalVideoModel('any')]).filter(
  ({ flag }) => !words.includes(flag),
);

export function configureVideo(command: Command, act: Act): void {
  command.usage('[PROMPT] [OPTIONS]').argument('[PROMPT]', 'what the clip shows: text, @FILE, or - for standard input');
  command.optionsGroup('Clip (`shotlist models --kind video` says what each model can):');
  addDraftOptions(command, 'clips');
  command
    .option('--seconds <N>', 'length of the clip', seconds)
    .option('--size <WxH>', 'width and height in pixels')
    .option('--aspect <W:H>', 'shape of the clip, for example 16:9, instead of --size')
    .option('--resolution <R>', '720p, 1080p, 4k …, instead of --size')
    .option('--image <FILE>', 'picture that the clip begins with')
    .option('--last-frame <FILE>', 'picture that the clip ends with')
    .option('--reference <FILE>', 'picture of somebody or something to show; repeatable', collect)
    .option('--remix <JOB_OR_VIDEO_ID>', 'make an earlier clip anew in another way')
    .option('--edit <ID_OR_FILE>', 'change an earlier clip')
    .option('--extend <ID_OR_FILE>', 'go on where an earlier clip ends');
  addWaitOptions(command);
  command.optionsGroup('More parameters (`shotlist models --json` says which model takes what):');
  addParameterFlags(command, flags);
  addLastOptions(command);
  command.addHelpText('after', examples).action(act(runVideo));
}

const examples = `
Examples:
  shotlist video "a fox runs through the snow" --seconds 8 --aspect 16:9
  shotlist video "the lamp goes on" --image lighthouse.png -o lighthouse.mp4
  shotlist video "the same at night" --remix job_3f9c2a
  shotlist video --prompts shots.txt --no-wait
  shotlist video "a fox in the snow" --provider omni|veo|sora2      (a connection with its model)
  shotlist video "a fox in the snow" --connection sandbox           (no key, no cost)
  shotlist video "a fox" --provider sora2 --base-url http://localhost:8091/v1 --model my-model

Clips take minutes. Ctrl-C, a crash or --no-wait lose nothing: \`shotlist jobs\` lists them and
\`shotlist jobs resume\` fetches them. The paths of the clips are printed, one a line.`;

async function runVideo(invocation: Invocation<VideoOptions>): Promise<number> {
  const { options, io } = invocation;
  const entries = await readEntries(invocation, 'video', {
    isEnough: false,
    message: 'Say what the clip should show.',
    hint: 'For example: shotlist video "a fox runs through the snow".',
  });
  const parameters = parametersFrom(flags, { ...options }, options.param ?? []);
  const drafts = entries.map((entry) => draftOf(entry, parameters, options, io));
  return generate(invocation, { kind: 'video', model: options.model, drafts, waiting: options });
}

function draftOf(
  entry: PromptEntry,
  given: Readonly<Record<string, unknown>>,
  options: Invocation<VideoOptions>['options'],
  io: Io,
): Draft {
  const { seconds: parameterSeconds, resolution: parameterResolution, ...others } = given;
  if (options.size !== undefined && others['size'] !== undefined && others['size'] !== options.size) {
    throw new ShotlistError('invalid_request', 'size is given twice, with different values.');
  }
  const parameters = { ...others, ...(options.size === undefined ? {} : { size: options.size }) };
  const length = entry.seconds ?? options.seconds ?? parameterSeconds;
  const resolution = entry.resolution ?? (entry.size === undefined ? options.resolution : undefined);
  const source = sourceOf(options);
  return {
    kind: 'video',
    ...commonDraft(entry, options, parameters, io),
    ...(length === undefined ? {} : { seconds: secondsOf(length) }),
    ...(resolution === undefined && parameterResolution === undefined
      ? {}
      : { resolution: resolution ?? String(parameterResolution) }),
    ...(source === undefined ? {} : { source }),
    inputs: inputsOf(entry, options, io),
  };
}

function inputsOf(
  { image, lastFrame, references }: PromptEntry,
  options: VideoOptions,
  io: Io,
): NonNullable<Draft['inputs']> {
  const path = (file: string): string => resolve(io.folder, file);
  const first = image ?? options.image;
  const last = lastFrame ?? options.lastFrame;
  return [
    ...(first === undefined ? [] : [{ role: 'first_frame' as const, path: path(first) }]),
    ...(last === undefined ? [] : [{ role: 'last_frame' as const, path: path(last) }]),
    ...(references ?? options.reference ?? []).map((file) => ({ role: 'reference' as const, path: path(file) })),
  ];
}

function sourceOf(options: Readonly<Partial<Record<VideoAction, string>>>): Draft['source'] {
  const given = videoActions.flatMap((action) => {
    const clip = options[action];
    return clip === undefined ? [] : [{ action, clip }];
  });
  if (given.length > 1) {
    throw new ShotlistError(
      'invalid_request',
      `Give one of ${given.map(({ action }) => `--${action}`).join(' and ')}, not both.`,
    );
  }
  return given[0];
}

function secondsOf(value: unknown): number {
  const number = typeof value === 'number' ? value : Number(String(value).replace(/s$/, ''));
  if (Number.isFinite(number) && number > 0) return number;
  throw new ShotlistError('invalid_request', `"${String(value)}" is no length.`, { hint: 'Give a number of seconds.' });
}

function seconds(text: string): number {
  const number = Number(text.replace(/s$/, ''));
  if (text.trim() === '' || !(number > 0) || !Number.isFinite(number)) {
    throw new InvalidArgumentError('It has to be a number of seconds.');
  }
  return number;
}
