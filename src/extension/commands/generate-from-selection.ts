import * as vscode from 'vscode';
import type { Command } from '../command.ts';
import { editorArguments, parseArguments } from '../command-arguments.ts';
import { generate } from '../generate.ts';
import { homeOf } from '../home.ts';
import { selectedPrompt } from '../selected-prompt.ts';

/** The selected text of the active editor says what the image shows. */
export const generateFromSelection: Command = {
  needsTrust: true,
  async run(services, args) {
    parseArguments(editorArguments, args);
    const editor = vscode.window.activeTextEditor;
    const prompt = selectedPrompt(editor, vscode.l10n.t('Select the text that says what the image shows.'));
    const place = editor === undefined ? undefined : services.places.remember(editor);
    const home = await homeOf(services, editor?.document.uri);
    return generate(services, { kind: 'image', home, prompt, place });
  },
};
