// Come here for what outlives the page: the cry on its way, in IndexedDB, until it is over.
import { Refused } from "../check.js";
import type { Crying } from "./cry.js";
import { read_kept } from "./wire.js";

const DATABASE = "lamplighter-sos";
const STORE = "cry";
const THE_ONE = "now";

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
export const destroy = () => within("readwrite", (store) => store.clear());

/** The cry that was on its way; null where there is none, or none that can be read. */
export async function kept(): Promise<Crying | null> {
  const found: unknown = await within("readonly", (store) => store.get(THE_ONE));
  if (found === undefined) return null;
  try {
    return read_kept(found);
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}
