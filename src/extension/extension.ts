import type * as vscode from 'vscode';
import { registerCommands } from './commands.ts';
import { registerJobsView } from './jobs/jobs-view.ts';
import { registerRecovery } from './recovery.ts';
import { createServices } from './services.ts';

/** Called by VS Code on first use. Only registers: what a command needs is loaded when it runs. */
export function activate(context: vscode.ExtensionContext): void {
  const services = createServices(context);
  context.subscriptions.push(
    services,
    registerCommands(services),
    registerJobsView(services.jobs),
    registerRecovery(services),
  );
}
