import type { Command } from '../command.ts';

/** Shows a hundred finished jobs more in the view. */
export const showMoreJobs: Command = {
  needsTrust: false,
  run(services) {
    services.jobs.showMore();
    return Promise.resolve({ ok: true });
  },
};
