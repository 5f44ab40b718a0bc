import * as vscode from 'vscode';
import type { Job } from '../../core/jobs/job.ts';
import { uriOfPath } from '../file-uri.ts';
import { relativePath } from '../relative-path.ts';
import { isCharged } from './is-charged.ts';
import { clockText, elapsedMs, isWorking, promptWords, type JobEntry } from './nodes.ts';

/** Leaves room for the rest of the line in a side bar of the usual width. */
const shownPromptCharacters = 28;

/** The job in a few words: its prompt. */
export function titleOf(job: Job): string {
  const words = promptWords(job.request.prompt, shownPromptCharacters);
  return words === '' ? vscode.l10n.t('(no prompt)') : words;
}

/** The state as a word. */
export function stateText({ job, isLeft }: JobEntry): string {
  const { state } = job;
  if (isLeft && state === 'queued') return vscode.l10n.t('not sent');
  if (isLeft && state !== 'unknown') return vscode.l10n.t('interrupted');
  const words: Readonly<Record<Job['state'], () => string>> = {
    queued: () => vscode.l10n.t('waiting'),
    submitting: () => vscode.l10n.t('sending'),
    running: () => vscode.l10n.t('running'),
    downloading: () => vscode.l10n.t('downloading'),
    done: () => vscode.l10n.t('done'),
    failed: () => vscode.l10n.t('failed'),
    cancelled: () => vscode.l10n.t('cancelled'),
    unknown: () => vscode.l10n.t('sent, no answer'),
  };
  return words[state]();
}

/** Beside the title: how far it is, how long it takes or took, what it cost. Short, because side bars are narrow. */
export function descriptionOf(entry: JobEntry, now: number): string {
  const { job } = entry;
  const elapsed = elapsedMs(entry, now);
  const time = elapsed === undefined ? '' : clockText(elapsed);
  if (isWorking(entry)) return joined([job.state === 'running' ? percentText(job) : stateText(entry), time]);
  if (job.state === 'done') return joined([costText(job), tookText(elapsed ?? 0)]);
  if (job.error?.code === 'moderation_blocked') return vscode.l10n.t('refused');
  return stateText(entry);
}

/** Nothing is made in no time. */
function tookText(elapsed: number): string {
  return vscode.l10n.t('in {0}', clockText(Math.max(1000, elapsed)));
}

/** `45 %`, where the provider tells; the spinner says the rest. */
function percentText({ progress }: Job): string {
  return progress === undefined ? '' : `${Math.floor(progress * 100)} %`;
}

/** `8 s, 1280x720` */
function resultText({ outputs }: Job): string {
  const facts = outputs.find(({ placed }) => placed)?.facts;
  if (facts === undefined) return '';
  const { seconds, width, height } = facts;
  const length = seconds === undefined ? '' : vscode.l10n.t('{0} s', Math.round(seconds * 10) / 10);
  const size = width === undefined || height === undefined ? '' : `${width}x${height}`;
  return joined([length, size]);
}

function costText(job: Job): string {
  const { cost } = job;
  if (cost === undefined || !isCharged(job)) return '';
  const usd = cost.usd < 1 ? cost.usd.toFixed(3).replace(/0$/, '') : cost.usd.toFixed(2);
  return cost.basis === 'usage' ? `$${usd}` : vscode.l10n.t('about {0}', `$${usd}`);
}

/** Everything that is known of a job; plain text, because prompts and messages are not ours. */
export function tooltipOf(entry: JobEntry, now: number): string {
  const { job, home } = entry;
  const { request, answer, error } = job;
  const elapsed = elapsedMs(entry, now);
  const lines = [
    promptWords(request.prompt, 1000),
    '',
    line(vscode.l10n.t('State'), joined([stateText(entry), job.state === 'running' ? percentText(job) : ''])),
    line(vscode.l10n.t('Model'), vscode.l10n.t('{0} at {1}', request.model, request.connection)),
    line(vscode.l10n.t('Asked for'), parametersText(job)),
    line(vscode.l10n.t('Begun'), new Date(job.createdAt).toLocaleString()),
    line(vscode.l10n.t('Took'), elapsed === undefined || isWorking(entry) ? '' : clockText(elapsed)),
    line(vscode.l10n.t('So far'), elapsed === undefined || !isWorking(entry) ? '' : clockText(elapsed)),
    line(vscode.l10n.t('Cost'), isCharged(job) ? costText(job) : vscode.l10n.t('free')),
    line(vscode.l10n.t('Made'), resultText(job)),
    ...job.outputs
      .filter(({ placed }) => placed)
      .map(({ path }) => line(vscode.l10n.t('File'), relativePath(home.path, uriOfPath(home, path).path))),
    line(vscode.l10n.t('Job'), job.id),
    line(vscode.l10n.t('Request at the provider'), answer?.requestId ?? ''),
    ...job.warnings,
    error === undefined ? '' : [error.message, error.hint ?? ''].join(' ').trim(),
  ];
  const [words = '', blank = '', ...facts] = lines;
  return [words, blank, ...facts.filter((fact) => fact !== '')].join('\n');
}

function parametersText({ request }: Job): string {
  return Object.entries(request.parameters)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}

function line(name: string, value: string): string {
  return value === '' ? '' : `${name}: ${value}`;
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}
