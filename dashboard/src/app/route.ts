import { useSyncExternalStore } from "react";

const changed = "breakout:route";

/** One parameter of the address, now and later; null when it is not there. */
export function useParameter(name: string): string | null {
  return useSyncExternalStore(watch, () => new URLSearchParams(location.search).get(name));
}

/** All parameters of the address, as they stand behind its question mark. */
export function useSearch(): string {
  return useSyncExternalStore(watch, () => location.search);
}

function watch(listener: () => void): () => void {
  addEventListener("popstate", listener);
  addEventListener(changed, listener);
  return () => {
    removeEventListener("popstate", listener);
    removeEventListener(changed, listener);
  };
}

/** The address of a page of the server, such as `webhooks`, with parameters of its own. */
export function addressOfPage(page: string, parameters: Record<string, string> = {}): string {
  return `/?${new URLSearchParams({ page, ...parameters }).toString()}`;
}

/** The address of a meeting, or of one of its views, with parameters of its own. */
export function addressOf(meeting: string, view?: string, parameters: Record<string, string> = {}): string {
  return `/?${new URLSearchParams({ meeting, ...(view === undefined ? {} : { view }), ...parameters }).toString()}`;
}

/** Goes to an address of this page without loading it anew. */
export function go(address: string): void {
  history.pushState(null, "", address);
  dispatchEvent(new Event(changed));
}

/** Changes the address of what is seen, such as its filter, without a step to go back. */
export function replace(address: string): void {
  history.replaceState(null, "", address);
  dispatchEvent(new Event(changed));
}
