import type * as vscode from 'vscode';
import { requirePrompt } from './generate.ts';

/**
 * The selected text; several selections are one prompt of several paragraphs.
 * @throws ShotlistError `invalid_request` with the hint where nothing is selected
 */
export function selectedPrompt(editor: vscode.TextEditor | undefined, hint: string): string {
  const texts = editor?.selections.map((selection) => editor.document.getText(selection)) ?? [];
  return requirePrompt(texts.filter((text) => text !== '').join('\n\n'), hint);
}
