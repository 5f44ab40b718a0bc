import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describeOwner, isGone, leaseMs } from '../../../src/core/journal/owner.ts';

const hour = 3_600_000;

describe('The owner of a job', () => {
  it('is not gone while its process lives, however old its lease is', async () => {
    const self = await describeOwner();
    const other = { ...self, token: 'other' };
    if (self.startedAt !== undefined) assert.equal(await isGone(other, 0, self, 100 * hour), false);
    assert.equal(await isGone(other, 0, self, leaseMs), false);
  });

  it('is gone as soon as its process has ended', async () => {
    const self = await describeOwner();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    const owner = { ...self, token: 'child', pid: child.pid ?? 0 };
    const { startedAt: _, ...unknownStart } = owner;
    assert.equal(await isGone(unknownStart, Date.now(), self, Date.now()), false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(await isGone(owner, Date.now() + hour, self, Date.now()), true);
  });

  it('is gone where another process has its number, or the system was started anew', async function () {
    const self = await describeOwner();
    if (self.startedAt === undefined) this.skip();
    assert.equal(await isGone({ ...self, startedAt: '1' }, Date.now() + hour, self, Date.now()), true);
    assert.equal(await isGone({ ...self, boot: 'earlier' }, Date.now() + hour, self, Date.now()), true);
  });

  it('that cannot be looked at is gone only long after its lease', async () => {
    const self = await describeOwner();
    for (const far of [
      { ...self, host: 'elsewhere' },
      { ...self, namespace: 'pid:[1]', pid: 1 },
    ]) {
      assert.equal(await isGone(far, 0, self, leaseMs), false);
      assert.equal(await isGone(far, 0, self, hour), true);
    }
  });
});
