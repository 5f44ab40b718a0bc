import * as vscode from 'vscode';
import type { Range } from './insertion.ts';
import { rangeAfter } from './tracked-range.ts';

/** Where in a document a command came from; it follows the edits made since. */
export interface Place {
  readonly uri: vscode.Uri;
  readonly range: Range;
}

export interface Places extends vscode.Disposable {
  /** The selection (or cursor) of the editor; undefined for documents that can't be written, such as an output. */
  remember(editor: vscode.TextEditor): Place | undefined;
}

/** A notification's button may be pressed much later; older places than this many are let go. */
const rememberedPlaces = 50;
const writableSchemes = ['untitled', 'vscode-notebook-cell'];

export function createPlaces(): Places {
  const places: { uri: vscode.Uri; range: Range }[] = [];
  const changes = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    const changed = document.uri.toString();
    for (const place of places) {
      if (place.uri.toString() === changed) place.range = rangeAfter(place.range, contentChanges);
    }
  });
  return {
    remember({ document, selections, selection }) {
      const { scheme } = document.uri;
      if (!writableSchemes.includes(scheme) && vscode.workspace.fs.isWritableFileSystem(scheme) !== true)
        return undefined;
      const last = selections.reduce((end, other) => (other.end.isAfter(end.end) ? other : end), selection);
      const range = { start: document.offsetAt(last.start), end: document.offsetAt(last.end) };
      const place = { uri: document.uri, range };
      places.push(place);
      if (places.length > rememberedPlaces) places.shift();
      return place;
    },
    dispose() {
      changes.dispose();
    },
  };
}
