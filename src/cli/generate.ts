/** Plans what is asked for, shows or runs the plan: the way of every command that makes something anew. */
import { ShotlistError } from '../core/errors.ts';
import type { MediaKind, Plan } from '../core/generation.ts';
import type { Draft, Pipeline } from '../core/pipeline.ts';
import { confirmLimits, sizeOfPlan } from '../core/planning/plan-size.ts';
import type { Invocation } from './command.ts';
import { exitCodes } from './exit-code.ts';
import { planDocument, printPlan } from './plan-text.ts';
import { runJobs } from './run-jobs.ts';
import { withSession } from './session.ts';
import { checkBudget, confirmSize } from './spending.ts';
import type { WaitOptions } from './wait-options.ts';
import { nounOf } from './words.ts';

export interface Generation {
  readonly kind: MediaKind;
  /** The model of the command line, before any of a single draft. */
  readonly model: string | undefined;
  readonly drafts: readonly Draft[];
  readonly waiting?: WaitOptions;
}

/** @returns the exit code */
export async function generate(
  invocation: Invocation,
  { kind, model, drafts, waiting = {} }: Generation,
): Promise<number> {
  const { options, output } = invocation;
  return withSession(
    invocation,
    async (session) => {
      const { pipeline, settings } = session;
      const plan = await planAll(
        pipeline,
        drafts.map((draft) => ({
          ...draft,
          ...(session.connection === undefined ? {} : { connection: session.connection }),
          ...(draft.model === undefined && session.model !== undefined ? { model: session.model } : {}),
        })),
      );
      const warnings = [...plan.warnings, ...(await warnOfSame(pipeline, plan))];
      for (const warning of warnings) output.warn(warning);
      if (options.dryRun === true) {
        printPlan(plan, output);
        output.document(planDocument(plan, warnings));
        return exitCodes.done;
      }
      const size = sizeOfPlan(plan);
      checkBudget(size, options.maxCost);
      const limits = confirmLimits(settings.confirmAbove, pipeline.workspace.config.confirmAbove);
      await confirmSize(size, limits, nounOf([kind]), invocation);
      return runJobs(invocation, (runOptions) => pipeline.run(plan, runOptions), { warnings, waiting });
    },
    { kind, model, windowMinutes: waiting.window },
  );
}

/** What is wrong with one of many prompts says which. */
async function planAll(pipeline: Pipeline, drafts: readonly Draft[]): Promise<Plan> {
  try {
    return await pipeline.plan(drafts);
  } catch (error) {
    if (drafts.length > 1 && ShotlistError.is(error)) {
      for (const [index, draft] of drafts.entries()) {
        await pipeline.plan([draft]).catch((fault: unknown) => {
          throw atPrompt(index, ShotlistError.from(fault));
        });
      }
    }
    throw error;
  }
}

function atPrompt(index: number, { code, message, hint }: ShotlistError): ShotlistError {
  return new ShotlistError(code, `Prompt ${index + 1}: ${message}`, { hint });
}

async function warnOfSame(pipeline: Pipeline, plan: Plan): Promise<string[]> {
  const same = await pipeline.findSame(plan);
  return same.map(({ path }) => `The same was made already and is there: ${path}. Making it again is paid again.`);
}
