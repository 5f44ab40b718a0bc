/** What keeps a run from costing more than the person means. */
import { createInterface } from 'node:readline/promises';
import { formatUsd } from '../core/catalog/price.ts';
import { ShotlistError } from '../core/errors.ts';
import { isLarge, type Limits, type PlanSize } from '../core/planning/plan-size.ts';
import type { Invocation } from './command.ts';
import { canAsk } from './io.ts';
import { plural } from './progress.ts';

/** @throws ShotlistError `budget_exceeded` where the plan may cost more, or nobody knows */
export function checkBudget(size: PlanSize, maxCost: number | undefined): void {
  if (maxCost === undefined) return;
  if (size.unpriced) {
    throw new ShotlistError('budget_exceeded', `The price is not known, so it may be above ${formatUsd(maxCost)}.`, {
      hint: 'Nothing was sent. Leave out --max-cost, or set a quality and size whose price is known.',
    });
  }
  if (size.upperUsd > maxCost) {
    throw new ShotlistError(
      'budget_exceeded',
      `This may cost up to ${formatUsd(size.upperUsd)}, and --max-cost allows ${formatUsd(maxCost)}.`,
      { hint: 'Nothing was sent. Fewer pictures, a lower quality or a smaller size cost less.' },
    );
  }
}

/**
 * Asks at a terminal where a run is large; elsewhere only `--yes` lets it through.
 * @throws ShotlistError `invalid_request` naming `--yes`, `cancelled` where the person said no
 */
export async function confirmSize(size: PlanSize, limits: Limits, invocation: Invocation): Promise<void> {
  if (invocation.options.yes === true || !isLarge(size, limits)) return;
  const price = size.unpriced ? '' : ` for about ${formatUsd(size.usd)}`;
  const what = `${plural(size.images, 'picture')}${price}`;
  if (canAsk(invocation.io)) {
    if (await ask(`Make ${what}? [y/N] `, invocation)) return;
    throw new ShotlistError('cancelled', 'Nothing was sent.');
  }
  const limit = size.images > limits.images ? plural(limits.images, 'picture') : `${formatUsd(limits.usd)} estimated`;
  throw new ShotlistError('invalid_request', `This would make ${what}, more than ${limit}.`, {
    hint: 'Nothing was sent. Add --yes if you mean it.',
  });
}

/** False also where the question was broken off. */
async function ask(question: string, { io }: Invocation): Promise<boolean> {
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
