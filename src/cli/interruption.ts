/** Ctrl-C: once lets what is under way finish, twice stops at once. */

export interface Interruption {
  /** Aborts at the first Ctrl-C (or SIGTERM): nothing new is sent. */
  readonly drain: AbortSignal;
  /** Aborts at the second one. */
  readonly stop: AbortSignal;
  /** Gives the signals back to the process. */
  dispose(): void;
}

/** From now until `dispose`, Ctrl-C is handled here; `onFirst` and `onSecond` tell the person. */
export function catchInterruption(onFirst: () => void, onSecond: () => void): Interruption {
  const drain = new AbortController();
  const stop = new AbortController();
  const onSignal = (): void => {
    if (!drain.signal.aborted) {
      onFirst();
      drain.abort();
    } else if (!stop.signal.aborted) {
      onSecond();
      stop.abort();
    }
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  return {
    drain: drain.signal,
    stop: stop.signal,
    dispose() {
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}
