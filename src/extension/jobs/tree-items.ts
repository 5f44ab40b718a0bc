import * as vscode from 'vscode';
import type { Job } from '../../core/jobs/job.ts';
import { descriptionOf, stateText, titleOf, tooltipOf } from './job-words.ts';
import { actionsOf, BatchNode, isRunning, JobNode, type JobEntry, type JobsNode, type MoreNode } from './nodes.ts';

/** How the nodes look. `homes`: how many folders there are, because with several each job says its own. */
export function treeItemOf(node: JobsNode, homes: number, now: number): vscode.TreeItem {
  if (node instanceof JobNode) return jobItem(node, homes, now);
  return node instanceof BatchNode ? batchItem(node) : moreItem(node);
}

function jobItem(node: JobNode, homes: number, now: number): vscode.TreeItem {
  const { entry, isMember } = node;
  const { job, home } = entry;
  const title = isMember ? memberTitle(node) : titleOf(job);
  const item = new vscode.TreeItem(title, vscode.TreeItemCollapsibleState.None);
  const folder = homes > 1 && !isMember ? (home.path.split('/').at(-1) ?? '') : '';
  item.id = job.id;
  item.description = [descriptionOf(entry, now), folder].filter((part) => part !== '').join(' · ');
  item.iconPath = iconOf(entry);
  item.contextValue = ['job', ...actionsOf(entry)].join(' ');
  item.tooltip = tooltipOf(entry, now);
  item.accessibilityInformation = { label: `${title}, ${stateText(entry)}, ${item.description}` };
  if (actionsOf(entry).includes('result')) {
    item.command = { command: 'shotlist.openJobResult', title: vscode.l10n.t('Open'), arguments: [node] };
  }
  return item;
}

/** Several of one prompt are told apart by their numbers. */
function memberTitle({ entry: { job }, hasOwnPrompt }: JobNode): string {
  if (hasOwnPrompt) return titleOf(job);
  return job.request.kind === 'video'
    ? vscode.l10n.t('Video {0}', job.index + 1)
    : vscode.l10n.t('Image {0}', job.index + 1);
}

function iconOf({ job, isLeft }: JobEntry): vscode.ThemeIcon {
  const themed = (id: string, color?: string): vscode.ThemeIcon =>
    new vscode.ThemeIcon(id, color === undefined ? undefined : new vscode.ThemeColor(color));
  if (isLeft && job.state !== 'unknown') return themed('debug-pause', 'list.warningForeground');
  const icons: Readonly<Record<Job['state'], () => vscode.ThemeIcon>> = {
    queued: () => themed('clock'),
    submitting: () => themed('loading~spin'),
    running: () => themed('loading~spin'),
    downloading: () => themed('cloud-download'),
    done: () => themed(job.request.kind === 'video' ? 'device-camera-video' : 'file-media', 'charts.green'),
    failed: () => themed('error', 'list.errorForeground'),
    cancelled: () => themed('circle-slash', 'disabledForeground'),
    unknown: () => themed('question', 'list.warningForeground'),
  };
  return icons[job.state]();
}

function batchItem({ members }: BatchNode): vscode.TreeItem {
  const entries = members.map(({ entry }) => entry);
  const [first] = entries;
  const running = entries.some(isRunning);
  const done = entries.filter(({ job }) => job.state === 'done').length;
  const failed = entries.filter(({ job }) => job.state === 'failed').length;
  const title = first === undefined ? '' : titleOf(first.job);
  const item = new vscode.TreeItem(
    title,
    running ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed,
  );
  const parts = [
    vscode.l10n.t('{0} of {1} done', done, entries.length),
    failed === 0 ? '' : vscode.l10n.t('{0} failed', failed),
  ];
  item.id = first?.job.batch ?? '';
  item.description = parts.filter((part) => part !== '').join(' · ');
  item.iconPath = new vscode.ThemeIcon(running ? 'loading~spin' : 'layers');
  const actions = ['cancel', 'resume'] as const;
  item.contextValue = [
    'batch',
    ...actions.filter((action) => entries.some((entry) => actionsOf(entry).includes(action))),
  ].join(' ');
  item.accessibilityInformation = { label: `${title}, ${item.description}` };
  return item;
}

function moreItem({ hidden }: MoreNode): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Show {0} Older…', hidden));
  item.iconPath = new vscode.ThemeIcon('ellipsis');
  item.command = { command: 'shotlist.showMoreJobs', title: vscode.l10n.t('Show Older Jobs') };
  return item;
}
