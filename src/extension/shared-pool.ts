/** Things that several users share while at least one of them needs it. */

export interface Lease<T> extends AsyncDisposable {
  readonly value: T;
}

export interface SharedPool<T> {
  /** What lies under the key, made by `create` where there is none; to be given back by disposing the lease. */
  acquire(key: string, create: () => Promise<T>): Promise<Lease<T>>;
  /** Disposes everything, in use or not. */
  disposeAll(): Promise<void>;
}

interface Entry<T> {
  readonly value: Promise<T>;
  users: number;
}

export function createSharedPool<T>(dispose: (value: T) => Promise<void>): SharedPool<T> {
  const entries = new Map<string, Entry<T>>();

  async function release(key: string, entry: Entry<T>): Promise<void> {
    entry.users -= 1;
    if (entry.users > 0 || entries.get(key) !== entry) return;
    entries.delete(key);
    await dispose(await entry.value);
  }

  return {
    async acquire(key, create) {
      const entry = entries.get(key) ?? { value: create(), users: 0 };
      entries.set(key, entry);
      entry.users += 1;
      let value: T;
      try {
        value = await entry.value;
      } catch (error) {
        if (entries.get(key) === entry) entries.delete(key);
        throw error;
      }
      let released = false;
      return {
        value,
        async [Symbol.asyncDispose]() {
          if (released) return;
          released = true;
          await release(key, entry);
        },
      };
    },
    async disposeAll() {
      const all = [...entries.values()];
      entries.clear();
      await Promise.allSettled(all.map(async (entry) => dispose(await entry.value)));
    },
  };
}
