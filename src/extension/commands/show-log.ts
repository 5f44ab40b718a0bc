import type { Command } from '../command.ts';

export const showLog: Command = {
  needsTrust: false,
  run(services) {
    services.log.show();
    return Promise.resolve({ ok: true });
  },
};
