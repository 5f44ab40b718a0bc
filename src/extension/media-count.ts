import * as vscode from 'vscode';
import type { MediaKind } from '../core/generation.ts';

/** `1 image`, `3 videos`. */
export function countText(count: number, kind: MediaKind): string {
  if (kind === 'video') return count === 1 ? vscode.l10n.t('1 video') : vscode.l10n.t('{0} videos', count);
  return count === 1 ? vscode.l10n.t('1 image') : vscode.l10n.t('{0} images', count);
}

/** `2 images and 1 video` */
export function countJobsText(
  jobs: readonly { readonly count: number; readonly request: { kind: MediaKind } }[],
): string {
  const counts = new Map<MediaKind, number>();
  for (const { count, request } of jobs) counts.set(request.kind, (counts.get(request.kind) ?? 0) + count);
  const [first = '', second] = [...counts].map(([kind, count]) => countText(count, kind));
  return second === undefined ? first : vscode.l10n.t('{0} and {1}', first, second);
}
