/** What is asked for: the PROMPT argument, which is text, `-` for standard input, or `@file`; or a file of many prompts. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod';
import { ShotlistError } from '../core/errors.ts';
import type { MediaKind } from '../core/generation.ts';
import { readStdin, type Io } from './io.ts';

/**
 * The prompt as it will be sent: without a byte order mark and without white space at the ends of what was read.
 * @throws ShotlistError `not_found` for a missing file, `invalid_request` for one that is no text
 */
export async function readPrompt(argument: string | undefined, io: Io): Promise<string> {
  if (argument === undefined) return '';
  if (argument === '-') return tidy(await readStdin(io, 'the prompt'));
  if (!argument.startsWith('@')) return argument;
  return readText(
    resolve(io.folder, argument.slice(1)),
    '@ stands for a file; a prompt that begins with @ can be given with "-" on standard input.',
  );
}

const pictureEntrySchema = z.strictObject({
  prompt: z.string(),
  model: z.string().optional(),
  size: z.string().optional(),
  aspect: z.string().optional(),
  count: z.int().positive().optional(),
  seed: z.int().nonnegative().optional(),
  references: z.array(z.string()).optional(),
  parameters: z.record(z.string(), z.unknown()).optional(),
});
const clipEntrySchema = pictureEntrySchema.extend({
  seconds: z.number().positive().optional(),
  resolution: z.string().optional(),
  image: z.string().optional(),
  lastFrame: z.string().optional(),
});
/** One of many prompts: what it says wins over the options of the command. */
export type PromptEntry = z.infer<typeof clipEntrySchema>;

/**
 * The prompts of `--prompts FILE` (`-`: standard input): one a line, or a JSON array of texts and objects.
 * @throws ShotlistError `not_found` for a missing file, `invalid_request` for one that holds something else
 */
export async function readPrompts(file: string, kind: MediaKind, io: Io): Promise<PromptEntry[]> {
  const text =
    file === '-' ? tidy(await readStdin(io, 'the prompts, one a line')) : await readText(resolve(io.folder, file));
  const entries = text.startsWith('[')
    ? parseEntries(text, file, kind === 'video' ? clipEntrySchema : pictureEntrySchema)
    : linesOf(text);
  if (entries.length > 0) return entries;
  throw new ShotlistError('invalid_request', `${file} holds no prompts.`, { hint: 'Write one a line.' });
}

function parseEntries(text: string, file: string, entrySchema: typeof pictureEntrySchema): PromptEntry[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ShotlistError('invalid_request', `${file} is no valid JSON: ${(error as Error).message}.`, {
      hint: 'Prompts that begin with a bracket go into a JSON array too.',
      cause: error,
    });
  }
  const texts = z.preprocess((item) => (typeof item === 'string' ? { prompt: item } : item), entrySchema);
  const parsed = z.array(texts).safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const [index = 0, ...path] = issue?.path ?? [];
  throw new ShotlistError(
    'invalid_request',
    `${file} is wrong at prompt ${Number(index) + 1}${path.length === 0 ? '' : `, ${path.join('.')}`}: ${issue?.message ?? ''}.`,
    { hint: `An entry is a text, or an object with ${Object.keys(entrySchema.shape).join(', ')}.` },
  );
}

function linesOf(text: string): PromptEntry[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((prompt) => ({ prompt }));
}

async function readText(path: string, hint?: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new ShotlistError('not_found', `There is no prompt file ${path}.`, { hint, cause: error });
  }
  try {
    return tidy(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new ShotlistError('invalid_request', `${path} is no UTF-8 text.`, { cause: error });
  }
}

function tidy(text: string): string {
  return text.replace(/^\uFEFF/, '').trim();
}
