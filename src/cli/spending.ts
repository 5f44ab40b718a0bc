/** What keeps a run from costing more than the person means. */
import { createInterface } from 'node:readline/promises';
import { formatUsd } from '../core/catalog/price.ts';
import { ShotlistError } from '../core/errors.ts';
import { isLarge, type Limits, type PlanSize } from '../core/planning/plan-size.ts';
import type { Invocation } from './command.ts';
import { canAsk, type Io } from './io.ts';
import { plural } from './words.ts';

/** @throws ShotlistError `budget_exceeded` where the plan may cost more, or nobody knows */
export function checkBudget(size: PlanSize, maxCost: number | undefined): void {
  if (maxCost === undefined) return;
  if (size.unpriced) {
    throw new ShotlistError('budget_exceeded', `The price is not known, so it may be above ${formatUsd(maxCost)}.`, {
      hint: 'Nothing was sent. Leave out --max-cost, or choose a model, quality and size whose price is known.',
    });
  }
  if (size.upperUsd > maxCost) {
    throw new ShotlistError(
      'budget_exceeded',
      `This may cost up to ${formatUsd(size.upperUsd)}, and --max-cost allows ${formatUsd(maxCost)}.`,
      { hint: 'Nothing was sent. Fewer or smaller results, a lower quality or a shorter clip cost less.' },
    );
  }
}

/**
 * Asks at a terminal where a run is large; elsewhere only `--yes` lets it through.
 * @param noun what is made, in the singular
 * @throws ShotlistError `invalid_request` naming `--yes`, `cancelled` where the person said no
 */
export async function confirmSize(size: PlanSize, limits: Limits, noun: string, invocation: Invocation): Promise<void> {
  if (!isLarge(size, limits)) return;
  const price = size.unpriced ? '' : ` for about ${formatUsd(size.usd)}`;
  const what = `${plural(size.images, noun)}${price}`;
  const limit = size.images > limits.images ? plural(limits.images, noun) : `${formatUsd(limits.usd)} estimated`;
  const isMeant = await confirm(`Make ${what}?`, `This would make ${what}, more than ${limit}.`, invocation);
  if (!isMeant) throw new ShotlistError('cancelled', 'Nothing was sent.');
}

/**
 * `--yes`, else what the person answers.
 * @param statement what would happen, for those who can't be asked
 * @throws ShotlistError `invalid_request` naming `--yes` where nobody can be asked
 */
export async function confirm(question: string, statement: string, { options, io }: Invocation): Promise<boolean> {
  if (options.yes === true) return true;
  if (canAsk(io)) return ask(`${question} [y/N] `, io);
  throw new ShotlistError('invalid_request', statement, { hint: 'Nothing was sent. Add --yes if you mean it.' });
}

/** False also where the question was broken off. */
async function ask(question: string, io: Io): Promise<boolean> {
  const terminal = createInterface({ input: io.stdin, output: io.stderr });
  const closed = new Promise<string>((resolve) => {
    terminal.once('close', () => resolve(''));
  });
  try {
    return /^y(es)?$/i.test((await Promise.race([terminal.question(question), closed])).trim());
  } finally {
    terminal.close();
  }
}
