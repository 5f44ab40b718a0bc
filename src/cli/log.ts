/** The log of the core on standard error, for `--verbose`. */
import { silentLog, type Log } from '../core/environment.ts';
import type { Invocation } from './command.ts';

/** Says nothing without `--verbose`; secrets are taken out. */
export function createLog({ io, options, secrets }: Invocation): Log {
  if (options.verbose !== true) return silentLog;
  const write = (level: string) => (message: string) => {
    io.stderr.write(`${new Date().toISOString()} [${level}] ${secrets.redact(message)}\n`);
  };
  return { trace: write('trace'), info: write('info'), warn: write('warn'), error: write('error') };
}
