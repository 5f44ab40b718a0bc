import * as vscode from 'vscode';
import { altTextOf } from './alt-text.ts';
import { insertionFor, styleOfLanguage, type InsertStyle } from './insertion.ts';
import type { Place } from './places.ts';
import { relativePath } from './relative-path.ts';
import type { Services } from './services.ts';

export interface PicturesToInsert {
  readonly kind: 'image' | 'video';
  readonly home: vscode.Uri;
  readonly prompt: string;
  readonly uris: readonly vscode.Uri[];
  /** Undefined: the active editor's cursor. */
  readonly place: Place | undefined;
  /** Undefined: by the document's language. */
  readonly style: InsertStyle | undefined;
}

/** Puts links into the document that the command came from, after its selection, and shows it. */
export async function insertPictures(services: Services, pictures: PicturesToInsert): Promise<void> {
  const place = pictures.place ?? activePlace(services);
  if (place === undefined) {
    services.dialogs.warn(vscode.l10n.t('There is no document to insert into. Open one and press the button again.'));
    return;
  }
  const document = await vscode.workspace.openTextDocument(place.uri);
  const alt = altTextOf(pictures.prompt);
  const folder = document.isUntitled ? pictures.home.path : vscode.Uri.joinPath(document.uri, '..').path;
  const { offset, text } = insertionFor(
    document.getText(),
    place.range,
    pictures.style ?? styleOfLanguage(document.languageId),
    pictures.uris.map((uri) => ({ kind: pictures.kind, path: relativePath(folder, uri.path), alt })),
  );
  const lines = text.replaceAll('\n', document.eol === vscode.EndOfLine.CRLF ? '\r\n' : '\n');
  const edit = new vscode.WorkspaceEdit();
  edit.insert(document.uri, document.positionAt(offset), lines);
  if (!(await vscode.workspace.applyEdit(edit))) {
    services.dialogs.warn(vscode.l10n.t('{0} could not be changed.', vscode.workspace.asRelativePath(document.uri)));
    return;
  }
  await reveal(document, offset + lines.length);
}

function activePlace(services: Services): Place | undefined {
  const editor = vscode.window.activeTextEditor;
  return editor === undefined ? undefined : services.places.remember(editor);
}

async function reveal(document: vscode.TextDocument, offset: number): Promise<void> {
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const editor = await vscode.window.showTextDocument(
    document,
    shown?.viewColumn === undefined ? {} : { viewColumn: shown.viewColumn },
  );
  const end = document.positionAt(offset);
  // VS Code would let a selection that ended here grow over the new text
  editor.selection = new vscode.Selection(end, end);
  editor.revealRange(new vscode.Range(end, end));
}
