import type { Context, RootHookObject } from 'mocha';
import { openSessions } from './session.ts';

/** After a failed test: a picture of every window that is open. */
export const mochaHooks: RootHookObject = {
  async afterEach(this: Context) {
    const test = this.currentTest;
    if (test?.state !== 'failed') return;
    for (const session of openSessions()) await session.workbench.screenshot(`FAILED ${test.fullTitle()}`);
  },
};
