/** The person's own files for the command line: `connections.json` and `settings.json` in their state folder. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { defineConnection, originOf, type Connection } from '../core/connections/connection.ts';
import type { Credentials } from '../core/connections/credentials.ts';
import { ShotlistError } from '../core/errors.ts';
import { workspaceConfigSchema } from '../core/workspace.ts';

export const connectionsFileName = 'connections.json';
const settingsFileName = 'settings.json';

/** The key of a connection, or the name of the variable that holds it; what it is otherwise is checked by itself. */
const ownConnectionSchema = z.looseObject({
  key: z.string().min(1).optional(),
  keyVariable: z
    .string()
    .regex(/^[A-Za-z_]\w*$/, { error: 'keyVariable is the name of an environment variable' })
    .optional(),
});

const connectionsFileSchema = z.strictObject({
  $schema: z.string().optional(),
  connections: z.array(ownConnectionSchema),
});

/** The keys of `shotlist.json`, here as the person's own defaults and limits, and what only the person decides. */
const settingsSchema = workspaceConfigSchema.extend({
  /** How long a video is waited for before it is left to be resumed. */
  videoWindowMinutes: z.number().positive().max(1440).optional(),
});
export type PersonalSettings = z.infer<typeof settingsSchema>;

export interface OwnConnections {
  readonly connections: readonly Connection[];
  /** Their keys, each for the address it was written beside. */
  readonly credentials: Credentials;
}

/** @throws ShotlistError `invalid_request` where the file is wrong or others can read it */
export async function readOwnConnections(
  folder: string,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<OwnConnections> {
  const path = join(folder, connectionsFileName);
  const json = await readJson(path, checkPrivate);
  const file = json === undefined ? { connections: [] } : parse(connectionsFileSchema, json, path);
  const keys = new Map<string, { origin: string; find: () => { value: string; source: string } | undefined }>();
  const connections: Connection[] = [];
  for (const [index, { key, keyVariable, ...definition }] of file.connections.entries()) {
    const connection = define(definition, `${path} is wrong at connections.${index}`);
    if (connections.some((other) => other.id === connection.id)) {
      throw new ShotlistError('invalid_request', `${path} has two connections "${connection.id}".`);
    }
    connections.push(connection);
    keys.set(connection.id, {
      origin: originOf(connection),
      find: () => {
        if (key !== undefined) return { value: key, source: path };
        const value = keyVariable === undefined ? undefined : variables[keyVariable]?.trim();
        return value === undefined || value === '' ? undefined : { value, source: keyVariable ?? path };
      },
    });
  }
  return {
    connections,
    credentials: {
      find: (connection) => {
        const entry = keys.get(connection.id);
        return Promise.resolve(entry?.origin === originOf(connection) ? entry.find() : undefined);
      },
    },
  };
}

function define(definition: unknown, where: string): Connection {
  try {
    return defineConnection(definition);
  } catch (error) {
    const { code, message, hint } = ShotlistError.from(error);
    throw new ShotlistError(code, `${where}: ${message.replace('A connection is wrong: ', '')}`, {
      hint,
      cause: error,
    });
  }
}

/** @throws ShotlistError `invalid_request` where the file is wrong */
export async function readSettings(folder: string): Promise<PersonalSettings> {
  const path = join(folder, settingsFileName);
  const json = await readJson(path);
  return json === undefined ? {} : parse(settingsSchema, json, path);
}

async function readJson(path: string, check?: (path: string) => Promise<void>): Promise<unknown> {
  let text: string;
  try {
    await check?.(path);
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (ShotlistError.is(error)) throw error;
    throw new ShotlistError('invalid_request', `${path} can't be read.`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    // the parser's own message quotes the text, and with it perhaps a key
    throw new ShotlistError('invalid_request', `${path} is no valid JSON.`, { cause: error });
  }
}

/** Windows keeps the folder private by itself. */
async function checkPrivate(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) {
    throw new ShotlistError(
      'invalid_request',
      `${path} may hold keys, and other users of this machine have access to it.`,
      {
        hint: `Run: chmod 600 "${path}"`,
      },
    );
  }
}

function parse<Schema extends z.ZodType>(schema: Schema, json: unknown, path: string): z.infer<Schema> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.') ?? '';
  throw new ShotlistError(
    'invalid_request',
    `${path} is wrong${where === '' ? '' : ` at ${where}`}: ${issue?.message ?? ''}.`,
  );
}
