// Come here for what outlives the page: a cry or a walk on its way, in IndexedDB, until it is over.
import { type Check, Refused } from "../check.js";
import type { Crying } from "./cry.js";
import type { Going } from "./walk.js";
import { read_kept_walk } from "./walk_wire.js";
import { read_kept } from "./wire.js";

const DATABASE = "lamplighter-sos";
const STORE = "cry";
const THE_ONE = "now";
const THE_WALK = "walk";

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function within<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await opened();
  try {
    const transaction = database.transaction(STORE, mode, { durability: "strict" });
    const request = work(transaction.objectStore(STORE));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return request.result;
  } finally {
    database.close();
  }
}

export const keep = (cry: Crying) => within("readwrite", (store) => store.put(cry, THE_ONE));

/** Nothing of the caller stays on the phone. */
export const destroy = () => within("readwrite", (store) => store.delete(THE_ONE));

/** Without what was wished: a PIN may be in it. */
export const keep_walk = (walk: Going) =>
  within("readwrite", (store) => store.put({ ...walk, wish: null }, THE_WALK));

/** Nothing of the walk stays on the phone. */
export const destroy_walk = () => within("readwrite", (store) => store.delete(THE_WALK));

/** The cry that was on its way; null where there is none, or none that can be read. */
export const kept = (): Promise<Crying | null> => found_under(THE_ONE, read_kept);

export const kept_walk = (): Promise<Going | null> => found_under(THE_WALK, read_kept_walk);

async function found_under<T>(name: string, read: Check<T>): Promise<T | null> {
  const found: unknown = await within("readonly", (store) => store.get(name));
  if (found === undefined) return null;
  try {
    return read(found);
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}
