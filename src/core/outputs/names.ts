/** File names from prompts: the same on Linux, macOS and Windows, and never more than a name. */
import filenamify from 'filenamify';
import { ShotlistError } from '../errors.ts';

export interface NameParts {
  /** Milliseconds since 1970; shown in the machine's time zone. */
  readonly now: number;
  readonly prompt: string;
  /** Request hash; its first eight digits are used. */
  readonly hash: string;
  readonly model: string;
  /** Place in the plan, from 0, as in the sidecar. */
  readonly index: number;
}

const maxWords = 6;
const maxWordsCharacters = 60;
const maxStemCharacters = 100;
/** File systems count bytes (255); room is left for a number, an extension and `.json`. */
const maxStemBytes = 180;
const fallbackStem = 'output';
const deviceName = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)/i;
/** Controls, directions of writing, zero-width characters, unassigned and private ones: seen by machines only. */
const invisible = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/gu;

/**
 * A file name without extension from a pattern of `{date}` (YYYYMMDD), `{time}` (HHMMSS), `{words}`, `{hash}`,
 * `{model}` and `{index}`. At most 100 characters, never empty, no separator, not hidden, not a device of Windows.
 * @throws ShotlistError `invalid_request` for a token that there isn't
 */
export function outputStem(pattern: string, parts: NameParts): string {
  const date = new Date(parts.now);
  const values: Readonly<Record<string, () => string>> = {
    date: () => digits(date.getFullYear(), 4) + digits(date.getMonth() + 1, 2) + digits(date.getDate(), 2),
    time: () => digits(date.getHours(), 2) + digits(date.getMinutes(), 2) + digits(date.getSeconds(), 2),
    words: () => wordsOf(parts.prompt),
    hash: () => parts.hash.slice(0, 8),
    model: () => parts.model,
    index: () => String(parts.index),
  };
  const name = pattern.replaceAll(/\{([^{}]*)\}/g, (token, key: string) => {
    const value = Object.hasOwn(values, key) ? values[key] : undefined;
    if (value === undefined) {
      throw new ShotlistError('invalid_request', `The pattern of file names has ${token}, which means nothing.`, {
        hint: `There are ${Object.keys(values)
          .map((each) => `{${each}}`)
          .join(' ')}.`,
      });
    }
    return value();
  });
  // a prompt without words would leave two dashes
  return safeStem(name.replaceAll(/-{2,}/g, '-'));
}

/** Makes any text a safe file name without extension; idempotent. */
export function safeStem(text: string): string {
  const visible = text.normalize('NFC').replaceAll(invisible, '').replaceAll(/\s+/gu, ' ');
  const replaced = filenamify(visible, { replacement: '-', maxLength: Number.MAX_SAFE_INTEGER });
  const stem = trimEnds(shorten(trimEnds(replaced)));
  if (stem === '') return fallbackStem;
  return deviceName.test(stem) ? `_${stem}` : stem;
}

/** A leading dot hides a file, a leading dash makes it an option, a trailing dot or space vanishes on Windows. */
function trimEnds(text: string): string {
  return text.replace(/^[\s.\-~]+/u, '').replace(/[\s.-]+$/u, '');
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** Cuts between characters as people see them. */
function shorten(text: string): string {
  let result = '';
  let bytes = 0;
  for (const { segment } of graphemes.segment(text.slice(0, maxStemCharacters))) {
    bytes += Buffer.byteLength(segment);
    if (bytes > maxStemBytes || result.length + segment.length > maxStemCharacters) break;
    result += segment;
  }
  return result;
}

/** The first words of a prompt, in lower case, joined by dashes; letters of all scripts stay. */
function wordsOf(prompt: string): string {
  const words = prompt
    .slice(0, 1000)
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/['’]/g, '')
    .match(/[\p{L}\p{N}\p{M}]+/gu);
  let result = '';
  for (const word of (words ?? []).slice(0, maxWords)) {
    const longer = result === '' ? word : `${result}-${word}`;
    if (longer.length > maxWordsCharacters) return result === '' ? longer.slice(0, maxWordsCharacters) : result;
    result = longer;
  }
  return result;
}

function digits(value: number, length: number): string {
  return String(value).padStart(length, '0');
}
