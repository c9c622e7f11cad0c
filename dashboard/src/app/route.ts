import { useSyncExternalStore } from "react";

const changed = "breakout:route";

/** The meeting that the address names; null when it names none. */
export function useRoute(): string | null {
  return useSyncExternalStore(watch, () => new URLSearchParams(location.search).get("meeting"));
}

function watch(listener: () => void): () => void {
  addEventListener("popstate", listener);
  addEventListener(changed, listener);
  return () => {
    removeEventListener("popstate", listener);
    removeEventListener(changed, listener);
  };
}

/** The address of a meeting's view. */
export function addressOf(meetingId: string): string {
  return `/?meeting=${encodeURIComponent(meetingId)}`;
}

/** Goes to an address of this page without loading it anew. */
export function go(address: string): void {
  history.pushState(null, "", address);
  dispatchEvent(new Event(changed));
}
