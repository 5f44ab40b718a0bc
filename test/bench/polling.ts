/** How late a finished clip is noticed and how often the provider is asked, beside asking every ten seconds. */
import type { Clock } from '../../src/core/environment.ts';
import { pollUntilFinished } from '../../src/core/jobs/polling.ts';
import type { VideoStatus } from '../../src/core/providers/provider.ts';
import { seededRandom } from '../support/seeded-random.ts';
import type { Measurement } from './measurement.ts';

/** A model at a server: its jobs take about the same time, some of them far longer. */
interface Server {
  readonly usualSeconds: number;
  /** Standard deviation of the logarithm. */
  readonly spread: number;
  /** In which steps it tells its progress; 0 where it tells nothing but the end. */
  readonly progressStep: number;
  /** Whether it tells how long it worked. */
  readonly tellsTime: boolean;
}

const servers: readonly Server[] = [
  { usualSeconds: 14, spread: 0.12, progressStep: 0, tellsTime: false },
  { usualSeconds: 25, spread: 0.2, progressStep: 0.01, tellsTime: true },
  { usualSeconds: 45, spread: 0.3, progressStep: 0, tellsTime: true },
  { usualSeconds: 70, spread: 0.15, progressStep: 0, tellsTime: false },
  { usualSeconds: 110, spread: 0.25, progressStep: 0.1, tellsTime: false },
  { usualSeconds: 170, spread: 0.2, progressStep: 0, tellsTime: true },
  { usualSeconds: 260, spread: 0.35, progressStep: 0.01, tellsTime: true },
  { usualSeconds: 420, spread: 0.2, progressStep: 0, tellsTime: false },
];
const jobsPerServer = 25;
/** Each server is met so often by somebody who knows nothing of it. */
const persons = 5;
const shortestSeconds = 10;
const longestSeconds = 600;
/** One job in so many waits in a queue of the server first. */
const slowJobShare = 0.06;
const remembered = 12;
const fixedMs = 10_000;

interface Job {
  readonly server: Server;
  readonly doneAtMs: number;
  /** First of its model: nothing is known of earlier ones. */
  readonly isFirst: boolean;
  /** Progress is no straight line. */
  readonly bend: number;
}

interface Outcome {
  readonly job: Job;
  readonly lagMs: number;
  readonly questions: number;
}

export async function measurePolling(): Promise<Measurement[]> {
  const random = seededRandom(20_261_122);
  const outcomes: Outcome[] = [];
  for (const server of servers.flatMap((each) => Array.from({ length: persons }, () => each))) {
    const earlier: number[] = [];
    for (let index = 0; index < jobsPerServer; index++) {
      const job = drawJob(server, index === 0, random);
      const { workedMs, ...outcome } = await runJob(job, earlier, random);
      outcomes.push(outcome);
      if (workedMs !== undefined) earlier.unshift(workedMs);
      earlier.length = Math.min(earlier.length, remembered);
    }
  }
  const fixed = outcomes.map(({ job }) => askEveryTenSeconds(job));
  const groups: readonly (readonly [string, (outcome: Outcome) => boolean])[] = [
    ['all', () => true],
    ['first of their model', ({ job }) => job.isFirst],
    ['with progress', ({ job }) => job.server.progressStep > 0],
    ['without progress', ({ job }) => job.server.progressStep === 0],
  ];
  return groups.flatMap(([name, belongs]) => {
    const ours = outcomes.filter(belongs);
    const theirs = fixed.filter(belongs);
    const what = `${ours.length} clips of 10 s to 10 min, ${name}`;
    return [
      compare(`${what}: seconds from done at the server to noticed`, ours, theirs, ({ lagMs }) => lagMs / 1000),
      compare(`${what}: questions asked`, ours, theirs, ({ questions }) => questions),
    ];
  });
}

function drawJob(server: Server, isFirst: boolean, random: () => number): Job {
  const slow = random() < slowJobShare ? 1.5 + random() : 1;
  const seconds = server.usualSeconds * Math.exp(server.spread * normal(random)) * slow;
  const doneAtMs = 1000 * Math.min(longestSeconds, Math.max(shortestSeconds, seconds));
  return { server, doneAtMs, isFirst, bend: 0.7 + 0.6 * random() };
}

async function runJob(
  job: Job,
  earlier: readonly number[],
  random: () => number,
): Promise<Outcome & { readonly workedMs: number | undefined }> {
  const clock = createJumpingClock();
  let questions = 0;
  const finished = await pollUntilFinished({
    clock,
    random,
    signal: new AbortController().signal,
    startedAt: 0,
    windowMs: 3_600_000,
    ask: () => {
      questions++;
      return Promise.resolve(statusAt(job, clock.now()));
    },
    known: statusAt(job, 0),
    earlierMs: () => Promise.resolve(earlier),
    onStatus: () => Promise.resolve(),
    onFault: () => undefined,
  });
  return { job, lagMs: clock.now() - job.doneAtMs, questions, workedMs: finished.workedMs };
}

function statusAt({ server, doneAtMs, bend }: Job, now: number): VideoStatus {
  const told = server.tellsTime ? { workedMs: Math.round(doneAtMs / 1000) * 1000 } : {};
  if (now >= doneAtMs) return { state: 'done', ...told };
  if (server.progressStep === 0) return { state: 'running' };
  const progress = (now / doneAtMs) ** bend;
  return { state: 'running', progress: Math.floor(progress / server.progressStep) * server.progressStep };
}

function askEveryTenSeconds(job: Job): Outcome {
  const questions = Math.ceil(job.doneAtMs / fixedMs);
  return { job, lagMs: questions * fixedMs - job.doneAtMs, questions };
}

/** Time passes only while somebody sleeps. */
function createJumpingClock(): Clock {
  let time = 0;
  return {
    now: () => time,
    sleep(ms) {
      time += ms;
      return Promise.resolve();
    },
  };
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function compare(
  what: string,
  ours: readonly Outcome[],
  theirs: readonly Outcome[],
  figure: (outcome: Outcome) => number,
): Measurement {
  const mean = (outcomes: readonly Outcome[]): number =>
    outcomes.reduce((sum, outcome) => sum + figure(outcome), 0) / outcomes.length;
  return {
    what,
    ours: mean(ours).toFixed(1),
    peer: mean(theirs).toFixed(1),
    ratio: mean(ours) / mean(theirs),
    goal: 1,
  };
}
