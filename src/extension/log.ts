import { inspect } from 'node:util';
import * as vscode from 'vscode';
import type { Log } from '../core/environment.ts';
import { createRedactor } from '../core/redaction.ts';
import { createLogFile } from './log-file.ts';

const maxFileBytes = 1024 * 1024;

/** The log of the extension: the output channel "Shotlist" and a file that outlives the window. Both redacted. */
export interface ExtensionLog extends Log, vscode.Disposable {
  /** Absolute path of the file. */
  readonly path: string;
  /** From now on this value is replaced wherever it would be logged or shown. */
  addSecret(value: string): void;
  redact(text: string): string;
  /** An error with what is known of its causes. */
  fault(error: unknown): void;
  show(): void;
  tail(lines: number): Promise<string[]>;
}

export function createLog(context: vscode.ExtensionContext): ExtensionLog {
  const channel = vscode.window.createOutputChannel('Shotlist', { log: true });
  const file = createLogFile(vscode.Uri.joinPath(context.globalStorageUri, 'shotlist.log').fsPath, maxFileBytes);
  const redactor = createRedactor();

  const writer =
    (name: 'trace' | 'info' | 'warn' | 'error', level: vscode.LogLevel) =>
    (message: string): void => {
      const text = redactor.redact(message);
      channel[name](text);
      const wanted = channel.logLevel !== vscode.LogLevel.Off && level >= channel.logLevel;
      if (wanted) file.append(`${new Date().toISOString()} [${name}] ${text}`);
    };
  const error = writer('error', vscode.LogLevel.Error);

  return {
    path: file.path,
    trace: writer('trace', vscode.LogLevel.Trace),
    info: writer('info', vscode.LogLevel.Info),
    warn: writer('warn', vscode.LogLevel.Warning),
    error,
    addSecret: (value) => redactor.add(value),
    redact: (text) => redactor.redact(text),
    fault: (thrown) => error(describeFault(thrown)),
    show: () => channel.show(true),
    tail: (lines) => file.tail(lines),
    dispose: () => channel.dispose(),
  };
}

/** The stack of an error and of what caused it, innermost last. */
function describeFault(thrown: unknown): string {
  const parts: string[] = [];
  for (let cause = thrown; cause instanceof Error && parts.length < 5; cause = cause.cause) {
    parts.push(cause.stack ?? `${cause.name}: ${cause.message}`);
  }
  return parts.length === 0 ? inspect(thrown) : parts.join('\nCaused by: ');
}
