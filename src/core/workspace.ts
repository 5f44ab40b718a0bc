/** The home of a run: one workspace folder, its optional `shotlist.json`, and its `.shotlist` folder. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { ShotlistError } from './errors.ts';
import { mediaKindSchema } from './generation.ts';

const workspaceConfigName = 'shotlist.json';
export const stateFolderName = '.shotlist';
export const defaultOutputFolder = 'shotlist-output';
export const defaultNamePattern = '{date}-{time}-{words}-{hash}';

/**
 * What a repository may decide. It can name a connection but never define one: endpoints and keys are the person's.
 */
export const workspaceConfigSchema = z.strictObject({
  $schema: z.string().optional(),
  connection: z.string().optional().describe('Id of the connection to use; it is defined in your own settings.'),
  models: z.partialRecord(mediaKindSchema, z.string()).optional().describe('Default model for each kind.'),
  outputFolder: z.string().optional().describe('Folder for results, relative to this file.'),
  outputName: z.string().optional().describe('Pattern of file names: {date} {time} {words} {hash} {model} {index}.'),
  confirmAbove: z
    .strictObject({ images: z.int().positive().optional(), usd: z.number().positive().optional() })
    .optional()
    .describe('Ask above this many images or dollars; can only lower your own limits.'),
});
export type WorkspaceConfig = z.infer<typeof workspaceConfigSchema>;

export interface Workspace {
  /** Absolute path of the workspace folder. */
  readonly folder: string;
  readonly config: WorkspaceConfig;
}

/** Reads `shotlist.json` of a folder. @throws ShotlistError `invalid_request` naming the key that is wrong */
export async function openWorkspace(folder: string): Promise<Workspace> {
  const absolute = resolve(folder);
  const path = join(absolute, workspaceConfigName);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return { folder: absolute, config: {} };
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ShotlistError('invalid_request', `${path} is no valid JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const parsed = workspaceConfigSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.join('.') ?? '';
    throw new ShotlistError(
      'invalid_request',
      `${path} is wrong${where === '' ? '' : ` at ${where}`}: ${issue?.message ?? ''}.`,
    );
  }
  return { folder: absolute, config: parsed.data };
}

/** The nearest folder from `start` upwards with a `shotlist.json` or a `.shotlist` folder, else `start` itself. */
export async function findWorkspaceFolder(start: string): Promise<string> {
  let folder = resolve(start);
  for (;;) {
    if ((await exists(join(folder, workspaceConfigName))) || (await isFolder(join(folder, stateFolderName))))
      return folder;
    const parent = dirname(folder);
    if (parent === folder) return resolve(start);
    folder = parent;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
