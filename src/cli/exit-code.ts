/** Exit codes (a contract): what a script can tell from a run without reading its output. */
import type { ErrorCode } from '../core/errors.ts';
import type { JobReport } from '../core/jobs/job.ts';

export const exitCodes = {
  done: 0,
  failed: 1,
  /** Found out before anything was sent. */
  usage: 2,
  blocked: 3,
  /** Key, permission, quota or budget. */
  account: 4,
  /** Something is left to resume or to settle. */
  left: 5,
} as const;

const byErrorCode: Readonly<Partial<Record<ErrorCode, number>>> = {
  invalid_request: exitCodes.usage,
  unsupported_parameter: exitCodes.usage,
  model_retired: exitCodes.usage,
  model_not_found: exitCodes.usage,
  template_error: exitCodes.usage,
  outside_workspace: exitCodes.usage,
  untrusted_workspace: exitCodes.usage,
  not_found: exitCodes.usage,
  moderation_blocked: exitCodes.blocked,
  missing_key: exitCodes.account,
  invalid_key: exitCodes.account,
  permission_denied: exitCodes.account,
  quota_exceeded: exitCodes.account,
  budget_exceeded: exitCodes.account,
  timeout: exitCodes.left,
};

interface Fault {
  readonly code: ErrorCode;
  readonly provider?: { readonly status?: number } | undefined;
}

/** A server's refusal is never a mistake in usage, although it may carry the same code. */
export function exitCodeOfError(error: Fault): number {
  const code = byErrorCode[error.code] ?? exitCodes.failed;
  return code === exitCodes.usage && error.provider?.status !== undefined ? exitCodes.failed : code;
}

/** Whether a job still has something to resume or to settle. */
export function isLeft(job: Pick<JobReport, 'status'>): boolean {
  return job.status !== 'done' && job.status !== 'failed' && job.status !== 'cancelled';
}

/** 5 where any job is left, else the one code that the failed jobs have in common, else 1. */
export function exitCodeOfJobs(jobs: readonly Pick<JobReport, 'status' | 'error'>[]): number {
  if (jobs.some(isLeft)) return exitCodes.left;
  const codes = new Set(
    jobs
      .filter((job) => job.status !== 'done')
      .map((job) => (job.error === undefined ? exitCodes.failed : exitCodeOfError(job.error))),
  );
  const [common = exitCodes.done] = codes;
  return codes.size > 1 ? exitCodes.failed : common;
}
