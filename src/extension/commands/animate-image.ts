import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { Size } from '../../core/catalog/sizes.ts';
import { imageSize } from '../../core/outputs/inspect.ts';
import { sniffMediaType } from '../../core/outputs/media-type.ts';
import type { Command } from '../command.ts';
import { explorerArguments, parseArguments } from '../command-arguments.ts';
import { cancelled } from '../connections.ts';
import type { Dialogs } from '../dialogs.ts';
import { generate, requirePrompt } from '../generate.ts';
import { homeOf } from '../home.ts';
import { fileOfActiveTab, imageFiles, nameOf, requireWorkspaceFile } from '../media-files.ts';

/** A video that begins with a picture. */
export const animateImage: Command = {
  needsTrust: true,
  async run(services, args) {
    const [clicked] = parseArguments(explorerArguments, args);
    if (clicked !== null && clicked !== undefined) requireWorkspaceFile(imageFiles, clicked);
    const image = clicked ?? (await chooseImage(services.dialogs));
    if (image === undefined) throw cancelled();
    const editor = vscode.window.activeTextEditor;
    const place = editor === undefined ? undefined : services.places.remember(editor);
    const title = vscode.l10n.t('Animate {0}', nameOf(image));
    const typed = await services.dialogs.ask({
      title,
      prompt: vscode.l10n.t('What should happen? The video begins with the picture.'),
      placeHolder: vscode.l10n.t('It begins to snow, the fox looks up'),
    });
    if (typed === undefined) throw cancelled();
    const prompt = requirePrompt(typed, vscode.l10n.t('Type what should happen.'));
    const home = await homeOf(services, image);
    const inputs = [{ role: 'first_frame', path: image.fsPath }] as const;
    return generate(services, { kind: 'video', title, home, prompt, inputs, picture: await sizeOf(image), place });
  },
};

/** What can't be read as a picture is said by the plan. */
async function sizeOf(image: vscode.Uri): Promise<Size | undefined> {
  const bytes = await readFile(image.fsPath).catch(() => undefined);
  return bytes === undefined ? undefined : imageSize(bytes, (await sniffMediaType(bytes)) ?? '');
}

/** The picture in the active tab, else whatever is chosen in a dialog. */
async function chooseImage(dialogs: Dialogs): Promise<vscode.Uri | undefined> {
  const shown = fileOfActiveTab(imageFiles);
  if (shown !== undefined) return shown;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const [chosen] = await dialogs.open({
    title: vscode.l10n.t('Animate Image'),
    openLabel: vscode.l10n.t('Animate'),
    filters: { [vscode.l10n.t('Images')]: [...imageFiles.extensions] },
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  return chosen;
}
