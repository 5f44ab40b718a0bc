/** Jobs in the order and the groups in which they are shown. No words, no window. */
import type { Uri } from 'vscode';
import type { JobState } from '../../core/generation.ts';
import type { Job } from '../../core/jobs/job.ts';

/** A job of one of the folders. */
export interface JobEntry {
  readonly home: Uri;
  readonly job: Job;
  /** Unfinished or unknown, and no living process works on it. */
  readonly isLeft: boolean;
}

/** A job in the tree. The same object for the same job, so that the tree keeps what is selected. */
export class JobNode {
  entry: JobEntry;
  /** Inside a batch, so that the folder and the like need not be said again. */
  readonly isMember: boolean;
  /** Whether the others of its batch have other prompts. */
  hasOwnPrompt = true;
  constructor(entry: JobEntry, isMember: boolean) {
    this.entry = entry;
    this.isMember = isMember;
  }
}

/** Several jobs that were asked for at once. */
export class BatchNode {
  members: readonly JobNode[];
  constructor(members: readonly JobNode[]) {
    this.members = members;
  }
}

/** Stands for the finished jobs that are not shown yet. */
export class MoreNode {
  readonly hidden: number;
  constructor(hidden: number) {
    this.hidden = hidden;
  }
}

export type JobsNode = JobNode | BatchNode | MoreNode;

const working: readonly JobState[] = ['submitting', 'running', 'downloading'];
const unfinished: readonly JobState[] = ['queued', ...working];

/** Whether some process works on it or will: what the badge counts. */
export function isRunning({ job, isLeft }: JobEntry): boolean {
  return !isLeft && unfinished.includes(job.state);
}

/** Whether its elapsed time grows. */
export function isWorking(entry: JobEntry): boolean {
  return isRunning(entry) && working.includes(entry.job.state);
}

/** What can be done with a job; also what its menu shows. */
export type JobAction = 'cancel' | 'resume' | 'retry' | 'result' | 'clip' | 'remix';

export function actionsOf({ job, isLeft }: JobEntry): readonly JobAction[] {
  const { state, request, outputs } = job;
  const isClip = request.kind === 'video';
  const hasResult = outputs.some(({ placed }) => placed);
  const canGoOn = isLeft && state !== 'unknown';
  const isGivenUp = isClip && state === 'cancelled' && job.operation !== undefined && !hasResult;
  const can: Readonly<Record<JobAction, boolean>> = {
    cancel: unfinished.includes(state) || state === 'unknown',
    resume: canGoOn || isGivenUp,
    retry: !unfinished.includes(state),
    result: hasResult,
    clip: hasResult && isClip,
    remix: isClip && state === 'done' && (hasResult || job.operation !== undefined),
  };
  return (Object.keys(can) as JobAction[]).filter((action) => can[action]);
}

/** Milliseconds from the beginning of the work to its end, or to `now`; undefined while it has not begun. */
export function elapsedMs(entry: JobEntry, now: number): number | undefined {
  const { state, startedAt, createdAt, updatedAt } = entry.job;
  if (state === 'queued' || (entry.isLeft && startedAt === undefined)) return undefined;
  const end = isWorking(entry) ? now : updatedAt;
  return Math.max(0, end - (startedAt ?? createdAt));
}

/** `0:07`, `12:34`, `1:02:03` */
export function clockText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const [hours = 0] = parts;
  const shown = hours > 0 ? parts : parts.slice(1);
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

// invisible characters could make a prompt read differently from what it is
const invisible = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The first words of a prompt, on one line, cut between words where there are any. */
export function promptWords(prompt: string, maxCharacters: number): string {
  const characters = Array.from(prompt.replace(invisible, ' ').replace(/\s+/gu, ' ').trim());
  if (characters.length <= maxCharacters) return characters.join('');
  const head = characters.slice(0, maxCharacters).join('');
  const lastSpace = head.lastIndexOf(' ');
  const words = lastSpace > maxCharacters / 2 ? head.slice(0, lastSpace) : head;
  return `${words.replace(/[\s,;:.–—-]+$/u, '')}…`;
}

/** Newest first; of the finished ones at most `maxFinished`. Jobs of one batch are under one node. */
export function createNodes(): (entries: readonly JobEntry[], maxFinished: number) => readonly JobsNode[] {
  const jobNodes = new Map<string, JobNode>();
  const batchNodes = new Map<string, BatchNode>();

  const nodeOf = (entry: JobEntry, isMember: boolean): JobNode => {
    const known = jobNodes.get(entry.job.id);
    const node = known?.isMember === isMember ? known : new JobNode(entry, isMember);
    node.entry = entry;
    jobNodes.set(entry.job.id, node);
    return node;
  };

  return (entries, maxFinished) => {
    const batches = Map.groupBy(
      entries.toSorted((one, other) => other.job.createdAt - one.job.createdAt || one.job.index - other.job.index),
      ({ home, job }) => `${home.toString()} ${job.batch}`,
    );
    let finished = 0;
    let hidden = 0;
    const nodes: JobsNode[] = [];
    for (const [key, members] of batches) {
      const isFinished = members.every(({ job }) => !unfinished.includes(job.state) && job.state !== 'unknown');
      if (isFinished && finished >= maxFinished) {
        hidden += members.length;
        continue;
      }
      if (isFinished) finished += members.length;
      nodes.push(groupNode(key, members));
    }
    return hidden === 0 ? nodes : [...nodes, new MoreNode(hidden)];
  };

  function groupNode(key: string, members: readonly JobEntry[]): JobsNode {
    const [first] = members;
    if (members.length === 1 && first !== undefined) return nodeOf(first, false);
    const node = batchNodes.get(key) ?? new BatchNode([]);
    node.members = members.map((member) => nodeOf(member, true));
    const prompts = new Set(members.map(({ job }) => job.request.prompt));
    for (const member of node.members) member.hasOwnPrompt = prompts.size > 1;
    batchNodes.set(key, node);
    return node;
  }
}
