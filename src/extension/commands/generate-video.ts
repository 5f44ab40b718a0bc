import * as vscode from 'vscode';
import type { Command } from '../command.ts';
import { parseArguments, promptArguments } from '../command-arguments.ts';
import { cancelled } from '../connections.ts';
import { generate, requirePrompt } from '../generate.ts';
import { homeOf } from '../home.ts';

/** Asks for a prompt. One that is handed over is only a beginning: the person sees it before it is used. */
export const generateVideo: Command = {
  needsTrust: true,
  async run(services, args) {
    const [given] = parseArguments(promptArguments, args);
    const editor = vscode.window.activeTextEditor;
    const place = editor === undefined ? undefined : services.places.remember(editor);
    const title = vscode.l10n.t('Generate Video');
    const typed = await services.dialogs.ask({
      title,
      prompt: vscode.l10n.t('What should the video show? Model, length and shape come next.'),
      placeHolder: vscode.l10n.t('A red fox runs through deep snow, the camera follows it'),
      ...(given instanceof vscode.Uri || given?.prompt === undefined ? {} : { value: given.prompt }),
    });
    if (typed === undefined) throw cancelled();
    const prompt = requirePrompt(typed, vscode.l10n.t('Type what the video shows.'));
    const home = await homeOf(services, editor?.document.uri);
    return generate(services, { kind: 'video', title, home, prompt, place });
  },
};
