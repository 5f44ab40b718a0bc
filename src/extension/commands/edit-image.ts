import * as vscode from 'vscode';
import type { Command } from '../command.ts';
import { explorerArguments, parseArguments } from '../command-arguments.ts';
import { cancelled } from '../connections.ts';
import type { Dialogs } from '../dialogs.ts';
import { generate, requirePrompt } from '../generate.ts';
import { homeOf } from '../home.ts';
import { fileOfActiveTab, imageFiles, nameOf, requireWorkspaceFile } from '../media-files.ts';

/** Changes a picture as the person says; several pictures are references for one new picture. */
export const editImage: Command = {
  needsTrust: true,
  async run(services, args) {
    const [clicked, selected] = parseArguments(explorerArguments, args);
    const given = selected ?? (clicked === null || clicked === undefined ? [] : [clicked]);
    for (const uri of given) requireWorkspaceFile(imageFiles, uri);
    const images = given.length > 0 ? given : await chooseImages(services.dialogs);
    const first = images[0];
    if (first === undefined) throw cancelled();
    const editor = vscode.window.activeTextEditor;
    const place = editor === undefined ? undefined : services.places.remember(editor);
    const change = await services.dialogs.ask({
      title:
        images.length === 1
          ? vscode.l10n.t('Edit {0}', nameOf(first))
          : vscode.l10n.t('Edit {0} Images', images.length),
      prompt:
        images.length === 1
          ? vscode.l10n.t('What should change? The original stays as it is.')
          : vscode.l10n.t(
              'What should the new image show? The selected images are its references and stay as they are.',
            ),
      placeHolder: vscode.l10n.t('Make it night'),
    });
    if (change === undefined) throw cancelled();
    const prompt = requirePrompt(change, vscode.l10n.t('Type what should change.'));
    const home = await homeOf(services, first);
    const inputs = images.map((uri) => ({ role: 'reference', path: uri.fsPath }) as const);
    return generate(services, { kind: 'image', home, prompt, inputs, place });
  },
};

/** The picture in the active tab, else whatever is chosen in a dialog. */
async function chooseImages(dialogs: Dialogs): Promise<readonly vscode.Uri[]> {
  const shown = fileOfActiveTab(imageFiles);
  if (shown !== undefined) return [shown];
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return dialogs.open({
    title: vscode.l10n.t('Edit Image'),
    openLabel: vscode.l10n.t('Edit'),
    canSelectMany: true,
    filters: { [vscode.l10n.t('Images')]: [...imageFiles.extensions] },
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
}
