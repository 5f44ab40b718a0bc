import assert from 'node:assert/strict';
import { checkBudget } from '../../../src/cli/spending.ts';
import { confirmLimits, sizeOfPlan } from '../../../src/core/planning/plan-size.ts';
import type { PlannedJob } from '../../../src/core/generation.ts';

describe('spending', () => {
  it('without settings, 10 pictures or one dollar go through without a question', () => {
    assert.deepEqual(confirmLimits(undefined, undefined), { images: 10, usd: 1 });
  });

  it("the person's own limits go both ways, a workspace can only lower them", () => {
    assert.deepEqual(confirmLimits({ images: 50, usd: 5 }, undefined), { images: 50, usd: 5 });
    assert.deepEqual(confirmLimits({ images: 50 }, { images: 100, usd: 100 }), { images: 50, usd: 1 });
    assert.deepEqual(confirmLimits(undefined, { images: 2, usd: 0.1 }), { images: 2, usd: 0.1 });
  });

  it('the size of a plan is the sum over its jobs', () => {
    const job = (count: number, usd?: number): PlannedJob =>
      ({
        count,
        ...(usd === undefined ? {} : { estimate: { usd, upperUsd: usd * 2, basis: 'estimate' } }),
      }) as PlannedJob;
    assert.deepEqual(sizeOfPlan({ jobs: [job(10, 0.5), job(2, 0.25)] }), {
      images: 12,
      usd: 0.75,
      upperUsd: 1.5,
      unpriced: false,
    });
    assert.equal(sizeOfPlan({ jobs: [job(1, 0.5), job(1)] }).unpriced, true);
  });

  it('a budget holds against the upper estimate, and against not knowing', () => {
    const size = { images: 1, usd: 0.05, upperUsd: 0.2, unpriced: false };
    checkBudget(size, undefined);
    checkBudget(size, 0.2);
    assert.throws(() => checkBudget(size, 0.19), { code: 'budget_exceeded' });
    assert.throws(() => checkBudget({ ...size, unpriced: true }, 100), { code: 'budget_exceeded' });
  });
});
