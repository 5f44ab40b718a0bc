import * as vscode from 'vscode';
import type { ExtensionLog } from './log.ts';

/** A button of a notification. */
export interface Action {
  readonly label: string;
  run(): unknown;
}

export interface Choice<T> {
  readonly label: string;
  readonly value: T;
}

export interface PickItem<T> extends Choice<T> {
  readonly description?: string;
  readonly detail?: string;
  /** Id of a product icon. */
  readonly icon?: string;
  /** Heading over all items of the same group that follow each other. */
  readonly group?: string;
}

export interface PickOptions {
  readonly placeHolder?: string;
}

/**
 * Everything that is shown to the person goes through here: it is redacted, and written to the log with the answer.
 * What is typed is never logged.
 */
export interface Dialogs {
  /** Notifications come back at once; their buttons act whenever they are pressed. */
  inform(message: string, actions?: readonly Action[]): void;
  warn(message: string, actions?: readonly Action[]): void;
  fail(message: string, actions?: readonly Action[]): void;
  /** Modal; undefined where the person says no. */
  decide<T>(message: string, detail: string, choices: readonly Choice<T>[]): Promise<T | undefined>;
  pick<T>(title: string, items: readonly PickItem<T>[], options?: PickOptions): Promise<T | undefined>;
  ask(options: vscode.InputBoxOptions & { readonly title: string }): Promise<string | undefined>;
  /** Files or one folder that the person chooses. */
  open(options: vscode.OpenDialogOptions & { readonly title: string }): Promise<readonly vscode.Uri[]>;
  pickFolder(placeHolder: string): Promise<vscode.WorkspaceFolder | undefined>;
}

type Show = (message: string, ...labels: string[]) => Thenable<string | undefined>;

export function createDialogs(log: ExtensionLog): Dialogs {
  const record = (kind: string, message: string, labels: readonly string[] = []): void =>
    log.info(`${kind}: ${message}${labels.map((label) => ` [${label}]`).join('')}`);

  const answered = <T>(message: string, answer: T | undefined, label: string | undefined): T | undefined => {
    log.info(`answer to "${message}": ${answer === undefined ? 'none' : (label ?? 'given')}`);
    return answer;
  };

  const notifier =
    (kind: string, show: Show) =>
    (message: string, actions: readonly Action[] = []): void => {
      const text = log.redact(message);
      const labels = actions.map((action) => action.label);
      record(kind, text, labels);
      void act(show(text, ...labels), text, actions);
    };

  async function act(shown: Thenable<string | undefined>, text: string, actions: readonly Action[]): Promise<void> {
    try {
      const label = await shown;
      const action = actions.find((candidate) => candidate.label === label);
      if (action === undefined) return;
      answered(text, action, action.label);
      await action.run();
    } catch (error) {
      log.fault(error);
      void vscode.window.showErrorMessage(log.redact(error instanceof Error ? error.message : String(error)));
    }
  }

  return {
    inform: notifier('notification', (message, ...labels) => vscode.window.showInformationMessage(message, ...labels)),
    warn: notifier('warning', (message, ...labels) => vscode.window.showWarningMessage(message, ...labels)),
    fail: notifier('error', (message, ...labels) => vscode.window.showErrorMessage(message, ...labels)),
    async decide(message, detail, choices) {
      const labels = choices.map((choice) => choice.label);
      record('dialog', `${message} ${detail}`, labels);
      const options = { modal: true, detail: log.redact(detail) };
      const label = await vscode.window.showInformationMessage(log.redact(message), options, ...labels);
      return answered(message, choices.find((choice) => choice.label === label)?.value, label);
    },
    async pick(title, items, options = {}) {
      record(
        'list',
        title,
        items.map((item) => item.label),
      );
      const picked = await vscode.window.showQuickPick(rowsOf(items), {
        ...options,
        title,
        matchOnDescription: true,
        ignoreFocusOut: true,
      });
      return answered(title, picked?.item?.value, picked?.label);
    },
    async ask(options) {
      record('input', options.title);
      return answered(options.title, await vscode.window.showInputBox({ ignoreFocusOut: true, ...options }), 'typed');
    },
    async open(options) {
      record('file dialog', options.title);
      const chosen = await vscode.window.showOpenDialog(options);
      answered(options.title, chosen, `${chosen?.length ?? 0} chosen`);
      return chosen ?? [];
    },
    async pickFolder(placeHolder) {
      record('list', placeHolder);
      const folder = await vscode.window.showWorkspaceFolderPick({ placeHolder });
      return answered(placeHolder, folder, folder?.name);
    },
  };
}

type Row<T> = vscode.QuickPickItem & { readonly item?: PickItem<T> };

function rowsOf<T>(items: readonly PickItem<T>[]): Row<T>[] {
  return items.flatMap((item, index) => {
    const { label, description, detail, icon, group } = item;
    const row: Row<T> = {
      label,
      item,
      ...(description === undefined ? {} : { description }),
      ...(detail === undefined ? {} : { detail }),
      ...(icon === undefined ? {} : { iconPath: new vscode.ThemeIcon(icon) }),
    };
    const heading = group === undefined || group === items[index - 1]?.group ? [] : [headingOf(group)];
    return [...heading, row];
  });
}

function headingOf(label: string): vscode.QuickPickItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
