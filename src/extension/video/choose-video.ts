import * as vscode from 'vscode';
import type { VideoModel } from '../../core/catalog/model.ts';
import type { Size } from '../../core/catalog/sizes.ts';
import type { Connection } from '../../core/connections/connection.ts';
import { ShotlistError } from '../../core/errors.ts';
import { videoOperationOf, type Plan } from '../../core/generation.ts';
import type { Draft, Pipeline } from '../../core/pipeline.ts';
import { cancelled } from '../connections.ts';
import type { PickItem } from '../dialogs.ts';
import { countText } from '../media-count.ts';
import type { Services } from '../services.ts';
import type { Settings } from '../settings.ts';
import { settleChoice, type SettledChoice, type VideoChoice } from './choice.ts';
import { pickModel, type VideoTarget } from './pick-model.ts';
import { sourceActions } from './source-actions.ts';
import { estimateText, rateText, secondsText, shapeText } from './words.ts';

/** A clip that is wanted, before its model, length and shape are settled. */
export interface VideoWish {
  readonly title: string;
  readonly prompt: string;
  readonly inputs?: Draft['inputs'] | undefined;
  readonly source?: WishedSource | undefined;
  /** Of the first frame. */
  readonly picture?: Size | undefined;
}

/** The earlier clip, with the ways in which it can be handed over. */
export interface WishedSource extends NonNullable<Draft['source']> {
  readonly hasFile: boolean;
  /** Connection that knows the clip by a name of its own. */
  readonly madeBy?: string | undefined;
}

export interface ChosenVideo {
  readonly connection: Connection;
  readonly plan: Plan;
}

type Row = 'make' | 'model' | 'length' | 'shape' | 'resolution' | 'count';

interface State {
  readonly target: VideoTarget;
  readonly wished: VideoChoice;
  readonly count: number;
}

const counts = [1, 2, 3, 4, 6, 8, 10];

/**
 * One list that says what will be made and what it will cost; its first row makes it, each other row changes one thing
 * to another value that the model allows. @throws ShotlistError `cancelled`
 */
export async function chooseVideo(
  services: Services,
  pipeline: Pipeline,
  settings: Settings,
  wish: VideoWish,
  target: VideoTarget,
): Promise<ChosenVideo> {
  let state: State = { target, wished: {}, count: 1 };
  for (;;) {
    const settled = settle(state, wish);
    const planned = await planOf(pipeline, state, settled.choice, wish);
    const row = await services.dialogs.pick(wish.title, rowsOf(state, settled, planned), {
      placeHolder: vscode.l10n.t('Press Enter to make it, or choose what should be different'),
    });
    if (row === undefined) throw cancelled();
    if (row === 'make' && !(planned instanceof Error)) return { connection: state.target.connection, plan: planned };
    if (row === 'make') throw planned;
    state = await change(services, settings, wish, state, settled, row);
  }
}

function settle({ target, wished }: State, wish: VideoWish): SettledChoice {
  const operation = videoOperationOf({ inputs: wish.inputs ?? [], source: wish.source });
  return settleChoice(target.model, { operation, picture: wish.picture }, wished);
}

async function planOf(
  pipeline: Pipeline,
  { target, count }: State,
  choice: VideoChoice,
  { prompt, inputs, source }: VideoWish,
): Promise<Plan | ShotlistError> {
  const draft: Draft = {
    kind: 'video',
    prompt,
    connection: target.connection.id,
    model: target.model.id,
    count,
    ...choice,
    ...(inputs === undefined ? {} : { inputs }),
    ...(source === undefined ? {} : { source: { action: source.action, clip: source.clip } }),
  };
  try {
    return await pipeline.plan([draft]);
  } catch (error) {
    return ShotlistError.from(error);
  }
}

function rowsOf(state: State, { choice, options }: SettledChoice, planned: Plan | ShotlistError): PickItem<Row>[] {
  const { target, count } = state;
  const { connection, model } = target;
  const rate = rateText({ ...target, status: 'active' });
  const { aspect, resolution, seconds } = choice;
  const rows: (PickItem<Row> | undefined)[] = [
    makeRow(state, choice, planned),
    {
      label: vscode.l10n.t('Model'),
      description: `${model.label} · ${connection.label} · ${rate}`,
      icon: 'sparkle',
      value: 'model',
    },
    seconds === undefined || options.lengths.length < 2
      ? undefined
      : { label: vscode.l10n.t('Length'), description: secondsText(seconds), icon: 'watch', value: 'length' },
    aspect === undefined || options.aspects.length < 2
      ? undefined
      : { label: vscode.l10n.t('Shape'), description: shapeText(aspect), icon: 'mirror', value: 'shape' },
    resolution === undefined || options.resolutions.length < 2
      ? undefined
      : {
          label: vscode.l10n.t('Resolution'),
          description: resolutionText(options, choice, resolution),
          icon: 'screen-full',
          value: 'resolution',
        },
    { label: vscode.l10n.t('Number'), description: countText(count, 'video'), icon: 'versions', value: 'count' },
  ];
  return rows.filter((row) => row !== undefined);
}

