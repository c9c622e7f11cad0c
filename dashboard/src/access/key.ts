// Where the API key lives: in this tab, until it is closed. It comes in the
// address's fragment, which browsers send to nobody, and leaves the address bar
// at once, so that it ends up in no bookmark and no screenshot.
const storageName = "breakout.key";

/** Takes the key from the address, or the one that this tab has already. */
export function takeKey(): string | null {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const given = fragment.get("key");
  if (given === null) return sessionStorage.getItem(storageName);
  fragment.delete("key");
  const rest = fragment.toString();
  history.replaceState(history.state, "", location.pathname + location.search + (rest === "" ? "" : `#${rest}`));
  keepKey(given);
  return given;
}

export function keepKey(key: string): void {
  sessionStorage.setItem(storageName, key);
}

export function forgetKey(): void {
  sessionStorage.removeItem(storageName);
}
