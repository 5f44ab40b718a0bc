/** Finds the files that a template names, in allowed folders only. Runs in the render worker, so it may block. */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Source } from './engine/engine.ts';
import { TemplateFault } from './values/fault.ts';

/** Bytes that an included template or a file of choices may have. */
export const maxFileBytes = 64 * 1024;

/** A file that was read while a template was rendered. */
export interface ReadFile {
  /** Absolute, links followed. */
  readonly path: string;
  /** Lower-case hex SHA-256 of its bytes. */
  readonly sha256: string;
}

export interface FileLoader {
  /** A template by the name that another gives it, with `/`, relative to one of the folders. Throws TemplateFault. */
  loadSource(name: string): Source;
  /** A text file (`.txt`) for `wildcard()`. Throws TemplateFault. */
  readChoices(name: string): string;
  /** What was read so far, each file once. */
  files(): readonly ReadFile[];
}

/**
 * Looks in the folders one after the other. A name leads nowhere else: no `..`, no absolute path, no drive, and what
 * it names must lie in the folder also when links are followed.
 */
export function createFileLoader(roots: readonly string[]): FileLoader {
  const read = new Map<string, ReadFile>();

  const find = (name: string, extension: '.j2' | '.txt'): Source => {
    const segments = segmentsOf(name, extension);
    for (const root of roots) {
      const path = realPathIn(root, segments, name);
      if (path !== undefined) {
        if (!path.endsWith(extension)) throw outside(name);
        const bytes = readBytes(path, name);
        read.set(path, { path, sha256: createHash('sha256').update(bytes).digest('hex') });
        return { path, name, text: decode(bytes, name) };
      }
    }
    throw new TemplateFault('TemplateNotFound', `'${name}' was not found.`);
  };

  return {
    loadSource: (name) => find(name, '.j2'),
    readChoices: (name) => find(name, '.txt').text,
    files: () => [...read.values()],
  };
}

function segmentsOf(name: string, extension: string): readonly string[] {
  const segments = name.split('/');
  const refused = segments.some((part) => part === '' || part === '.' || part === '..') || /[\\:\0]/.test(name);
  if (refused) throw outside(name);
  if (!name.endsWith(extension)) {
    throw new TemplateFault('Limit', `'${name}' is refused: only files that end in ${extension} can be read here.`);
  }
  return segments;
}

function outside(name: string): TemplateFault {
  return new TemplateFault('Limit', `'${name}' is refused: it leads out of the folders that templates may read.`);
}

/** Undefined where there is no such file. */
function realPathIn(root: string, segments: readonly string[], name: string): string | undefined {
  let path: string;
  let realRoot: string;
  try {
    realRoot = realpathSync.native(root);
    path = realpathSync.native(join(root, ...segments));
  } catch {
    return undefined;
  }
  if (!path.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)) throw outside(name);
  return path;
}

/** The path has no links any more; one that was put there since is not followed. */
function readBytes(path: string, name: string): Buffer {
  let file: number;
  try {
    // a pipe in the place of a file would block for ever
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    throw new TemplateFault('TemplateNotFound', `'${name}' cannot be read.`);
  }
  try {
    const state = fstatSync(file);
    if (!state.isFile()) throw new TemplateFault('TemplateNotFound', `'${name}' is not a file.`);
    if (state.size > maxFileBytes) {
      throw new TemplateFault('Limit', `'${name}' is larger than ${maxFileBytes / 1024} KiB.`);
    }
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

function decode(bytes: Buffer, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new TemplateFault('Limit', `'${name}' is not UTF-8 text.`);
  }
}
