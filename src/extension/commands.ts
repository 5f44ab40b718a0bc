import * as vscode from 'vscode';
import type { Command, Outcome } from './command.ts';
import type { Services } from './services.ts';
import { requireTrust } from './trust.ts';

/** All commands by their ids, each loaded when it first runs. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  'shotlist.generateFromSelection': async () =>
    (await import('./commands/generate-from-selection.ts')).generateFromSelection,
  'shotlist.generateImage': async () => (await import('./commands/generate-image.ts')).generateImage,
  'shotlist.editImage': async () => (await import('./commands/edit-image.ts')).editImage,
  'shotlist.generateVideoFromSelection': async () =>
    (await import('./commands/generate-video-from-selection.ts')).generateVideoFromSelection,
  'shotlist.generateVideo': async () => (await import('./commands/generate-video.ts')).generateVideo,
  'shotlist.animateImage': async () => (await import('./commands/animate-image.ts')).animateImage,
  'shotlist.remixVideo': async () => (await import('./commands/remix-video.ts')).remixVideo,
  'shotlist.resumeJobs': async () => (await import('./commands/resume-jobs.ts')).resumeJobs,
  'shotlist.cancelJob': async () => (await import('./commands/cancel-job.ts')).cancelJob,
  'shotlist.retryJob': async () => (await import('./commands/retry-job.ts')).retryJob,
  'shotlist.openJobResult': async () => (await import('./commands/job-results.ts')).openJobResult,
  'shotlist.openJobOutside': async () => (await import('./commands/job-results.ts')).openJobOutside,
  'shotlist.revealJobResult': async () => (await import('./commands/job-results.ts')).revealJobResult,
  'shotlist.showJobSidecar': async () => (await import('./commands/job-results.ts')).showJobSidecar,
  'shotlist.copyJobPrompt': async () => (await import('./commands/job-results.ts')).copyJobPrompt,
  'shotlist.showMoreJobs': async () => (await import('./commands/show-more-jobs.ts')).showMoreJobs,
  'shotlist.setApiKey': async () => (await import('./commands/set-api-key.ts')).setApiKey,
  'shotlist.removeApiKey': async () => (await import('./commands/remove-api-key.ts')).removeApiKey,
  'shotlist.checkConnection': async () => (await import('./commands/check-connection.ts')).checkConnection,
  'shotlist.switchConnection': async () => (await import('./commands/switch-connection.ts')).switchConnection,
  'shotlist.showLog': async () => (await import('./commands/show-log.ts')).showLog,
  'shotlist.copyDiagnostics': async () => (await import('./commands/copy-diagnostics.ts')).copyDiagnostics,
};

export function registerCommands(services: Services): vscode.Disposable {
  const registered = Object.entries(commands).map(([id, load]) =>
    vscode.commands.registerCommand(id, (...args: unknown[]) => runCommand(services, id, load, args)),
  );
  return vscode.Disposable.from(...registered);
}

async function runCommand(
  services: Services,
  id: string,
  load: () => Promise<Command>,
  args: readonly unknown[],
): Promise<Outcome> {
  services.log.info(`command: ${id}`);
  try {
    const command = await load();
    if (command.needsTrust) requireTrust();
    return await command.run(services, args);
  } catch (thrown) {
    const { showError } = await import('./show-error.ts');
    return { ok: false, error: showError(services, thrown) };
  }
}
