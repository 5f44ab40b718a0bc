/** What the tests inside VS Code share: a person's answers, the workspace's files, a server that nobody should call. */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Outcome } from '../../../src/extension/command.ts';

/** A key that must appear nowhere. Not shaped like one, so that nothing recognizes it by its shape. */
export const canary = 'canary.0123456789.canary';

export async function run(command: string, ...args: unknown[]): Promise<Outcome> {
  return vscode.commands.executeCommand<Outcome>(command, ...args);
}

/** Ids of all commands that the manifest declares. */
export function declaredCommands(): string[] {
  const manifest = vscode.extensions.getExtension('shotlist.shotlist')?.packageJSON as
    | { readonly contributes: { readonly commands: readonly { readonly command: string }[] } }
    | undefined;
  return manifest?.contributes.commands.map(({ command }) => command) ?? [];
}

export function workspaceFolder(): string {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  if (folder === undefined) throw new Error('no folder is open');
  return folder;
}

/** All files of the workspace with `/`, without those of the state folder. */
export function workspaceFiles(): string[] {
  const root = workspaceFolder();
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(root, path)).isFile())
    .map((path) => relative(root, join(root, path)).split(sep).join('/'))
    .filter((path) => !path.startsWith('.shotlist/'))
    .toSorted();
}

/** Opens a new document with this text and selects the part of it. */
export async function editText(extension: string, text: string, selected: string): Promise<vscode.TextEditor> {
  const uri = vscode.Uri.file(join(workspaceFolder(), `document-${randomUUID()}.${extension}`));
  await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
  const start = document.getText().indexOf(selected);
  editor.selection = new vscode.Selection(document.positionAt(start), document.positionAt(start + selected.length));
  return editor;
}

export interface Answers {
  /** Button of a notification or dialog, by a text in its message. */
  readonly buttons?: Readonly<Record<string, string>>;
  /** What is typed into an input box. */
  readonly typed?: string;
  /** Label of the row that is chosen in a list; several for several lists, one after the other. */
  readonly picked?: string | readonly string[];
}

export interface ShownList {
  readonly title: string | undefined;
  readonly rows: readonly vscode.QuickPickItem[];
}

/** Everything that was shown, and a person who answers. `restore` brings VS Code's own dialogs back. */
export interface Person {
  readonly shown: string[];
  /** The buttons of the same messages. */
  readonly offered: string[][];
  readonly inputs: vscode.InputBoxOptions[];
  readonly lists: ShownList[];
  restore(): void;
}

/** The test driver of VS Code hides notifications and refuses dialogs, so that a person is put in their place. */
export function person(answers: Answers = {}): Person {
  const shown: string[] = [];
  const offered: string[][] = [];
  const inputs: vscode.InputBoxOptions[] = [];
  const lists: ShownList[] = [];
  const picks = typeof answers.picked === 'string' ? undefined : [...(answers.picked ?? [])];
  const window = vscode.window as unknown as Record<string, unknown>;
  const message = (text: string, ...rest: unknown[]): Promise<string | undefined> => {
    shown.push(text);
    offered.push(rest.filter((part) => typeof part === 'string'));
    const button = Object.entries(answers.buttons ?? {}).find(([part]) => text.includes(part))?.[1];
    return Promise.resolve(button);
  };
  const fakes: Record<string, unknown> = {
    showInformationMessage: message,
    showWarningMessage: message,
    showErrorMessage: message,
    showInputBox: (options: vscode.InputBoxOptions) => {
      inputs.push(options);
      return Promise.resolve(answers.typed);
    },
    showQuickPick: (rows: readonly vscode.QuickPickItem[], options?: vscode.QuickPickOptions) => {
      lists.push({ title: options?.title, rows });
      const label = picks === undefined ? answers.picked : picks.shift();
      return Promise.resolve(rows.find((row) => row.label === label));
    },
    showOpenDialog: () => Promise.resolve(undefined),
  };
  const originals = Object.keys(fakes).map((name) => [name, window[name]] as const);
  Object.assign(window, fakes);
  return {
    shown,
    offered,
    inputs,
    lists,
    restore() {
      for (const [name, original] of originals) window[name] = original;
    },
  };
}

export interface CaptureServer {
  readonly url: string;
  readonly requests: string[];
  close(): Promise<void>;
}

/** A server on loopback that remembers who called. */
export async function captureServer(): Promise<CaptureServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`);
    response.writeHead(500).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

export interface SentRequest {
  readonly url: string;
  readonly authorization: string | null;
}

/** Puts an answer in the network's place (the extension looks the global function up at each call). */
export function recordFetch(answer: () => Response): { readonly sent: SentRequest[]; restore(): void } {
  const sent: SentRequest[] = [];
  const original = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const request = new Request(input, init);
    sent.push({ url: request.url, authorization: request.headers.get('authorization') });
    return Promise.resolve(answer());
  };
  return {
    sent,
    restore() {
      globalThis.fetch = original;
    },
  };
}

/** Resolves when the condition holds; rejects, saying what was waited for, when it never does. */
export async function until(what: string, condition: () => boolean, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await delay(20);
  }
}

export async function setOwn(key: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('shotlist').update(key, value, vscode.ConfigurationTarget.Global);
}
