/**
 * Makes the signals that end a process let it run its exit handlers first, which end and remove what it started. To be
 * called by scripts that start VS Codes.
 */
export function endOnSignal(): void {
  const INTERRUPTED = 130;
  for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
    // other listeners of the same signal come first
    process.once(name, () => setImmediate(() => process.exit(INTERRUPTED)));
  }
}
