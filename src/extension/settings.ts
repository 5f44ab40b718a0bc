import * as vscode from 'vscode';
import * as z from 'zod';
import { ShotlistError } from '../core/errors.ts';
import { defaultLimits, type Limits } from '../core/planning/plan-size.ts';
import { defaultNamePattern, defaultOutputFolder } from '../core/workspace.ts';
import { chosenConnectionId, ownValue } from './chosen-connection.ts';
import { insertStyles, type InsertStyle } from './insertion.ts';

export interface Settings {
  /** Only the person's own value. */
  readonly connection: string | undefined;
  /** Only the person's own value; nothing in it has been checked. */
  readonly connections: readonly unknown[];
  /** Only the person's own values. */
  readonly limits: Limits;
  readonly imageModel: string | undefined;
  readonly videoModel: string | undefined;
  /** Only the person's own value. */
  readonly videoWindowMinutes: number;
  readonly outputFolder: string | undefined;
  readonly outputName: string | undefined;
  /** Undefined: by the document's language. */
  readonly insertStyle: InsertStyle | undefined;
  readonly openResult: 'beside' | 'never';
}

/** Defaults as in the manifest; a test holds the two together. */
export const settingDefaults = {
  connection: '',
  connections: [],
  imageModel: '',
  videoModel: '',
  videoWindowMinutes: 30,
  outputFolder: defaultOutputFolder,
  outputName: defaultNamePattern,
  confirmAboveImages: defaultLimits.images,
  confirmAboveUsd: defaultLimits.usd,
  insertStyle: 'auto',
  openResult: 'beside',
} as const;

const text = z
  .string()
  .trim()
  .transform((value) => (value === '' ? undefined : value));

/** @throws ShotlistError `invalid_request` naming the setting that is wrong */
export function readSettings(scope: vscode.Uri | undefined): Settings {
  const resource = vscode.workspace.getConfiguration('shotlist', scope ?? null);
  const own = <T>(key: keyof typeof settingDefaults, schema: z.ZodType<T>): T =>
    parse(key, ownValue(key) ?? settingDefaults[key], schema);
  const any = <T>(key: keyof typeof settingDefaults, schema: z.ZodType<T>): T =>
    parse(key, resource.get<unknown>(key) ?? settingDefaults[key], schema);
  const style = any('insertStyle', z.enum(['auto', ...insertStyles]));
  return {
    connection: chosenConnectionId(),
    connections: own('connections', z.array(z.unknown())),
    limits: { images: own('confirmAboveImages', z.number().min(0)), usd: own('confirmAboveUsd', z.number().min(0)) },
    imageModel: any('imageModel', text),
    videoModel: any('videoModel', text),
    videoWindowMinutes: own('videoWindowMinutes', z.number().min(1).max(1440)),
    outputFolder: any('outputFolder', text),
    outputName: any('outputName', text),
    insertStyle: style === 'auto' ? undefined : style,
    openResult: any('openResult', z.enum(['beside', 'never'])),
  };
}

function parse<T>(key: string, value: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ShotlistError('invalid_request', vscode.l10n.t('The setting "{0}" is wrong.', `shotlist.${key}`), {
    hint: parsed.error.issues[0]?.message,
  });
}
