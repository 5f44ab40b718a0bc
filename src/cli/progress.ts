/** What a person sees on standard error while jobs run: a live line at a terminal, plain lines elsewhere. */
import { stripVTControlCharacters, styleText } from 'node:util';
import { formatUsd } from '../core/catalog/price.ts';
import type { JobEvent, RunResult } from '../core/jobs/job.ts';
import type { Io } from './io.ts';
import type { Output } from './output.ts';

export interface Progress {
  onEvent(event: JobEvent): void;
  /** Prints a line without tearing the live one. */
  note(text: string): void;
  warn(text: string): void;
  /** How many jobs are sent and not answered. */
  underWay(): number;
  /** Removes the live line. */
  stop(): void;
  /** One line about the whole run. */
  summary(result: RunResult): void;
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 100;

export function createProgress(io: Io, output: Output, now: () => number = Date.now): Progress {
  const { variables, stderr } = io;
  const live = stderr.isTTY && !output.quiet && variables['CI'] === undefined && variables['TERM'] !== 'dumb';
  const startedAt = now();
  const states = new Map<string, JobEvent['job']>();
  let detail = '';
  let frame = 0;

  const elapsed = (): string => formatSeconds(now() - startedAt);
  const clear = (): void => {
    if (live) stderr.write('\r\u001B[K');
  };
  const draw = (): void => {
    if (!live) return;
    frame = (frame + 1) % frames.length;
    const line = [`${frames[frame]} ${progressOf([...states.values()])}`, elapsed(), detail]
      .filter((part) => part !== '')
      .join(' · ');
    stderr.write(`\r\u001B[K${styleText('dim', fit(line, stderr.columns), { stream: stderr, validateStream: true })}`);
  };
  const timer = live ? setInterval(draw, frameMs) : undefined;
  const between = (print: () => void): void => {
    clear();
    print();
    draw();
  };

  return {
    onEvent(event) {
      const before = states.get(event.job.id)?.state;
      states.set(event.job.id, event.job);
      const name = states.size > 1 ? `request ${event.job.index + 1}: ` : '';
      if (event.type === 'partial') {
        detail = `${name}preview ${event.index + 1}`;
        if (!live) output.note(`${detail} (${elapsed()})`);
      } else if (event.type === 'waiting') {
        const until = event.untilMs === undefined ? '' : `; going on in ${formatSeconds(event.untilMs - now())}`;
        detail = `${event.reason.replace(/\.$/, '')}${until}`;
        if (!live) output.note(`${name}${detail}`);
      } else if (event.type === 'warning') {
        between(() => output.warn(event.message));
      } else if (before !== event.job.state) {
        detail = '';
        if (!live && event.job.state === 'submitting') output.note(`${name}sent to ${event.job.request.connection}`);
        if (!live && event.job.state === 'done') output.note(`${name}done (${elapsed()})`);
      }
    },
    note: (text) => between(() => output.note(text)),
    warn: (text) => between(() => output.warn(text)),
    underWay: () => [...states.values()].filter(({ state }) => inFlight.has(state)).length,
    stop() {
      clearInterval(timer);
      clear();
    },
    summary(result) {
      const files = result.jobs.flatMap((job) => job.assets).length;
      if (files > 0) output.note(`${plural(files, 'file')} in ${elapsed()}${costOf(result)}`);
    },
  };
}

function progressOf(jobs: readonly JobEvent['job'][]): string {
  const count = (some: typeof jobs): number => some.reduce((sum, job) => sum + job.count, 0);
  const finished = count(jobs.filter(({ state }) => state === 'done'));
  const all = plural(count(jobs), 'picture');
  return finished === 0 ? `making ${all}` : `${finished} of ${all} made`;
}

const inFlight = new Set(['submitting', 'running', 'downloading']);

/** The sum of what is known, and whether all of it is. The sandbox reports what a real run would have used. */
function costOf(result: RunResult): string {
  if (result.jobs.every(({ connection }) => connection === 'sandbox')) return ', nothing charged';
  const costs = result.jobs.flatMap((job) => (job.cost === undefined ? [] : [job.cost]));
  if (costs.length === 0) return '';
  const usd = costs.reduce((sum, cost) => sum + cost.usd, 0);
  const sure = costs.every(({ basis }) => basis === 'usage');
  return `, ${sure ? '' : 'about '}${formatUsd(usd)}`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function formatSeconds(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 100 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function fit(line: string, width: number | undefined): string {
  // a terminal that doesn't know its width says 0
  const columns = width === undefined || width < 20 ? 80 : width;
  const plain = stripVTControlCharacters(line);
  return plain.length < columns ? plain : `${plain.slice(0, columns - 2)}…`;
}
