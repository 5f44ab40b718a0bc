/** How much a plan makes and costs, and above which size a door asks before anything is sent. The same for all doors. */
import { findModel } from '../catalog/catalog.ts';
import { estimateRequest } from '../catalog/estimate.ts';
import type { PlannedJob } from '../generation.ts';
import type { WorkspaceConfig } from '../workspace.ts';
import type { Job } from '../jobs/job.ts';

export interface PlanSize {
  readonly images: number;
  /** Sums of the known prices, US dollars. */
  readonly usd: number;
  readonly upperUsd: number;
  /** Whether the price of any job is unknown. */
  readonly unpriced: boolean;
}

export function sizeOfPlan(plan: { readonly jobs: readonly Pick<PlannedJob, 'count' | 'estimate'>[] }): PlanSize {
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  return {
    images: sum(plan.jobs.map((job) => job.count)),
    usd: sum(plan.jobs.map((job) => job.estimate?.usd ?? 0)),
    upperUsd: sum(plan.jobs.map((job) => job.estimate?.upperUsd ?? 0)),
    unpriced: plan.jobs.some((job) => job.estimate === undefined),
  };
}

export interface Limits {
  readonly images: number;
  /** US dollars. */
  readonly usd: number;
}

export const defaultLimits: Limits = { images: 10, usd: 1 };

type ConfirmAbove = WorkspaceConfig['confirmAbove'];

/** The person's own limits, which a workspace can only lower. */
export function confirmLimits(personal: ConfirmAbove, workspace: ConfirmAbove): Limits {
  const images = personal?.images ?? defaultLimits.images;
  const usd = personal?.usd ?? defaultLimits.usd;
  return {
    images: Math.min(images, workspace?.images ?? images),
    usd: Math.min(usd, workspace?.usd ?? usd),
  };
}

/** Whether to ask first: measured by what it will probably cost, not by what it may reach. */
export function isLarge(size: PlanSize, limits: Limits): boolean {
  return size.images > limits.images || size.usd > limits.usd;
}

/** Jobs of the journal as a plan would have them, with today's prices: what sending them (again) means. */
export function planAgain(jobs: readonly Job[]): readonly PlannedJob[] {
  return jobs.map(({ request, requestHash, target, mime, count, stream }) => {
    const estimate = estimateRequest(findModel(request.model), request, count);
    return { request, requestHash, target, mime, count, stream, ...(estimate === undefined ? {} : { estimate }) };
  });
}
