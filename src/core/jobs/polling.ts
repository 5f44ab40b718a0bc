/** When to ask a provider about a clip: often while it may be done any moment, rarely while it can't be. */
import type { Clock, Random } from '../environment.ts';
import { ShotlistError } from '../errors.ts';
import { abortError } from '../network/abort.ts';
import type { VideoStatus } from '../providers/provider.ts';

/** What is known when the next question is planned. All times in milliseconds since the provider took the job on. */
export interface PollFacts {
  readonly elapsedMs: number;
  /** How long earlier clips of this kind took, in no order. */
  readonly earlierMs: readonly number[];
  /** What the server told of its progress (0 to 1), oldest first. */
  readonly progress: readonly { readonly atMs: number; readonly progress: number }[];
}

/** Delay that one question is worth: more of them for less, fewer for more. */
const questionWorthMs = 250;
const shortestMs = 1_500;
/** Whoever looks at the progress, or whose clip fails early, doesn't wait for longer. */
const longestMs = 30_000;
const longestUntaughtMs = 14_000;
/** While nothing is known, so much of the time that has passed is waited again: exponential backoff. */
const backoffShare = 0.35;
/** How surely the next clip takes another time than all before. */
const surprise = 0.1;
/** A normal distribution in five values, with their weights. */
const spread: readonly (readonly [number, number])[] = [
  [-1.6, 0.11],
  [-0.75, 0.24],
  [0, 0.3],
  [0.75, 0.24],
  [1.6, 0.11],
];
/** How far a forecast from progress is off, as a share of the time that it says is left. */
const progressError = 0.25;

interface Guess {
  readonly atMs: number;
  readonly weight: number;
}

/**
 * Milliseconds until the next question. Where earlier clips or the progress tell when this one will be done, it is asked
 * such that the delay to be expected is worth the question; else after a growing time. Up to a tenth is random, so that
 * jobs that began together don't ask together.
 */
export function nextWaitMs(facts: PollFacts, random: Random): number {
  const guesses = [...guessesFromProgress(facts), ...guessesFromEarlier(facts)].filter(
    (guess) => guess.atMs > facts.elapsedMs,
  );
  const untaught = Math.min(longestUntaughtMs, facts.elapsedMs * backoffShare);
  const waitMs = guesses.length === 0 ? untaught : worthwhileWait(guesses, facts.elapsedMs);
  return Math.round(Math.min(longestMs, Math.max(shortestMs, waitMs)) * (0.95 + 0.1 * random()));
}

/** The wait in which the expected delay grows to what a question is worth. */
function worthwhileWait(guesses: readonly Guess[], elapsedMs: number): number {
  const total = guesses.reduce((sum, { weight }) => sum + weight, 0) + surprise;
  const sorted = guesses.toSorted((one, other) => one.atMs - other.atMs);
  let weight = 0;
  let moment = 0;
  for (const [index, guess] of sorted.entries()) {
    weight += guess.weight;
    moment += guess.weight * guess.atMs;
    // until the next guess the expected delay is (weight × time − moment) / total
    const at = (questionWorthMs * total + moment) / weight;
    if (at <= (sorted[index + 1]?.atMs ?? Infinity)) return at - elapsedMs;
  }
  return longestMs;
}

/** Each earlier time stands for times around it; the closer they are together, the closer around it. */
function guessesFromEarlier({ earlierMs }: PollFacts): Guess[] {
  const logs = earlierMs.filter((ms) => ms > 0).map(Math.log);
  if (logs.length === 0) return [];
  const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
  const variance = logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, logs.length - 1);
  const width = logs.length === 1 ? 0.25 : Math.max(0.04, 1.06 * Math.sqrt(variance) * logs.length ** -0.2);
  return logs.flatMap((log) =>
    spread.map(([offset, weight]) => ({
      atMs: Math.exp(log + offset * width),
      weight: (weight * (1 - surprise)) / logs.length,
    })),
  );
}

/** The last step of the progress says how fast it goes; a server that tells nothing in between says nothing. */
function guessesFromProgress({ progress }: PollFacts): Guess[] {
  const last = progress.at(-1);
  const first = progress.findLast((each) => last !== undefined && each.progress < last.progress - 0.04) ?? progress[0];
  if (last === undefined || first === undefined || last.progress >= 1 || last.progress <= first.progress) return [];
  const leftMs = ((last.atMs - first.atMs) / (last.progress - first.progress)) * (1 - last.progress);
  return spread.map(([offset, weight]) => ({ atMs: last.atMs + leftMs * (1 + offset * progressError), weight }));
}

