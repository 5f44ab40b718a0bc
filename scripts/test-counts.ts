/** How the tests of a stage ended. */
export interface TestCounts {
  failed: number;
  passed: number;
  skipped: number;
}

/** The sum of several stages. */
export function addCounts(all: readonly TestCounts[]): TestCounts {
  const sum: TestCounts = { failed: 0, passed: 0, skipped: 0 };
  for (const { failed, passed, skipped } of all) {
    sum.failed += failed;
    sum.passed += passed;
    sum.skipped += skipped;
  }
  return sum;
}
