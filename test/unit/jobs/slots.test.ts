import assert from 'node:assert/strict';
import { createSlots } from '../../../src/core/jobs/slots.ts';
import { defineConnection } from '../../../src/core/connections/connection.ts';
import { settle } from '../../support/fake-clock.ts';

describe('Slots for clips', () => {
  const connection = (id: string) =>
    defineConnection({ id, baseUrl: 'https://server.example/v1', needsKey: false, videoConcurrency: 2 });
  const never = new AbortController().signal;

  it('are given in the order of asking, each connection for itself', async () => {
    const slots = createSlots();
    const order: string[] = [];
    const take = async (name: string) => {
      const release = await slots.take(connection('one'), never, () => order.push(`${name} waits`));
      order.push(name);
      return release;
    };
    const first = await take('a');
    await take('b');
    void take('c');
    void take('d');
    await slots.take(connection('two'), never, assert.fail);
    assert.deepEqual(order, ['a', 'b', 'c waits', 'd waits']);
    first();
    first();
    await settle();
    assert.deepEqual(order, ['a', 'b', 'c waits', 'd waits', 'c']);
  });

  it('count clips that are in the making already, which wait for nothing', async () => {
    const slots = createSlots();
    const releases = [1, 2, 3].map(() => slots.occupy(connection('one')));
    let isTaken = false;
    void slots
      .take(connection('one'), never, () => undefined)
      .then(() => {
        isTaken = true;
      });
    releases[0]?.();
    await settle();
    assert.equal(isTaken, false);
    releases[1]?.();
    await settle();
    assert.equal(isTaken, true);
  });

  it('are not waited for any more once the signal aborts', async () => {
    const slots = createSlots();
    const releases = [1, 2].map(() => slots.occupy(connection('one')));
    const stop = new AbortController();
    const waiting = slots.take(connection('one'), stop.signal, () => undefined);
    const next = slots.take(connection('one'), never, () => undefined);
    stop.abort();
    await assert.rejects(waiting, { code: 'cancelled' });
    releases[0]?.();
    await next;
    await assert.rejects(slots.take(connection('one'), stop.signal, assert.fail), { code: 'cancelled' });
  });
});