function makeRow({ target, count }: State, choice: VideoChoice, planned: Plan | ShotlistError): PickItem<Row> {
  const label = count === 1 ? vscode.l10n.t('Make Video') : vscode.l10n.t('Make {0} Videos', count);
  if (planned instanceof Error) {
    const detail = [planned.message, planned.hint ?? ''].filter((part) => part !== '').join(' ');
    return { label, description: vscode.l10n.t('not possible like this'), detail, icon: 'warning', value: 'make' };
  }
  const estimates = planned.jobs.map(({ estimate }) => estimate);
  const about = [
    estimateText(estimates, target.connection.embedded),
    choice.seconds === undefined ? '' : secondsText(choice.seconds),
    choice.aspect ?? '',
    choice.resolution ?? '',
  ];
  return {
    label,
    description: about.filter((part) => part !== '').join(' · '),
    ...(planned.warnings.length === 0 ? {} : { detail: planned.warnings.join(' ') }),
    icon: 'play',
    value: 'make',
  };
}

/** `720p (1280x720)`; the pixels only where the shape is settled, as they follow from an earlier clip otherwise. */
function resolutionText({ frames }: SettledChoice['options'], { aspect }: VideoChoice, resolution: string): string {
  const frame = frames.find((other) => other.resolution === resolution && other.aspect === aspect);
  return frame === undefined ? resolution : `${resolution} (${frame.width}x${frame.height})`;
}

async function change(
  services: Services,
  settings: Settings,
  wish: VideoWish,
  state: State,
  { choice, options }: SettledChoice,
  row: Exclude<Row, 'make'>,
): Promise<State> {
  const pick = <T>(title: string, values: readonly T[], current: T | undefined, text: (value: T) => string) =>
    services.dialogs.pick(title, valueItems(values, current, text));
  const wishing = (wished: VideoChoice): State => ({ ...state, wished: { ...state.wished, ...wished } });
  const changes: Readonly<Record<typeof row, () => Promise<State | undefined>>> = {
    async model() {
      const target = await pickModel(services, settings, (model, connection) => canDo(model, connection, wish));
      return target === undefined ? undefined : { ...state, target };
    },
    async length() {
      const seconds = await pick(vscode.l10n.t('Length'), options.lengths, choice.seconds, secondsText);
      return seconds === undefined ? undefined : wishing({ seconds });
    },
    async shape() {
      const aspect = await pick(vscode.l10n.t('Shape'), options.aspects, choice.aspect, shapeText);
      return aspect === undefined ? undefined : wishing({ aspect });
    },
    async resolution() {
      const words = (value: string): string => resolutionText(options, choice, value);
      const resolution = await pick(vscode.l10n.t('Resolution'), options.resolutions, choice.resolution, words);
      return resolution === undefined ? undefined : wishing({ resolution });
    },
    async count() {
      const count = await pick(vscode.l10n.t('Number'), counts, state.count, (value) => countText(value, 'video'));
      return count === undefined ? undefined : { ...state, count };
    },
  };
  // whoever leaves a list with Escape is back where they were
  return (await changes[row]()) ?? state;
}

/** The present value first, so that Enter keeps it. */
function valueItems<T>(values: readonly T[], current: T | undefined, text: (value: T) => string): PickItem<T>[] {
  const item = (value: T): PickItem<T> => ({
    label: text(value),
    ...(value === current ? { description: vscode.l10n.t('as it is now') } : {}),
    value,
  });
  const others = values.filter((value) => value !== current);
  return [...(current === undefined ? [] : [item(current)]), ...others.map(item)];
}

/** Whether the model takes what the wish brings along. */
function canDo(model: VideoModel, connection: Connection, { inputs = [], source }: VideoWish): boolean {
  if (source === undefined) return inputs.every(({ role }) => role !== 'first_frame' || model.limits.firstFrame);
  const forms = { id: connection.id === source.madeBy, file: source.hasFile };
  return sourceActions(model, forms).includes(source.action);
}
