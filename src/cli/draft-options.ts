/** Options that every command that makes something anew has, and what they come to in a draft. */
import { resolve, sep } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { ShotlistError } from '../core/errors.ts';
import type { MediaKind } from '../core/generation.ts';
import type { Draft } from '../core/pipeline.ts';
import type { GlobalOptions, Invocation } from './command.ts';
import type { Io } from './io.ts';
import { readPrompt, readPrompts, type PromptEntry } from './prompt.ts';

export interface DraftOptions {
  readonly model?: string;
  readonly count?: number;
  readonly prompts?: string;
  readonly param?: readonly string[];
  readonly seed?: number;
}

/** `noun`: what is made, in the plural. */
export function addDraftOptions(command: Command, noun: string): void {
  command
    .option('-m, --model <MODEL>', 'model to use; `shotlist models` lists them')
    .option('-n, --count <N>', `how many ${noun}`, wholeNumber)
    .option('--prompts <FILE>', 'many prompts at once: one a line, or a JSON array; - for standard input');
}

/** They stand after the flags that are derived from the models. */
export function addLastOptions(command: Command): void {
  command
    .option('--param <NAME=VALUE>', 'any parameter by its name on the wire; repeatable', collect)
    .option('--seed <N>', 'sent where the model has one', seedNumber);
}

/**
 * What is asked for: one prompt, or those of a file.
 * @throws ShotlistError `invalid_request` where both are given, or standard input would be read twice
 */
export async function readEntries(
  { arguments: given, options, io }: Invocation<DraftOptions>,
  kind: MediaKind,
  nothing: { readonly isEnough: boolean; readonly message: string; readonly hint: string },
): Promise<PromptEntry[]> {
  const [argument] = given;
  const { prompts } = options;
  if (argument !== undefined && prompts !== undefined) {
    throw new ShotlistError('invalid_request', 'Give one prompt or a file of prompts, not both.');
  }
  if ((argument === '-' || prompts === '-') && options.apiKey === '-') {
    throw new ShotlistError('invalid_request', 'Standard input can hold the prompt or the key, not both.', {
      hint: 'Give the prompt as text or @FILE, or the key in the environment.',
    });
  }
  if (prompts !== undefined) return readPrompts(prompts, kind, io);
  if (argument === undefined && !nothing.isEnough) {
    throw new ShotlistError('invalid_request', nothing.message, { hint: nothing.hint });
  }
  return [{ prompt: await readPrompt(argument, io) }];
}

/** The words that mean the same for all kinds; those of an entry win over those of the command line. */
export function commonDraft(
  entry: PromptEntry,
  options: GlobalOptions & DraftOptions & { readonly aspect?: string },
  parameters: Readonly<Record<string, unknown>>,
  io: Io,
): Omit<Draft, 'kind'> {
  const model = entry.model ?? options.model;
  const aspect = entry.aspect ?? (entry.size === undefined ? options.aspect : undefined);
  const count = entry.count ?? options.count;
  const seed = entry.seed ?? options.seed;
  const { output } = options;
  const { size: _, ...others } = parameters;
  return {
    prompt: entry.prompt,
    ...(model === undefined ? {} : { model }),
    ...(aspect === undefined ? {} : { aspect }),
    ...(count === undefined ? {} : { count }),
    ...(seed === undefined ? {} : { seed }),
    ...(output === undefined ? {} : { output: pathOfOutput(output, io) }),
    parameters: {
      ...(entry.aspect === undefined ? parameters : others),
      ...(entry.size === undefined ? {} : { size: entry.size }),
      ...entry.parameters,
    },
  };
}

/** A separator at the end says that a folder is meant, so it stays. */
export function pathOfOutput(output: string, io: Io): string {
  const path = resolve(io.folder, output);
  return /[/\\]$/.test(output) ? path + sep : path;
}

export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError('It has to be a whole number from 1.');
  return Number(text);
}

function seedNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It has to be a whole number from 0.');
  return Number(text);
}
