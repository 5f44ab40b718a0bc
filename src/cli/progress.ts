/** What a person sees on standard error while jobs run: live lines at a terminal, sparse plain lines elsewhere. */
import { builtInConnections, originOf } from '../core/connections/connection.ts';
import type { Job, JobEvent, RunResult } from '../core/jobs/job.ts';
import type { Io } from './io.ts';
import { costText } from './cost-text.ts';
import { createLiveLines } from './live-lines.ts';
import type { Output } from './output.ts';
import { shorten } from './table.ts';
import { formatDuration, nounOf, plural } from './words.ts';

export interface Progress {
  onEvent(event: JobEvent): void;
  /** Prints a line without tearing the live ones. */
  note(text: string): void;
  warn(text: string): void;
  /** Jobs that are sent and not finished. */
  underWay(): readonly Job[];
  /** Removes the live lines. */
  stop(): void;
  /** One line about the whole run. */
  summary(result: RunResult): void;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 100;
/** Where lines can't be drawn again, this often one says that there is life. */
const sparseMs = 60_000;
const sparseStep = 0.25;
const promptColumn = 40;

/** A job with what was told of it besides its state. */
interface Seen {
  readonly job: Job;
  /** What is waited for, or which preview came. */
  readonly detail: string;
  /** Until when, milliseconds since 1970. */
  readonly untilMs?: number | undefined;
  /** How far it was when a sparse line last said so. */
  readonly toldProgress: number;
}

export function createProgress(io: Io, output: Output, now: () => number = Date.now): Progress {
  const lines = createLiveLines(io, output.quiet);
  const startedAt = now();
  const seen = new Map<string, Seen>();
  let frame = 0;

  const elapsed = (): string => formatDuration(now() - startedAt);
  const nameOf = (job: Job): string => (seen.size > 1 || job.index > 0 ? `request ${job.index + 1}: ` : '');
  const draw = (): void => {
    frame = (frame + 1) % frames.length;
    if (seen.size > 0) lines.draw(liveLines([...seen.values()], frames[frame] ?? '', elapsed(), now()));
  };
  const tell = (): void => {
    const jobs = [...seen.values()];
    if (jobs.length > 0) output.note(`${overallOf(jobs)} (${elapsed()})`);
  };
  const timer = lines.isLive ? setInterval(draw, frameMs) : setInterval(tell, sparseMs);
  const between = (print: () => void): void => {
    lines.clear();
    print();
    draw();
  };
  const sparse = (text: string): void => {
    if (!lines.isLive) output.note(text);
  };

  const onChanged = (job: Job, before: Seen | undefined): void => {
    const { progress = 0, state } = job;
    const isNew = before?.job.state !== state;
    const told = isNew ? 0 : (before?.toldProgress ?? 0);
    const step = state === 'running' && progress >= told + sparseStep && progress < 1;
    seen.set(job.id, {
      job,
      detail: isNew ? '' : (before?.detail ?? ''),
      untilMs: isNew ? undefined : before?.untilMs,
      toldProgress: step ? progress : told,
    });
    if (isNew) {
      const text = stateText(job, elapsed());
      if (text !== undefined) sparse(`${nameOf(job)}${text}`);
    } else if (step) sparse(`${nameOf(job)}${percent(progress)} (${elapsed()})`);
  };

  return {
    onEvent(event) {
      const { job } = event;
      const before = seen.get(job.id);
      const base = { job, toldProgress: before?.toldProgress ?? 0 };
      if (event.type === 'changed') onChanged(job, before);
      else if (event.type === 'warning') between(() => output.warn(event.message));
      else if (event.type === 'partial') {
        const detail = `preview ${event.index + 1}`;
        seen.set(job.id, { ...base, detail });
        sparse(`${nameOf(job)}${detail} (${elapsed()})`);
      } else {
        const detail = event.reason.replace(/\.$/, '');
        seen.set(job.id, { ...base, detail, untilMs: event.untilMs });
        if (detail !== before?.detail) sparse(`${nameOf(job)}${detail}${untilText(event.untilMs, now())}`);
      }
    },
    note: (text) => between(() => output.note(text)),
    warn: (text) => between(() => output.warn(text)),
    underWay: () => [...seen.values()].map(({ job }) => job).filter(({ state }) => inFlight.has(state)),
    stop() {
      clearInterval(timer);
      lines.clear();
    },
    summary(result) {
      const files = result.jobs.flatMap((job) => job.assets).length;
      if (files > 0) output.note(`${plural(files, 'file')} in ${elapsed()}${costOf(result)}`);
    },
  };
}

const inFlight = new Set(['submitting', 'running', 'downloading']);

/** A line for each clip, because they take minutes; one for all pictures together. */
function liveLines(jobs: readonly Seen[], mark: string, elapsed: string, now: number): string[] {
  const clips = jobs
    .filter(({ job }) => job.request.kind === 'video')
    .toSorted(({ job: one }, { job: other }) => one.createdAt - other.createdAt || one.index - other.index);
  if (clips.length > 0) {
    const head = clips.length === 1 ? [] : [`${mark} ${overallOf(jobs)} · ${elapsed}`];
    return [...head, ...clips.map((clip) => clipLine(clip, clips.length === 1 ? mark : ' ', now))];
  }
  const detail = jobs.findLast((each) => each.detail !== '');
  const name = detail === undefined || jobs.length === 1 ? '' : `request ${detail.job.index + 1}: `;
  const parts = [`${mark} ${overallOf(jobs)}`, elapsed];
  if (detail !== undefined) parts.push(`${name}${detail.detail}${untilText(detail.untilMs, now)}`);
  return [parts.join(' · ')];
}

function clipLine({ job, detail, untilMs }: Seen, mark: string, now: number): string {
  const done = job.state === 'running' && job.progress !== undefined ? ` ${percent(job.progress)}` : '';
  const isUnderWay = inFlight.has(job.state);
  const since = job.startedAt ?? job.createdAt;
  const parts = [`${mark} ${job.index + 1} ${job.state}${done}`];
  if (job.state !== 'queued') parts.push(formatDuration((isUnderWay ? now : job.updatedAt) - since));
  if (job.state === 'failed' && job.error !== undefined) parts.push(job.error.message);
  else if (detail !== '') parts.push(`${detail}${untilText(untilMs, now)}`);
  else if (isUnderWay && job.state !== 'downloading') parts.push(`waiting for ${job.request.model} at ${placeOf(job)}`);
  parts.push(shorten(job.request.prompt, promptColumn));
  return parts.join(' · ');
}

function overallOf(jobs: readonly Seen[]): string {
  const count = (some: readonly Seen[]): number => some.reduce((sum, { job }) => sum + job.count, 0);
  const finished = count(jobs.filter(({ job }) => job.state === 'done'));
  const all = plural(count(jobs), nounOf(jobs.map(({ job }) => job.request.kind)));
  return finished === 0 ? `making ${all}` : `${finished} of ${all} made`;
}

/** What a sparse line says of a new state; undefined for those that say nothing. */
function stateText(job: Job, elapsed: string): string | undefined {
  const { kind, model } = job.request;
  if (job.state === 'submitting') return `sent to ${placeOf(job)}`;
  if (job.state === 'done') return `done (${elapsed})`;
  if (kind !== 'video') return undefined;
  if (job.state === 'running') return `in the making with ${model} at ${placeOf(job)} (job ${job.id})`;
  if (job.state === 'downloading') return 'downloading';
  return job.state === 'failed' ? `failed: ${job.error?.message ?? ''}` : undefined;
}

/** The connection; the host where a built-in one was led elsewhere, because its name would say the vendor's then. */
function placeOf({ request, origin }: Job): string {
  const builtIn = builtInConnections.find(({ id }) => id === request.connection);
  const isMoved = builtIn !== undefined && request.connection !== 'vertex' && originOf(builtIn) !== origin;
  return isMoved ? new URL(origin).host : request.connection;
}

function percent(progress: number): string {
  return `${Math.floor(progress * 100)}%`;
}

function untilText(untilMs: number | undefined, now: number): string {
  return untilMs === undefined || untilMs <= now ? '' : `; going on in ${formatDuration(untilMs - now)}`;
}

/** The sum of what is known, and whether all of it is. The sandbox reports what a real run would have used. */
function costOf(result: RunResult): string {
  if (result.jobs.every(({ connection }) => connection === 'sandbox')) return ', nothing charged';
  const costs = result.jobs.flatMap((job) => (job.cost === undefined ? [] : [job.cost]));
  if (costs.length === 0) return '';
  const usd = costs.reduce((sum, cost) => sum + cost.usd, 0);
  return `, ${costText({ usd, basis: costs.every(({ basis }) => basis === 'usage') ? 'usage' : 'estimate' })}`;
}
