import * as vscode from 'vscode';
import { ShotlistError } from '../../core/errors.ts';
import type { VideoAction } from '../../core/generation.ts';
import type { Command } from '../command.ts';
import { explorerArguments, parseArguments } from '../command-arguments.ts';
import { cancelled, connectionsOf, isReady } from '../connections.ts';
import type { Dialogs } from '../dialogs.ts';
import { generate, requirePrompt } from '../generate.ts';
import { homeOf } from '../home.ts';
import { entriesMeant, jobArguments } from '../jobs/job-arguments.ts';
import { clipFiles, fileOfActiveTab, requireWorkspaceFile } from '../media-files.ts';
import type { Services } from '../services.ts';
import { readSettings } from '../settings.ts';
import { clipOfFile, clipOfJob, type SourceClip } from '../video/clip.ts';
import { pickModel, type VideoTarget } from '../video/pick-model.ts';
import { sourceActions } from '../video/source-actions.ts';
import { actionText } from '../video/words.ts';

/** Makes a new clip from an earlier one: told anew, changed, or continued, as its model can. */
export const remixVideo: Command = {
  needsTrust: true,
  async run(services, args) {
    const clip = await clipMeant(services, args);
    const target = await targetFor(services, clip);
    const { madeBy, hasFile } = clip;
    const forms = { id: target.connection.id === madeBy, file: hasFile };
    const action = await pickAction(services, clip, sourceActions(target.model, forms));
    const { label, ask } = actionText(action);
    const title = `${label}: ${clip.name}`;
    const editor = vscode.window.activeTextEditor;
    const place = editor === undefined ? undefined : services.places.remember(editor);
    const typed = await services.dialogs.ask({ title, prompt: ask });
    if (typed === undefined) throw cancelled();
    const prompt = requirePrompt(typed, ask);
    return generate(services, {
      kind: 'video',
      title,
      home: clip.home,
      prompt,
      connection: target.connection.id,
      model: target.model.id,
      source: { action, clip: clip.reference, hasFile, madeBy },
      place,
    });
  },
};

async function clipMeant(services: Services, args: readonly unknown[]): Promise<SourceClip> {
  const fromView = jobArguments.safeParse(args);
  const given = fromView.success ? fromView.data[0] : undefined;
  if (given !== null && given !== undefined) {
    const [entry] = await entriesMeant(services, given);
    if (entry === undefined) throw new ShotlistError('not_found', vscode.l10n.t('There is no such job.'));
    return clipOfJob(entry);
  }
  const [clicked] = parseArguments(explorerArguments, args);
  if (clicked !== null && clicked !== undefined) requireWorkspaceFile(clipFiles, clicked);
  const file = clicked ?? (await chooseClip(services.dialogs));
  if (file === undefined) throw cancelled();
  return clipOfFile(await homeOf(services, file), file);
}

/** The model that made the clip, where it still can; else one that the person chooses. */
async function targetFor(services: Services, { home, made, madeBy, hasFile }: SourceClip): Promise<VideoTarget> {
  const settings = readSettings(home);
  const connection = connectionsOf(settings).find(({ id }) => id === madeBy);
  if (made !== undefined && connection !== undefined) {
    const model = made(connection);
    const can = model !== undefined && sourceActions(model, { id: true, file: hasFile }).length > 0;
    if (can && (await isReady(services, connection))) return { connection, model };
  }
  const picked = await pickModel(
    services,
    settings,
    (model, candidate) => sourceActions(model, { id: candidate.id === madeBy, file: hasFile }).length > 0,
  );
  if (picked === undefined) throw cancelled();
  return picked;
}

async function pickAction(services: Services, clip: SourceClip, actions: readonly VideoAction[]): Promise<VideoAction> {
  const [only, other] = actions;
  if (only !== undefined && other === undefined) return only;
  const items = actions.map((action) => {
    const { label, detail } = actionText(action);
    return { label, detail, value: action };
  });
  const picked = await services.dialogs.pick(vscode.l10n.t('Remix {0}', clip.name), items, {
    placeHolder: vscode.l10n.t('What should be done with it?'),
  });
  if (picked === undefined) throw cancelled();
  return picked;
}

/** The clip in the active tab, else whatever is chosen in a dialog. */
async function chooseClip(dialogs: Dialogs): Promise<vscode.Uri | undefined> {
  const shown = fileOfActiveTab(clipFiles);
  if (shown !== undefined) return shown;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const [chosen] = await dialogs.open({
    title: vscode.l10n.t('Remix Video'),
    openLabel: vscode.l10n.t('Remix'),
    filters: { [vscode.l10n.t('Videos')]: [...clipFiles.extensions] },
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  return chosen;
}
