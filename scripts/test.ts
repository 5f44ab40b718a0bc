/**
 * `npm test`: every stage, or those named on the command line with what they need. A stage that fails does not stop the
 * next. The last line counts the tests; a stage that is no test and fails counts as one failed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endOnSignal } from './end-on-signal.ts';
import { ROOT } from './paths.ts';
import { STAGES, type Stage } from './stages.ts';
import { addCounts, type TestCounts } from './test-counts.ts';

/** The least number of tests that must have passed in each stage that runs tests: a lower one means that some were lost. */
const expected = JSON.parse(readFileSync(join(ROOT, 'test', 'expected-counts.json'), 'utf8')) as Record<string, number>;

interface Outcome {
  counts: TestCounts;
  note: string;
}

const failure = (note: string, counts: TestCounts = { failed: 0, passed: 0, skipped: 0 }): Outcome => ({
  counts: { ...counts, failed: counts.failed + 1 },
  note,
});

async function runStage(stage: Stage): Promise<Outcome> {
  let result;
  try {
    result = await stage.run();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return failure('FAILED');
  }
  if (result === false) return failure('FAILED');
  if (result === true) return { counts: { failed: 0, passed: 0, skipped: 0 }, note: 'ok' };
  if (typeof result === 'string') return { counts: { failed: 0, passed: 0, skipped: 1 }, note: `not run: ${result}` };
  const least = expected[stage.name] ?? 1;
  const note = `${result.passed} tests${result.skipped > 0 ? `, ${result.skipped} skipped` : ''}`;
  if (result.failed > 0)
    return { counts: result, note: `FAILED: ${result.failed} of ${result.passed + result.failed} tests` };
  if (result.passed < least) return failure(`FAILED: ${note}, and there should be at least ${least}`, result);
  return { counts: result, note: `ok: ${note}` };
}

function stagesFor(names: readonly string[]): readonly Stage[] {
  if (names.length === 0) return STAGES;
  const unknown = names.filter((name) => STAGES.every((stage) => stage.name !== name));
  if (unknown.length > 0)
    throw new Error(`no stage is called ${unknown.join(', ')}: ${STAGES.map(({ name }) => name).join(', ')}`);
  const wanted = new Set(names);
  for (const stage of STAGES) if (names.includes(stage.name)) for (const need of stage.needs ?? []) wanted.add(need);
  return STAGES.filter(({ name }) => wanted.has(name));
}

endOnSignal();
const outcomes: Outcome[] = [];
const lines: string[] = [];
for (const stage of stagesFor(process.argv.slice(2))) {
  console.log(`\n== ${stage.name}`);
  const started = performance.now();
  const outcome = await runStage(stage);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  outcomes.push(outcome);
  lines.push(`${stage.name.padEnd(10)}${seconds.padStart(7)} s  ${outcome.note}`);
}
const { failed, passed, skipped } = addCounts(outcomes.map(({ counts }) => counts));
console.log(`\n${lines.join('\n')}\n`);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;
