import * as vscode from 'vscode';
import type { Command } from '../command.ts';
import { parseArguments, promptArguments } from '../command-arguments.ts';
import { cancelled } from '../connections.ts';
import { generate, requirePrompt } from '../generate.ts';
import { homeOf } from '../home.ts';

/** Asks for a prompt. One that is handed over is only a beginning: the person sees it before it is used. */
export const generateImage: Command = {
  needsTrust: true,
  async run(services, args) {
    const [given] = parseArguments(promptArguments, args);
    const editor = vscode.window.activeTextEditor;
    const place = editor === undefined ? undefined : services.places.remember(editor);
    const typed = await services.dialogs.ask({
      title: vscode.l10n.t('Generate Image'),
      prompt: vscode.l10n.t('What should the image show?'),
      placeHolder: vscode.l10n.t('A red fox in the snow, morning light'),
      ...(given instanceof vscode.Uri || given?.prompt === undefined ? {} : { value: given.prompt }),
    });
    if (typed === undefined) throw cancelled();
    const prompt = requirePrompt(typed, vscode.l10n.t('Type what the image shows.'));
    const home = await homeOf(services, editor?.document.uri);
    return generate(services, { kind: 'image', home, prompt, place });
  },
};