export interface PollOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** When the provider took the job on, milliseconds since 1970. */
  readonly startedAt: number;
  /** How long to go on from now. */
  readonly windowMs: number;
  /** Asks once. */
  readonly ask: () => Promise<VideoStatus>;
  /** Known already, from the answer of the creating call; where undefined, the first question is asked at once. */
  readonly known: VideoStatus | undefined;
  readonly earlierMs: () => Promise<readonly number[]>;
  /** Called with every answer that isn't the last one. */
  readonly onStatus: (status: VideoStatus) => Promise<void>;
  readonly onFault: (error: ShotlistError, untilMs: number) => void;
}

export interface Finished {
  readonly status: VideoStatus;
  /** How long the provider worked; undefined where nobody looked while it did. */
  readonly workedMs: number | undefined;
}

const firstFaultWaitMs = 2_000;
const longestFaultWaitMs = 60_000;
/** A server may not find at once what it has just taken on. */
const newlyMadeMs = 30_000;

/**
 * Asks until the clip is done, failed, cancelled or expired. Passing faults are waited out.
 * @throws ShotlistError `timeout` (retryable) at the end of the window, `cancelled` where the signal aborts, and what
 * isn't passing, for example `not_found` or `invalid_key`
 */
export async function pollUntilFinished(options: PollOptions): Promise<Finished> {
  const { clock, signal, startedAt } = options;
  const end = clock.now() + options.windowMs;
  const progress: { atMs: number; progress: number }[] = [];
  const sinceStart = (): number => Math.max(0, clock.now() - startedAt);
  let lastAskedMs = 0;
  let faults = 0;
  let fault: ShotlistError | undefined;
  let status = options.known;
  let isKnown = false;

  const askOnce = async (): Promise<void> => {
    try {
      status = await options.ask();
      isKnown = true;
      faults = 0;
      fault = undefined;
    } catch (error) {
      if (signal.aborted) throw abortError(signal);
      fault = ShotlistError.from(error);
      const isEarly = fault.code === 'not_found' && !isKnown && sinceStart() < newlyMadeMs;
      // a proxy's page instead of an answer says nothing about the clip
      if (!fault.retryable && fault.code !== 'bad_response' && !isEarly) throw fault;
      status = undefined;
      faults++;
    }
  };

  for (;;) {
    if (status !== undefined) {
      const atMs = sinceStart();
      if (status.state !== 'queued' && status.state !== 'running') {
        return { status, workedMs: status.workedMs ?? between(lastAskedMs, atMs) };
      }
      lastAskedMs = atMs;
      if (status.progress !== undefined && status.progress !== progress.at(-1)?.progress)
        progress.push({ atMs, progress: status.progress });
      await options.onStatus(status);
    }
    if (status === undefined && faults === 0) {
      await askOnce();
      continue;
    }
    const asked = status?.retryAfterMs ?? fault?.retryAfterMs ?? 0;
    const usual = nextWaitMs(
      { elapsedMs: sinceStart(), earlierMs: await options.earlierMs(), progress },
      options.random,
    );
    const afterFault = faults === 0 ? 0 : Math.min(longestFaultWaitMs, firstFaultWaitMs * 2 ** (faults - 1));
    const waitMs = Math.max(usual, asked, afterFault);
    if (fault !== undefined) options.onFault(fault, clock.now() + waitMs);
    const leftMs = end - clock.now();
    if (leftMs <= 0 || asked > leftMs) throw windowEnded(options.windowMs, fault);
    await sleep(clock, Math.min(waitMs, leftMs), signal);
    await askOnce();
  }
}

/** It was done at some time between two questions, which tells something only where these are close. */
function between(earlierMs: number, laterMs: number): number | undefined {
  return laterMs - earlierMs <= Math.max(15_000, 0.3 * laterMs) ? (earlierMs + laterMs) / 2 : undefined;
}

async function sleep(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal);
  } catch (error) {
    throw signal.aborted ? abortError(signal) : error;
  }
}

function windowEnded(windowMs: number, fault: ShotlistError | undefined): ShotlistError {
  const minutes = Math.round(windowMs / 60_000);
  const last = fault === undefined ? '' : ` The last question failed: ${fault.message}`;
  return new ShotlistError('timeout', `The clip was not done within ${minutes} minutes.${last}`, {
    hint: 'The provider may still be making it: resume the job later.',
    retryable: true,
    cause: fault,
  });
}
