/** What the view "Jobs" offers for what a job made. */
import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { ShotlistError } from '../../core/errors.ts';
import { sidecarPath } from '../../core/outputs/sidecar.ts';
import { openFile, openOutsideAction, revealAction } from '../clip-actions.ts';
import type { Command } from '../command.ts';
import { parseArguments } from '../command-arguments.ts';
import { uriOfPath } from '../file-uri.ts';
import { entriesMeant, jobArguments } from '../jobs/job-arguments.ts';
import type { JobEntry } from '../jobs/nodes.ts';
import type { Services } from '../services.ts';

/** In VS Code's own viewer. */
export const openJobResult = resultCommand((uri) => openFile(uri));
export const openJobOutside = resultCommand((uri) => openOutsideAction(uri).run());
export const revealJobResult = resultCommand((uri) => revealAction(uri).run());
export const showJobSidecar = resultCommand((uri) => openFile(uri), sidecarPath);

export const copyJobPrompt: Command = {
  needsTrust: true,
  async run(services, args) {
    const { job } = await entryOf(services, args);
    await vscode.env.clipboard.writeText(job.request.prompt);
    return { ok: true };
  },
};

function resultCommand(act: (uri: vscode.Uri) => unknown, pathOf = (path: string): string => path): Command {
  return {
    needsTrust: true,
    async run(services, args) {
      const { home, job } = await entryOf(services, args);
      const output = job.outputs.find(({ placed }) => placed);
      if (output === undefined) throw notThere(vscode.l10n.t('This job has no file yet.'));
      const path = pathOf(output.path);
      const isThere = await stat(path).then(
        () => true,
        () => false,
      );
      if (!isThere) throw notThere(vscode.l10n.t('{0} is no longer there.', path.split(/[\\/]/).at(-1) ?? ''));
      await act(uriOfPath(home, path));
      return { ok: true };
    },
  };
}

async function entryOf(services: Services, args: readonly unknown[]): Promise<JobEntry> {
  const [given] = parseArguments(jobArguments, args);
  const [entry] = given === null || given === undefined ? [] : await entriesMeant(services, given);
  if (entry === undefined) throw notThere(vscode.l10n.t('There is no such job.'));
  return entry;
}

function notThere(message: string): ShotlistError {
  return new ShotlistError('not_found', message);
}
