/** The PROMPT argument: text, `-` for standard input, or `@file`. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ShotlistError } from '../core/errors.ts';
import { readStdin, type Io } from './io.ts';

/**
 * The prompt as it will be sent: without a byte order mark and without white space at the ends of what was read.
 * @throws ShotlistError `not_found` for a missing file, `invalid_request` for one that is no text
 */
export async function readPrompt(argument: string | undefined, io: Io): Promise<string> {
  if (argument === undefined) return '';
  if (argument === '-') return tidy(await readStdin(io, 'the prompt'));
  if (!argument.startsWith('@')) return argument;
  const path = resolve(io.folder, argument.slice(1));
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new ShotlistError('not_found', `There is no prompt file ${path}.`, {
      hint: '@ stands for a file; a prompt that begins with @ can be given with "-" on standard input.',
      cause: error,
    });
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
