import * as vscode from 'vscode';
import type { Command, Outcome } from '../command.ts';
import { parseArguments } from '../command-arguments.ts';
import { entriesMeant, freshEntries, jobArguments } from '../jobs/job-arguments.ts';
import { resumeIn } from '../jobs/job-runs.ts';
import { actionsOf, type JobEntry } from '../jobs/nodes.ts';
import type { Services } from '../services.ts';

/** Goes on with what was left unfinished: everything in the open folders, or what was chosen in the view. */
export const resumeJobs: Command = {
  needsTrust: true,
  async run(services, args) {
    const [given] = parseArguments(jobArguments, args);
    const isChosen = given !== null && given !== undefined;
    const entries = isChosen ? await entriesMeant(services, given) : await freshEntries(services);
    // a clip that was given up is only gone on with where the person points at it
    const left = entries.filter((entry) => actionsOf(entry).includes('resume') && (isChosen || entry.isLeft));
    if (left.length === 0) {
      services.dialogs.inform(vscode.l10n.t('There is nothing to resume.'));
      return { ok: true };
    }
    return isChosen ? resumeEach(services, left) : resumeAll(services, left);
  },
};

async function resumeEach(services: Services, entries: readonly JobEntry[]): Promise<Outcome> {
  const outcomes = await Promise.all(entries.map(({ home, job }) => resumeIn(services, home, [job], job)));
  return outcomes.find(({ ok }) => !ok) ?? outcomes[0] ?? { ok: true };
}

async function resumeAll(services: Services, entries: readonly JobEntry[]): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  for (const [, some] of Map.groupBy(entries, ({ home }) => home.toString())) {
    const [first] = some;
    if (first === undefined) continue;
    const jobs = some.map(({ job }) => job);
    outcomes.push(await resumeIn(services, first.home, jobs, undefined));
  }
  return outcomes.find(({ ok }) => !ok) ?? outcomes[0] ?? { ok: true };
}
