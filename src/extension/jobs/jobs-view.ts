import * as vscode from 'vscode';
import type { JobsFeed } from './feed.ts';
import { BatchNode, createNodes, isRunning, isWorking, JobNode, type JobsNode } from './nodes.ts';

const tickMs = 1000;

/**
 * The view "Jobs". It looks at the journals only while it is visible or a run goes on, and once a second only while
 * something works. How a job looks is loaded when there is one to show.
 */
export function registerJobsView(feed: JobsFeed): vscode.Disposable {
  const changed = new vscode.EventEmitter<JobsNode | undefined>();
  const toNodes = createNodes();
  let watching: vscode.Disposable | undefined;
  let ticking: NodeJS.Timeout | undefined;

  const provider: vscode.TreeDataProvider<JobsNode> = {
    onDidChangeTreeData: changed.event,
    async getChildren(parent) {
      if (parent !== undefined) return parent instanceof BatchNode ? [...parent.members] : [];
      await known(feed);
      return [...toNodes(feed.entries, feed.shownFinished)];
    },
    async getTreeItem(node) {
      const { treeItemOf } = await import('./tree-items.ts');
      return treeItemOf(node, feed.homes.length, Date.now());
    },
  };
  const view = vscode.window.createTreeView('shotlist.jobs', { treeDataProvider: provider, showCollapseAll: true });

  function follow(): void {
    if (view.visible) {
      watching ??= feed.watch();
      refreshWorking();
    } else {
      watching?.dispose();
      watching = undefined;
    }
    tick();
  }

  /** The time that a job takes is shown by the second, as long as one works and somebody looks. */
  function tick(): void {
    const wanted = view.visible && feed.entries.some(isWorking);
    if (!wanted) {
      clearInterval(ticking);
      ticking = undefined;
    } else ticking ??= setInterval(refreshWorking, tickMs);
  }

  function refreshWorking(): void {
    for (const node of toNodes(feed.entries, feed.shownFinished)) refresh(node);
  }

  function refresh(node: JobsNode): void {
    if (node instanceof BatchNode) node.members.forEach(refresh);
    else if (node instanceof JobNode && isWorking(node.entry)) changed.fire(node);
  }

  function show(): void {
    const running = feed.entries.filter(isRunning).length;
    const tooltip = running === 1 ? vscode.l10n.t('1 job is running') : vscode.l10n.t('{0} jobs are running', running);
    view.badge = running === 0 ? undefined : { value: running, tooltip };
    changed.fire(undefined);
    tick();
  }

  const subscriptions = [view.onDidChangeVisibility(follow), feed.onDidChange(show), view, changed];
  follow();
  return new vscode.Disposable(() => {
    clearInterval(ticking);
    watching?.dispose();
    vscode.Disposable.from(...subscriptions).dispose();
  });
}

/** An empty list before the first look would show the words for "no jobs yet". */
function known(feed: JobsFeed): Promise<void> {
  if (feed.isKnown || !vscode.workspace.isTrusted) return Promise.resolve();
  return new Promise((resolve) => {
    const listener = feed.onDidChange(() => {
      if (!feed.isKnown) return;
      listener.dispose();
      resolve();
    });
  });
}
