/** How many events the page keeps of a meeting, the latest. */
export const keptEvents = 5000;

/** Joins events that follow one another, and lets the oldest go when they are too many. */
export function keepLatest<T>(events: readonly T[], more: readonly T[]): readonly T[] {
  return events.concat(more).slice(-keptEvents);
}
