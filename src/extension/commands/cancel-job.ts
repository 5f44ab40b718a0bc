import * as vscode from 'vscode';
import type { Command } from '../command.ts';
import { parseArguments } from '../command-arguments.ts';
import { cancelled } from '../connections.ts';
import { entriesMeant, freshEntries, jobArguments } from '../jobs/job-arguments.ts';
import { descriptionOf } from '../jobs/job-words.ts';
import { actionsOf, promptWords, type JobEntry } from '../jobs/nodes.ts';
import { openDoor } from '../pipelines.ts';
import type { Services } from '../services.ts';

/** Takes out a job that is waiting, running or unknown: the one from the view, or one of a list. */
export const cancelJob: Command = {
  needsTrust: true,
  async run(services, args) {
    const [given] = parseArguments(jobArguments, args);
    const isChosen = given !== null && given !== undefined;
    const entries = isChosen ? await entriesMeant(services, given) : await freshEntries(services);
    const open = entries.filter((entry) => actionsOf(entry).includes('cancel'));
    if (open.length === 0) {
      services.dialogs.inform(vscode.l10n.t('There is nothing to cancel.'));
      return { ok: true };
    }
    const meant = isChosen ? open : [await pickJob(services, open)];
    const messages = await Promise.all(meant.map((entry) => cancelEntry(services, entry)));
    const message = messages.find((text) => text !== undefined);
    if (message !== undefined) services.dialogs.inform(message);
    return { ok: true };
  },
};

async function pickJob(services: Services, entries: readonly JobEntry[]): Promise<JobEntry> {
  const now = Date.now();
  const picked = await services.dialogs.pick(
    vscode.l10n.t('Cancel Job'),
    entries.map((entry) => ({
      // the label goes to the log, so it isn't the prompt
      label: `${entry.job.request.model} · ${new Date(entry.job.createdAt).toLocaleTimeString()}`,
      description: descriptionOf(entry, now),
      detail: promptWords(entry.job.request.prompt, 100),
      value: entry,
    })),
    { placeHolder: vscode.l10n.t('Which job should be stopped?') },
  );
  if (picked === undefined) throw cancelled();
  return picked;
}

/** @returns what to tell; nothing where the run that the job belongs to tells it itself */
async function cancelEntry(services: Services, { home, job, isLeft }: JobEntry): Promise<string | undefined> {
  const door = await openDoor(services, home);
  await using lease = await door.pipeline();
  const report = await lease.value.cancelJob(job.id);
  return isLeft && report.status === 'cancelled' ? report.error?.message : undefined;
}
