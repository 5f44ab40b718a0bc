import assert from 'node:assert/strict';
import { createSharedPool } from '../../../src/extension/shared-pool.ts';

describe('a shared thing', () => {
  it('is made once for all who need it at the same time, and disposed with the last', async () => {
    const disposed: number[] = [];
    let made = 0;
    const pool = createSharedPool<number>((value) => Promise.resolve(void disposed.push(value)));
    const create = (): Promise<number> => Promise.resolve(++made);
    const first = await pool.acquire('a', create);
    const second = await pool.acquire('a', create);
    assert.equal(first.value, second.value);
    await first[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    assert.deepEqual(disposed, []);
    await second[Symbol.asyncDispose]();
    assert.deepEqual(disposed, [1]);
    assert.equal((await pool.acquire('a', create)).value, 2);
  });

  it('is another one under another key', async () => {
    const pool = createSharedPool<object>(() => Promise.resolve());
    const one = await pool.acquire('a', () => Promise.resolve({}));
    const other = await pool.acquire('b', () => Promise.resolve({}));
    assert.notEqual(one.value, other.value);
  });

  it('that could not be made is tried again', async () => {
    const pool = createSharedPool<number>(() => Promise.resolve());
    await assert.rejects(
      pool.acquire('a', () => Promise.reject(new Error('not now'))),
      /not now/,
    );
    assert.equal((await pool.acquire('a', () => Promise.resolve(7))).value, 7);
  });

  it('is disposed at the end although it is in use, once', async () => {
    let disposals = 0;
    const pool = createSharedPool<number>(() => Promise.resolve(void disposals++));
    const lease = await pool.acquire('a', () => Promise.resolve(1));
    await pool.disposeAll();
    await lease[Symbol.asyncDispose]();
    assert.equal(disposals, 1);
  });
});
