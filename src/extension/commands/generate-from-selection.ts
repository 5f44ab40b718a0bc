import * as vscode from 'vscode';
import type { Command } from '../command.ts';
import { editorArguments, parseArguments } from '../command-arguments.ts';
import { generate, requirePrompt } from '../generate.ts';
import { homeOf } from '../home.ts';

/** The selected text of the active editor is the prompt; several selections are one prompt of several paragraphs. */
export const generateFromSelection: Command = {
  needsTrust: true,
  async run(services, args) {
    parseArguments(editorArguments, args);
    const editor = vscode.window.activeTextEditor;
    const texts = editor?.selections.map((selection) => editor.document.getText(selection)) ?? [];
    const prompt = requirePrompt(
      texts.filter((text) => text !== '').join('\n\n'),
      vscode.l10n.t('Select the text that says what the image shows.'),
    );
    const place = editor === undefined ? undefined : services.places.remember(editor);
    const home = await homeOf(services, editor?.document.uri);
    return generate(services, { home, prompt, place });
  },
};
