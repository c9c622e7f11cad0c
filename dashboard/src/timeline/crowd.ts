import type { Entry } from "./entries";

/** From a moment on, so many people were in a room. */
export interface Step {
  at: number;
  people: number;
}

/** How many people, bots apart, were in a room over time. */
export function crowdOf(entries: readonly Entry[], end: number): readonly Step[] {
  const changes = entries
    .filter(({ kind, participant }) => kind === "PRESENCE" && participant?.isBot === false)
    .flatMap(({ from, to }) => [
      { at: from, by: 1 },
      { at: to ?? end, by: -1 },
    ])
    .sort((a, b) => a.at - b.at);
  const steps: Step[] = [];
  let people = 0;
  for (const { at, by } of changes) {
    people += by;
    if (steps.at(-1)?.at === at) steps.pop();
    steps.push({ at, people });
  }
  return steps;
}

/** How many there were at most. */
export function mostOf(rooms: Iterable<readonly Entry[]>, end: number): number {
  let most = 1;
  for (const entries of rooms) for (const { people } of crowdOf(entries, end)) most = Math.max(most, people);
  return most;
}
