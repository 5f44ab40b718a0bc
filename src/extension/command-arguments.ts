import * as vscode from 'vscode';
import * as z from 'zod';
import { ShotlistError } from '../core/errors.ts';

/** Menus of editors and of the explorer hand over real URIs; anything else that looks like one is refused. */
const uriSchema = z.custom<vscode.Uri>((value) => value instanceof vscode.Uri, { error: 'not a resource' });

/** Menus add arguments of their own after ours (the editor group, the origin of the click): they are not looked at. */
const others = z.unknown();

/** The document that an editor's menu was opened on. */
export const editorArguments = z.tuple([uriSchema.nullish()], others);

/** The explorer's file under the pointer, and all selected ones. */
export const explorerArguments = z.tuple([uriSchema.nullish(), z.array(uriSchema).max(100).nullish()], others);

/** For keybindings: a prompt to begin with. It is shown to the person before anything happens. */
export const promptArguments = z.tuple(
  [z.union([uriSchema, z.strictObject({ prompt: z.string().max(32_000).optional() })]).nullish()],
  others,
);

/** @throws ShotlistError `invalid_request` */
export function parseArguments<T>(schema: z.ZodType<T>, args: readonly unknown[]): T {
  const parsed = schema.safeParse(args);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ShotlistError(
    'invalid_request',
    vscode.l10n.t('This command was called with arguments it does not take.'),
    {
      hint: `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(),
    },
  );
}
